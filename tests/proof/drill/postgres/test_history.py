"""Who could take writes when, compared with looking at every half second."""

from hypothesis import given
from hypothesis import strategies as st

from environments import ROLES, Role
from proof.drill.postgres.history import History, Writable, seconds_read_only, two_writers

LAST = 20


@st.composite
def histories(draw: st.DrawFn) -> list[Writable]:
    """Of whole seconds, each region's one after the other."""
    made: list[Writable] = []
    for role in ROLES:
        moments = sorted(draw(st.lists(st.integers(0, LAST), max_size=6, unique=True)))
        pairs = zip(moments[::2], [*moments[1::2], None], strict=False)
        made += [Writable(role, began, began, ended, ended) for began, ended in pairs]
    return made


def writers(history: list[Writable], at: float) -> set[Role]:
    return {one.role for one in history if one.began < at < one.until(LAST)}


HALVES = [second + 0.5 for second in range(LAST)]


@given(histories())
def test_two_writers_are_found_to_the_second(history: list[Writable]) -> None:
    found = two_writers(history, LAST)
    assert sum(ended - began for began, ended in found) == sum(
        len(writers(history, half)) == 2 for half in HALVES
    )


@given(histories(), st.integers(0, LAST), st.integers(0, LAST))
def test_seconds_without_a_writer(history: list[Writable], one: int, two: int) -> None:
    began, ended = min(one, two), max(one, two)
    assert seconds_read_only(history, began, ended) == sum(
        not writers(history, half) for half in HALVES if began < half < ended
    )


def test_a_region_counts_as_a_writer_for_longer_than_as_one_that_surely_writes() -> None:
    times = iter([1.0, 2.0, 5.0, 6.0, 7.0])
    history = History(lambda: next(times))
    history.begin("primary")
    history.begin("primary")
    history.took("primary")
    history.stopping("primary")
    history.end("primary")
    assert history.all == (Writable("primary", 1.0, took=2.0, stopping=5.0, ended=6.0),)
    assert seconds_read_only(history.all, 0, 10) == 7
    next_one = Writable("dr", 5.5)
    assert two_writers([*history.all, next_one], 10) == [(5.5, 6.0)]
    assert seconds_read_only([*history.all, next_one], 0, 10) == 7


def test_the_end_of_what_never_began_is_nothing() -> None:
    history = History(lambda: 1.0)
    history.stopping("dr")
    history.end("dr")
    assert history.all == ()

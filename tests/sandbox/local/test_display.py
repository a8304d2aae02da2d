"""How a deployment is displayed, in words and in lines."""

import io
import threading
from typing import Any, cast

import pytest
from rich.console import Console

from sandbox.local.display import bars, follow, state
from sandbox.local.rollout import Phase, Rollout, StackRollout
from sandbox.terraform import Progress

TWO = {"aws_lb.one": "create", "aws_lb.two": "create"}


class Shown:
    """A deployment that is over after being looked at `looks` times."""

    def __init__(self, *stacks: StackRollout, looks: int = 0) -> None:
        self.stacks = {stack.name: stack for stack in stacks}
        self._looks = looks

    @property
    def finished(self) -> bool:
        self._looks -= 1
        over = self._looks < 0
        if over:
            self.stacks["dr"].phase = "done"
        return over


def stack(phase: Phase, progress: Progress | None = None) -> StackRollout:
    return StackRollout(
        "dr", phase=phase, progress=progress or Progress(), began=100.0, ended=112.4
    )


def lines(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr("sandbox.local.display.REFRESH", 0)
    output = io.StringIO()
    follow(cast("Rollout", shown), Console(file=output, width=200))
    return output.getvalue().splitlines()


@pytest.mark.parametrize(
    ("phase", "words"),
    [
        ("waiting", "waiting"),
        ("init", "installing the provider, connecting the state"),
        ("plan", "planning"),
        ("failed", "failed"),
        ("skipped", "skipped"),
        ("done", "no changes"),
    ],
)
def test_each_phase_has_its_words(phase: Phase, words: str) -> None:
    assert state(stack(phase)) == words


def test_an_apply_names_what_is_under_way() -> None:
    progress = Progress(planned=TWO, under_way={"aws_lb.two", "aws_eip.nat"}, done={"aws_lb.one"})
    assert state(stack("apply", progress)) == "1 of 2  nat, two"


def test_a_finished_stack_tells_its_resources_and_its_time() -> None:
    progress = Progress(planned=TWO, done=set(TWO))
    assert state(stack("done", progress)) == "2 of 2 resources in 12 s"


@pytest.mark.parametrize(
    ("one", "share"),
    [
        (stack("waiting"), 0),
        (stack("done"), 100),
        (stack("failed"), 0),
        (stack("apply", Progress(planned=TWO, done={"aws_lb.one"})), 50),
    ],
)
def test_a_bar_is_as_long_as_what_is_done(one: StackRollout, share: int) -> None:
    table = bars(cast("Rollout", Shown(one)))
    (bar,) = table.columns[1].cells
    assert cast("Any", bar).percentage_completed == share


def test_every_stack_has_a_row() -> None:
    shown = Shown(stack("plan"), StackRollout("global"))
    output = io.StringIO()
    Console(file=output, width=200).print(bars(cast("Rollout", shown)))
    first, second = output.getvalue().splitlines()
    assert first.split()[0] == "dr"
    assert first.rstrip().endswith("12 s  planning")
    assert second.split()[0] == "global"
    assert second.rstrip().endswith("0 s  waiting")


def test_outside_a_terminal_each_step_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    said = lines(Shown(stack("plan"), looks=3), monkeypatch)
    assert said == ["dr: planning", "dr: no changes"]


def test_the_last_step_is_shown_though_it_came_late(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lines(Shown(stack("plan"), looks=1), monkeypatch)[-1] == "dr: no changes"


def test_a_terminal_gets_bars_until_the_end() -> None:
    output = io.StringIO()
    console = Console(file=output, width=200, force_terminal=True, color_system=None)
    shown = Shown(stack("plan"), looks=2)
    run = threading.Thread(target=follow, args=(cast("Rollout", shown), console), daemon=True)
    run.start()
    run.join(5)
    assert not run.is_alive()
    assert "no changes" in output.getvalue()

"""All questions at once, and never longer than allowed."""

import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from operations.status.facts import Fact, Question, Value
from operations.status.gathering import gather, remembering
from terminal.errors import OperationError
from tests.operations.status.fakes import THEN


@dataclass(frozen=True)
class Number(Value):
    number: int
    at: datetime | None = None

    @property
    def measured_at(self) -> datetime | None:
        return self.at


def one(number: int) -> Question:
    return Question(str(number), "numbers", "number", lambda: Number(number))


def test_answers_keep_the_order_of_the_questions() -> None:
    before = datetime.now(UTC)
    found = gather([one(2), one(1)], 5)
    assert [fact.value for fact in found.values()] == [Number(2), Number(1)]
    assert all(fact.observed_at and fact.observed_at >= before for fact in found.values())


def test_they_are_asked_together() -> None:
    """Each waits for the other."""
    both = threading.Barrier(2)

    def ask() -> Value:
        return Number(both.wait(5))

    found = gather([Question(name, "", "", ask) for name in "ab"], 10)
    assert all(fact.error is None for fact in found.values())


def test_what_takes_too_long_is_given_up() -> None:
    over = threading.Event()

    def ask() -> Value:
        over.wait(30)
        return Number(0)

    began = time.monotonic()
    found = gather([Question("late", "", "", ask), one(1)], 0.2)
    over.set()
    assert time.monotonic() - began < 5
    assert found["late"] == Fact(None, None, "no answer in 0.2 s")
    assert found["1"].value == Number(1)


def test_nothing_that_goes_wrong_hides_the_others() -> None:
    def refuse() -> Value:
        raise OperationError("AccessDenied")

    def stumble() -> Value:
        raise KeyError("Instances")

    found = gather([Question("a", "", "", refuse), Question("b", "", "", stumble), one(1)], 5)
    assert found["a"].error == "AccessDenied"
    assert found["b"].error == "an answer that makes no sense: KeyError('Instances')"
    assert found["1"].value == Number(1)


def test_a_metric_is_as_old_as_its_measurement() -> None:
    question = Question("lag", "", "", lambda: Number(1, THEN))
    assert gather([question], 5)["lag"].observed_at == THEN


def test_the_last_value_is_remembered_with_its_time() -> None:
    known, lost = Fact(Number(1), THEN), Fact(None, None, "lost")
    kept = remembering({"a": known}, {"a": lost, "b": lost})
    assert kept == {"a": Fact(Number(1), THEN, "lost"), "b": lost}
    assert remembering(kept, {"a": lost})["a"].value == Number(1), "also the second time"
    newer = Fact(Number(2), THEN)
    assert remembering(kept, {"a": newer})["a"] == newer

"""Asks all questions at once, and waits no longer than it was told to."""

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from operations.status.facts import Fact, Facts, Question
from terminal.errors import OperationError


def gather(questions: Sequence[Question], seconds: float) -> Facts:
    """What each question found within so many seconds, by subject, in the order of the questions.

    A question without an answer by then is given up: its thread ends with the process at the
    latest.
    """
    found: dict[str, Fact] = {}
    threads = [
        threading.Thread(target=_ask, args=(one, found), name=one.subject, daemon=True)
        for one in questions
    ]
    end = time.monotonic() + seconds
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0, end - time.monotonic()))
    late = Fact(None, None, f"no answer in {seconds:g} s")
    return {one.subject: found.get(one.subject, late) for one in questions}


def remembering(before: Mapping[str, Fact], now: Facts) -> Facts:
    """The facts of now; one without an answer keeps the last value that it had, and its time."""
    return {
        subject: replace(before[subject], error=fact.error)
        if fact.value is None and subject in before
        else fact
        for subject, fact in now.items()
    }


def _ask(question: Question, found: dict[str, Fact]) -> None:
    """Whatever goes wrong with one question, the others are answered."""
    try:
        value = question.ask()
        found[question.subject] = Fact(value, value.measured_at or datetime.now(UTC))
    except OperationError as error:
        found[question.subject] = Fact(None, None, str(error))
    except Exception as error:
        found[question.subject] = Fact(None, None, f"an answer that makes no sense: {error!r}")

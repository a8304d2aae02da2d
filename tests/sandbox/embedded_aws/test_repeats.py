"""A client that lost an answer and retries gets it; nothing is done twice."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from sandbox.embedded_aws.repeats import REMEMBERED, Repeats

Ask = Callable[..., str]


@pytest.fixture
def ask() -> Ask:
    """Asks an application that counts its requests, and answers with the count."""
    asked: list[str] = []

    def application(environ: Any, start_response: Any) -> Iterable[bytes]:
        asked.append(environ["PATH_INFO"])
        start_response(environ["PATH_INFO"].strip("/"), [("Content-Type", "text/plain")])
        return [str(len(asked)).encode()]

    repeats = Repeats(application)

    def ask(invocation: str, attempt: int, status: str = "200 OK") -> str:
        said: list[str] = []
        environ: Any = {
            "PATH_INFO": f"/{status}",
            "HTTP_AMZ_SDK_INVOCATION_ID": invocation,
            "HTTP_AMZ_SDK_REQUEST": f"attempt={attempt}; max=25",
        }
        body = repeats(environ, lambda status, _: said.append(status))  # type: ignore[arg-type]
        return f"{said[0]} {b''.join(body).decode()}"

    return ask


def test_a_lost_answer_is_given_again(ask: Ask) -> None:
    assert ask("a", 1) == "200 OK 1"
    assert ask("b", 1) == "200 OK 2"
    assert ask("a", 2) == ask("a", 11) == "200 OK 1"


@pytest.mark.parametrize("status", ["500 Internal Server Error", "400 Bad Request"])
def test_what_failed_is_tried_again(status: str, ask: Ask) -> None:
    assert ask("a", 1, status) == f"{status} 1"
    assert ask("a", 2) == "200 OK 2"


def test_a_first_attempt_is_always_obeyed(ask: Ask) -> None:
    assert [ask("a", 1), ask("a", 1)] == ["200 OK 1", "200 OK 2"]


def test_without_a_number_every_request_is_obeyed(ask: Ask) -> None:
    assert [ask("", 1), ask("", 2)] == ["200 OK 1", "200 OK 2"]


def test_the_oldest_are_forgotten(ask: Ask) -> None:
    for number in range(REMEMBERED + 1):
        ask(f"id {number}", 1)
    assert ask("id 1", 2) == "200 OK 2"
    assert ask("id 0", 2) == f"200 OK {REMEMBERED + 2}"

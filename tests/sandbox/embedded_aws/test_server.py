"""Requests reach moto one at a time."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sandbox.embedded_aws.server import one_at_a_time


def test_no_two_requests_are_answered_at_once() -> None:
    inside, most = 0, 0
    counting = threading.Lock()

    def slow(_environ: dict[str, Any], _start_response: Any) -> list[bytes]:
        nonlocal inside, most
        with counting:
            inside += 1
            most = max(most, inside)
        time.sleep(0.02)
        with counting:
            inside -= 1
        return [b"done"]

    served = one_at_a_time(slow, threading.Lock())
    with ThreadPoolExecutor(4) as many:
        answers = list(many.map(lambda _: served({}, lambda *_: lambda _: None), range(4)))
    assert answers == [[b"done"]] * 4
    assert most == 1

"""Limits how long a call may take in total, however many addresses its host name has."""

import threading
from collections.abc import Callable
from typing import Any, TypeVar, cast

from botocore.exceptions import BotoCoreError  # pyright: ignore[reportMissingTypeStubs]

Result = TypeVar("Result")


class TooSlowError(BotoCoreError):
    """A call did not finish in time."""

    fmt = "no answer of {what} in {seconds} s"


class Bounded:
    """A boto3 client whose calls finish in time.

    The timeouts of botocore's Config apply to one address: urllib3 tries each address of a name,
    and S3's endpoints have eight.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance-guidelines.html

    client: any boto3 client. seconds: the limit for one call, including retries. After that it
    raises TooSlowError; a request that was sent may still arrive.
    """

    def __init__(self, client: Any, seconds: float) -> None:
        self._client = client
        self._seconds = seconds

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        if name in ("exceptions", "get_paginator", "meta") or not callable(found):
            return found

        def call(**arguments: Any) -> Any:
            return within(self._seconds, lambda: found(**arguments), what=name)

        return call


def within(seconds: float, call: Callable[[], Result], *, what: str) -> Result:
    """Returns or raises what a call does, or raises TooSlowError if it takes too long.

    what: the call's name in that error. The call then continues in a thread that nobody waits for.
    """
    outcome: list[Result] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            outcome.append(call())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run, name=what, daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    if not outcome:
        raise cast("Callable[..., TooSlowError]", TooSlowError)(what=what, seconds=seconds)
    return outcome[0]

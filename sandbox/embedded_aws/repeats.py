"""Replays responses that were lost on the way to the client.

AWS clients number the attempts of a request, and retry if the connection breaks. On a busy loopback
that happens to about one request in a thousand, after the request was carried out: retrying a
creation would then fail because the resource exists. AWS itself has no such memory, except for the
few operations with a client token.
"""

import re
from collections import OrderedDict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REMEMBERED = 1000
# https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
INVOCATION, REQUEST = "HTTP_AMZ_SDK_INVOCATION_ID", "HTTP_AMZ_SDK_REQUEST"
AGAIN = re.compile(r"attempt=([2-9]|\d{2,})\b")

Answer = tuple[str, list[tuple[str, str]], list[bytes]]


class Repeats:
    """In front of an AWS: carries out each request once. Not thread-safe."""

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application
        self._answers: OrderedDict[str, Answer] = OrderedDict()

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        invocation: str = environ.get(INVOCATION, "")
        answer = self._answers.get(invocation)
        if answer is None or not AGAIN.search(environ.get(REQUEST, "")):
            answer = self._asked(environ)
            if invocation and answer[0].startswith("2"):
                self._remember(invocation, answer)
        status, headers, body = answer
        start_response(status, headers)
        return body

    def _asked(self, environ: "WSGIEnvironment") -> Answer:
        said: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], *_: Any) -> Any:
            said.append((status, headers))

        body = list(self._application(environ, start))
        return (*said[-1], body)

    def _remember(self, invocation: str, answer: Answer) -> None:
        self._answers[invocation] = answer
        if len(self._answers) > REMEMBERED:
            self._answers.popitem(last=False)

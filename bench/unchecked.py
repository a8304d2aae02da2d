"""The embedded AWS without its checks: `python -m bench.unchecked RECORD`; see bench/checks.py."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.embedded_aws import server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def unchecked() -> None:
    """Removes the checks, in this process."""
    server.Checks = _none  # pyright: ignore[reportAttributeAccessIssue]


def _none(application: "WSGIApplication") -> "WSGIApplication":
    return application


if __name__ == "__main__":
    unchecked()
    server.serve(server.application(), Path(sys.argv[1]))

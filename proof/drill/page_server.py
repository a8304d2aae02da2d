"""Serves one folder's page where there is no Apache: `python -m proof.drill.page_server FOLDER
PORT`. It ends with its standard input, that is with the drill."""

import os
import sys
import threading
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from proof.drill.user_data import FAILS, HTML


class Handler(SimpleHTTPRequestHandler):
    """Python's own, which says nothing, and fails when it is told to."""

    def do_GET(self) -> None:
        """Serves, or fails while the file says so."""
        if (Path(self.directory).parent / FAILS).exists():
            self.send_error(HTTPStatus.INTERNAL_SERVER_ERROR)
        else:
            super().do_GET()

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


class Server(ThreadingHTTPServer):
    """Takes as many connections at once as come."""

    request_queue_size = 64


def serve(folder: Path, port: int) -> None:
    """Serves until standard input ends."""
    threading.Thread(target=_end_with_standard_input, daemon=True).start()
    Server(("127.0.0.1", port), partial(Handler, directory=str(folder / HTML))).serve_forever()


def _end_with_standard_input() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]))

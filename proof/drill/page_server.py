"""Serves one folder's page where there is no Apache: `python -m proof.drill.page_server FOLDER
PORT`. Exits when its standard input closes, which is when the drill ends."""

import os
import sys
import threading
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from proof.drill.user_data import FAILS, HTML


class Handler(SimpleHTTPRequestHandler):
    """Python's file server, silent, and failing on demand."""

    def do_GET(self) -> None:
        """Serves the page, or fails while the marker file exists."""
        if (Path(self.directory).parent / FAILS).exists():
            self.send_error(HTTPStatus.INTERNAL_SERVER_ERROR)
        else:
            super().do_GET()

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


class Server(ThreadingHTTPServer):
    """Queues more connections than the default, for bursts."""

    request_queue_size = 64


def serve(folder: Path, port: int) -> None:
    """Serves until standard input closes."""
    threading.Thread(target=_end_with_standard_input, daemon=True).start()
    Server(("127.0.0.1", port), partial(Handler, directory=str(folder / HTML))).serve_forever()


def _end_with_standard_input() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]))

"""A small web application that says where it runs: Python's standard library alone, 3.9 or newer,
as on Amazon Linux 2023.

`/` is a page for people, `/live` is for the load balancer, and `/health` for Route 53: add to that
whatever users need besides this program, such as a database. Each request is a line on standard
output, which systemd's journal keeps.
"""

import html
import json
import os
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# Seconds that a connection may be silent. Longer than the load balancer's 60, so that it is never
# this side that closes one on which the load balancer is just sending.
KEEP_ALIVE = 75
# Seconds that open requests have to finish when this is told to end.
FINISH = 5
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>{deployment}</title>
<h1>{deployment} in {region}</h1>
<p>The {role} serves release <code>{release}</code>.</p>
</html>
"""


def place() -> dict[str, str]:
    """Where this runs, and what: every instance knows it."""
    names = ("deployment", "region", "role", "release")
    return {name: os.environ.get(f"FAILOVER_{name.upper()}", "unknown") for name in names}


class OpenRequests:
    """How many requests have begun and have no answer yet."""

    def __init__(self) -> None:
        self._number = 0
        self._changed = threading.Condition()

    def add(self, number: int) -> None:
        """Counts one that begins (1) or ends (-1)."""
        with self._changed:
            self._number += number
            self._changed.notify_all()

    def wait(self, seconds: float) -> None:
        """Waits until there are none, but not for longer."""
        with self._changed:
            self._changed.wait_for(lambda: not self._number, seconds)


OPEN = OpenRequests()


class Handler(BaseHTTPRequestHandler):
    """Answers with the page, or with how things are."""

    protocol_version = "HTTP/1.1"
    timeout = KEEP_ALIVE
    _is_open = False

    def parse_request(self) -> bool:
        """Called as soon as a request's first line is there."""
        self._is_open = True
        OPEN.add(1)
        return super().parse_request()

    def handle_one_request(self) -> None:
        """Waits for the next request on a connection, and answers it."""
        try:
            super().handle_one_request()
        finally:
            if self._is_open:
                self._is_open = False
                OPEN.add(-1)

    def do_GET(self) -> None:
        """Any other path is not found."""
        path = self.path.partition("?")[0]
        if path in {"/live", "/health"}:
            self._answer(200, "application/json", json.dumps({"status": "ok", **place()}) + "\n")
        elif path == "/":
            escaped = {name: html.escape(value) for name, value in place().items()}
            self._answer(200, "text/html; charset=utf-8", PAGE.format(**escaped))
        else:
            self._answer(404, "text/plain; charset=utf-8", "not found\n")

    do_HEAD = do_GET  # noqa: N815

    def _answer(self, status: int, kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """The journal adds the time."""
        sys.stdout.write(f"{self.address_string()} {format % args}\n")


def main() -> None:
    """Serves until systemd ends it, and finishes what has begun. Before an instance is terminated,
    the load balancer sends nobody here any more."""
    server = ThreadingHTTPServer(("", int(os.environ["PORT"])), Handler)
    server.daemon_threads = True

    def stop(*_: object) -> None:
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    sys.stdout.write(f"{place()} listens on port {server.server_port}\n")
    server.serve_forever()
    OPEN.wait(FINISH)


if __name__ == "__main__":
    main()

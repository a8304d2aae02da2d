"""A small web application that says where it runs: Python's standard library alone, 3.9 or newer,
as on Amazon Linux 2023.

`/` is a page for people, `/health` is for the load balancer and Route 53. Each request is a line on
standard output, which systemd's journal keeps.
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


class Handler(BaseHTTPRequestHandler):
    """Answers with the page, or with how things are."""

    protocol_version = "HTTP/1.1"
    timeout = KEEP_ALIVE

    def do_GET(self) -> None:
        """Any path but `/health` and `/` is not found."""
        path = self.path.partition("?")[0]
        if path == "/health":
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
    """Serves until systemd ends it: by then, the load balancer sends nobody here any more."""
    server = ThreadingHTTPServer(("", int(os.environ["PORT"])), Handler)
    server.daemon_threads = True

    def stop(*_: object) -> None:
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    sys.stdout.write(f"{place()} listens on port {server.server_port}\n")
    server.serve_forever()


if __name__ == "__main__":
    main()

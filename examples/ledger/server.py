"""A ledger on the web, for Python 3.9 or newer, as on Amazon Linux 2023.

    POST /entries       {"id": "order-17", "text": "..."}: 201 if new, 200 if it was there already
    GET  /entries       ?after=NUMBER&limit=100
    GET  /entries/ID
    GET  /              a page for people
    GET  /health        whether this region's database takes writes, for Route 53
    GET  /live          200, for the load balancer

In the primary's region, health is 200 only where the database takes writes, so that Route 53 sends
users to a region where they can write. In the standby's it is 200 as well where it only reads:
Route 53 sends nobody to a region that is unhealthy, and the failover control lets the standby's
database take writes only once it has users. Otherwise, and where there is no database, it is 503.
The load balancer asks for /live instead, which no database changes: an instance in place of this
one would not write either.
Each request is a line on standard output, which systemd's journal keeps.
"""

from __future__ import annotations

import html
import json
import os
import re
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from database import Database, NoDatabaseError, ReadOnlyError
from engines import engine_of
from settings import Secret, Settings, SettingsError, read_settings

# Seconds that a connection may be silent. Longer than the load balancer's 60, so that it is never
# this side that closes one on which the load balancer is just sending.
KEEP_ALIVE = 75
# Seconds that open requests have to finish when this is told to end.
FINISH = 5
LONGEST_BODY = 10_000
LONGEST_TEXT = 1_000
MOST_ENTRIES = 1_000
IDENTIFIER = re.compile(r"[A-Za-z0-9._-]{1,64}")
JSON, HTML = "application/json", "text/html; charset=utf-8"
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>{deployment}</title>
<h1>{deployment} in {region}</h1>
<p>{last}</p>
</html>
"""


def place() -> dict[str, str]:
    """Where this runs, and what: every instance knows it."""
    names = ("deployment", "region", "role", "release")
    return {name: os.environ.get(f"FAILOVER_{name.upper()}", "unknown") for name in names}


class BadRequestError(Exception):
    """What the client should do instead."""


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


class LedgerServer(ThreadingHTTPServer):
    """database: None where the deployment has none."""

    daemon_threads = True

    def __init__(self, port: int, database: Database | None) -> None:
        self.database = database
        self.open_requests = OpenRequests()
        super().__init__(("", port), Handler)


class Handler(BaseHTTPRequestHandler):
    """Answers one request after the other on a connection."""

    server: LedgerServer  # pyright: ignore[reportIncompatibleVariableOverride]
    protocol_version = "HTTP/1.1"
    timeout = KEEP_ALIVE
    _is_open = False

    def parse_request(self) -> bool:
        """Called as soon as a request's first line is there."""
        self._is_open = True
        self.server.open_requests.add(1)
        return super().parse_request()

    def handle_one_request(self) -> None:
        """Waits for the next request on a connection, and answers it."""
        try:
            super().handle_one_request()
        except ConnectionError:  # the client has gone
            self.close_connection = True
        finally:
            if self._is_open:
                self._is_open = False
                self.server.open_requests.add(-1)

    def do_GET(self) -> None:
        """Any other path is not found."""
        url = urlsplit(self.path)
        if url.path == "/live":
            self._answer(200, {"status": "live", **place()})
        elif url.path == "/health":
            self._answer(*self._told(self._health))
        elif url.path == "/":
            self._answer(200, self._page(), HTML)
        elif url.path == "/entries":
            self._answer(*self._told(lambda: self._list(parse_qs(url.query))))
        elif url.path.startswith("/entries/"):
            self._answer(*self._told(lambda: self._find(unquote(url.path[len("/entries/") :]))))
        else:
            self._answer(404, {"status": "not found"})

    do_HEAD = do_GET  # noqa: N815

    def do_POST(self) -> None:
        """Writes an entry."""
        if urlsplit(self.path).path != "/entries":
            self.close_connection = True  # its body is not read
            self._answer(404, {"status": "not found"})
        else:
            self._answer(*self._told(self._add))

    def _told(self, answer: Any) -> tuple[int, dict[str, Any]]:
        """An answer, or why there is none."""
        try:
            return answer()
        except BadRequestError as error:
            self.close_connection = True
            return 400, {"status": "bad request", "detail": str(error)}
        except ReadOnlyError:
            return 503, {"status": "read-only", **place()}
        except NoDatabaseError as error:
            self.log_message("no database: %s", " ".join(str(error).split()))
            return 503, {"status": "no database", **place()}
        except Exception as error:  # a line, and no traceback for each request
            self.log_message("error: %r", error)
            return 500, {"status": "error"}

    def _database(self) -> Database:
        if self.server.database is None:
            raise NoDatabaseError("DATABASE_ENGINE is none")
        return self.server.database

    def _health(self) -> tuple[int, dict[str, Any]]:
        if self._database().is_writable():
            return 200, {"status": "writable", **place()}
        stands_by = place()["role"] == "standby"
        return 200 if stands_by else 503, {"status": "read-only", **place()}

    def _add(self) -> tuple[int, dict[str, Any]]:
        key, text = self._body()
        entry, new = self._database().add(key, text)
        return 201 if new else 200, entry._asdict()

    def _find(self, id: str) -> tuple[int, dict[str, Any]]:
        entry = self._database().find(id)
        return (404, {"status": "not found"}) if entry is None else (200, entry._asdict())

    def _list(self, query: dict[str, list[str]]) -> tuple[int, dict[str, Any]]:
        after, limit = _number(query, "after", 0), _number(query, "limit", 100)
        entries = self._database().after(after, min(limit, MOST_ENTRIES))
        return 200, {"entries": [entry._asdict() for entry in entries]}

    def _page(self) -> str:
        try:
            entry = self._database().last()
            last = f"The last entry is number {entry.number}." if entry else "No entry yet."
        except NoDatabaseError:
            last = "No database."
        escaped = {name: html.escape(value) for name, value in place().items()}
        return PAGE.format(last=last, **escaped)

    def _body(self) -> tuple[str, str]:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LONGEST_BODY:
            raise BadRequestError(f"send at most {LONGEST_BODY} bytes, with Content-Length")
        try:
            read = json.loads(self.rfile.read(int(length)))
            key, text = read["id"], read.get("text", "")
        except (ValueError, KeyError, TypeError, AttributeError):
            raise BadRequestError("send JSON with id and text") from None
        if not isinstance(key, str) or not IDENTIFIER.fullmatch(key):
            raise BadRequestError("id must be 1 to 64 letters, digits, and . _ -")
        if not isinstance(text, str) or len(text) > LONGEST_TEXT or "\0" in text:
            raise BadRequestError(f"text must have at most {LONGEST_TEXT} characters")
        return key, text

    def _answer(self, status: int, content: dict[str, Any] | str, kind: str = JSON) -> None:
        text = content if isinstance(content, str) else json.dumps(content) + "\n"
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """The journal adds the time."""
        sys.stdout.write(f"{self.address_string()} {format % args}\n")


def _number(query: dict[str, list[str]], name: str, default: int) -> int:
    text = query.get(name, [str(default)])[-1]
    if not text.isdecimal() or len(text) > 18:  # noqa: PLR2004 # digits of a bigint
        raise BadRequestError(f"{name} must be a number")
    return int(text)


def database_of(settings: Settings) -> Database | None:
    """The database that the settings name."""
    if settings.engine is None:
        return None
    return Database(settings, engine_of(settings), Secret(settings.secret, settings.region))


def main() -> None:
    """Serves until systemd ends it, and finishes what has begun. Before an instance is terminated,
    the load balancer sends nobody here any more."""
    try:
        database = database_of(read_settings())
    except SettingsError as error:
        sys.exit(str(error))
    server = LedgerServer(int(os.environ["PORT"]), database)

    def stop(*_: object) -> None:
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    sys.stdout.write(f"{place()} listens on port {server.server_port}\n")
    server.serve_forever(poll_interval=0.1)
    server.open_requests.wait(FINISH)


if __name__ == "__main__":
    main()

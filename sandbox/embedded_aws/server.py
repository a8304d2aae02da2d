"""The process of the embedded AWS: `python -m sandbox.embedded_aws.server RECORD`.

It listens on two free loopback ports, for AWS's APIs and for DNS, then writes both addresses to the
file RECORD. It ends when its standard input does, and so with the process that started it, unless
told to stay. A clone does the same, with a pipe of its own in place of standard input.
"""

import json
import os
import sys
import threading
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import dns.message
from moto import backends
from moto.core import responses
from moto.moto_server.werkzeug_app import (  # pyright: ignore[reportMissingTypeStubs]
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

from sandbox.embedded_aws import moto_fixes
from sandbox.embedded_aws.accounts import default_account_is
from sandbox.embedded_aws.checks import Checks
from sandbox.embedded_aws.cloning import STANDARD_INPUT, clone
from sandbox.embedded_aws.control import ControlEndpoint
from sandbox.embedded_aws.enabled_regions import EnabledRegions
from sandbox.embedded_aws.failures import fail_at_once
from sandbox.embedded_aws.instances.passing_time import as_time_passes
from sandbox.embedded_aws.mail import sent
from sandbox.embedded_aws.outages import Outages
from sandbox.embedded_aws.permissions.authorization import Authorization
from sandbox.embedded_aws.process import ACCOUNT, STAY
from sandbox.embedded_aws.repeats import Repeats
from sandbox.embedded_aws.replication import replicating
from sandbox.embedded_aws.route53.alarms import watch_health
from sandbox.embedded_aws.route53.answers import respond
from sandbox.embedded_aws.route53.name_server import LOOPBACK, Respond, serve_names
from sandbox.embedded_aws.zonal_shifts import with_zonal_shifts

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Served(NamedTuple):
    """What one process serves."""

    apis: "WSGIApplication"
    names: Respond
    """Answers DNS queries."""


def application() -> Served:
    """The embedded AWS: each layer wraps the next, with moto innermost."""
    moto_fixes.apply()
    # Left in, it would be every signer's account.
    default_account_is(os.environ.pop("MOTO_ACCOUNT_ID", ACCOUNT))
    _spare_work()
    moto = DomainDispatcherApplication(create_backend_app)
    checked = as_time_passes(Authorization(Checks(with_zonal_shifts(replicating(moto)))))
    one_request = threading.Lock()
    served = fail_at_once(one_at_a_time(Repeats(checked), one_request))

    def clone_it(record: Path) -> None:
        with one_request:  # released in the clone too
            clone(record, serve_clone)

    def serve_clone(record: Path) -> None:
        one_request.release()
        serve(embedded, record)

    def names(query: dns.message.Message) -> dns.message.Message:
        with one_request:
            return respond(query, outages.lost)

    def mail() -> list[dict[str, Any]]:
        with one_request:
            watch_health(outages.lost)
            return sent()

    outages = Outages(EnabledRegions(served))
    embedded = Served(ControlEndpoint(outages, clone_it, mail), names)
    return embedded


def _spare_work() -> None:
    """moto lists its own folder, and a class's methods, anew for each request: a third of the time
    of most."""
    services = frozenset(backends.list_of_moto_modules())
    backends.list_of_moto_modules = lambda: services
    names = cache(responses.method_names_from_class)  # pyright: ignore[reportPrivateImportUsage]
    responses.method_names_from_class = names  # pyright: ignore[reportPrivateImportUsage]


def one_at_a_time(served: "WSGIApplication", lock: threading.Lock) -> "WSGIApplication":
    """Serialises requests, because moto's state has no locks."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        with lock:
            return list(served(environ, start_response))

    return answer


def serve(served: Served, record: Path) -> None:
    """Serves until standard input ends, or the process is killed."""
    server = make_server(
        LOOPBACK, 0, served.apis, threaded=True, request_handler=MotoRequestHandler
    )
    os.environ["MOTO_PORT"] = str(server.port)  # how moto finds its own port
    threading.Thread(target=_end_with_standard_input, daemon=True).start()
    unfinished = record.with_suffix(".part")
    told = {
        "url": f"http://{LOOPBACK}:{server.port}",
        "name_server": serve_names(served.names),
        "pid": os.getpid(),
        "command": sys.argv[1],  # a clone's is that of its original
    }
    unfinished.write_text(json.dumps(told))
    unfinished.replace(record)
    server.serve_forever()


def _end_with_standard_input() -> None:
    # Not with `sys.stdin`: a clone inherits its lock, held by the original's reader.
    told = b""
    while more := os.read(STANDARD_INPUT, len(STAY)):
        told += more
        if STAY.encode() in told:
            return
    os._exit(0)  # nothing to save: everything is in memory


if __name__ == "__main__":
    serve(application(), Path(sys.argv[1]))

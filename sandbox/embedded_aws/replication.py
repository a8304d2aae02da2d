"""Around an AWS: DynamoDB's global tables exchange what was written in their regions.

At once, and so before any later request; except that a lost region neither gives nor takes. Its
writes, and those that it missed, are exchanged when it is back: of two writes of one item, the
later stays. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
"""

from collections.abc import Iterable, Set
from itertools import permutations
from typing import TYPE_CHECKING

from moto.dynamodb.models import dynamodb_backends

from sandbox.embedded_aws.moto_fixes.dynamodb import REPLICAS
from sandbox.embedded_aws.moto_fixes.dynamodb_writes import take_over
from sandbox.embedded_aws.requests import LOST

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def replicating(application: "WSGIApplication") -> "WSGIApplication":
    """The same, with tables that replicate."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        lost: Set[str] = environ.get(LOST, frozenset[str]())
        exchange(lost)
        answered = application(environ, start_response)
        exchange(lost)
        return answered

    return answer


def exchange(lost: Set[str]) -> None:
    """Brings every replica to the same items, except for those in lost regions."""
    for (account, name), regions in REPLICAS.items():
        for one, other in permutations(sorted(regions - lost), 2):
            tables = (dynamodb_backends[account][region].tables[name] for region in (one, other))
            take_over(*tables)

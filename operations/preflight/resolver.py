"""DNS through this machine's own resolver, or of an AWS on this machine."""

from collections.abc import Callable

import dns.exception
import dns.resolver

from operations.switch.name_servers import usual_resolver
from terminal.errors import OperationError

Ask = Callable[[str, str], list[str]]
"""Returns the records of a name and type as text; empty if there are none. Raises OperationError if
DNS does not answer."""
RESOLVE_TIMEOUT = 5
"""Seconds."""


def resolve(name: str, kind: str) -> list[str]:
    try:
        found = usual_resolver().resolve(name, kind, lifetime=RESOLVE_TIMEOUT)
        return [record.to_text() for record in found]
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError) as error:
        raise OperationError(
            f"DNS does not answer here ({type(error).__name__}); elsewhere, run"
            f" `dig +short {kind} {name}`"
        ) from None

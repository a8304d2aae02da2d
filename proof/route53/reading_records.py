"""Reads the records from the emitted JSON that lead users to an address."""

import re

from emitted import Json
from proof.route53.configuration import Alias, Record
from proof.route53.errors import UnknownToTheModelError
from proof.route53.strict import known, one_of, reference

# A name or value that ACM chooses, as Terraform refers to it.
OF_A_CERTIFICATE = re.compile(
    r"\$\{one\(\[for (\w+) in (aws_acm_certificate\.\w+)\.domain_validation_options :"
    r' \1\.resource_record_\w+ if \1\.domain_name == "[\w.*-]+"\]\)\}'
)
LEADS_SOMEWHERE = ("A", "AAAA", "CNAME")
# No browser follows these to an address. NS, HTTPS and SVCB are not among them: NS delegates the
# name, and browsers follow the other two.
LEADS_NOWHERE = ("CAA", "MX", "TXT")


def read_record(address: str, body: Json, stack: str) -> Record | None:
    """One record; None if it leads users nowhere."""
    known(
        body,
        "name",
        "type",
        "set_identifier",
        "failover_routing_policy",
        "health_check_id",
        "alias",
        "records",
        "ttl",
        "allow_overwrite",
    )
    if _validates(body) or body["type"] in LEADS_NOWHERE:
        return None
    if "${" in body["name"]:
        raise UnknownToTheModelError(f"a record of the name {body['name']}")
    policy: Json = body.get("failover_routing_policy", {})
    check = body.get("health_check_id")
    alias: Json | None = body.get("alias")
    role = policy.get("type")
    return Record(
        name=body["name"],
        type=one_of(body["type"], LEADS_SOMEWHERE, "the record's type"),
        role=one_of(role, ("PRIMARY", "SECONDARY"), "the role") if policy else None,
        health_check=None if check is None else reference(check),
        alias=None if alias is None else _alias(alias, stack),
        values=tuple(body.get("records", ())),
        ttl=body.get("ttl"),
        address=address,
        after=frozenset(body.get("depends_on", ())),
    )


def _validates(body: Json) -> bool:
    """Whether a record validates a certificate for ACM: a CNAME for ACM's own name `_<hash>`, which
    no user opens.

    https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
    """
    of = {
        found[2] if (found := OF_A_CERTIFICATE.fullmatch(text)) else None
        for text in (body["name"], body["type"], *body.get("records", ()))
    }
    if None in of or len(of) != 1:
        return False
    known(body, "name", "type", "records", "ttl", "allow_overwrite")
    return True


def _alias(alias: Json, stack: str) -> Alias:
    known(alias, "name", "evaluate_target_health")
    target: str = alias["name"]
    if target.startswith("${"):
        target = f"{stack}/{reference(target)}"
    return Alias(target, alias["evaluate_target_health"])

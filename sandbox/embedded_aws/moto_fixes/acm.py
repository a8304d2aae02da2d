"""Fixes of moto's Certificate Manager."""

# Patches moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false

import hashlib
import time
from collections.abc import Iterator
from typing import Any

from moto.acm.models import CertBundle
from moto.route53.models import FakeZone, route53_backends

from sandbox.embedded_aws.account import account

AMAZON_ISSUED, PENDING, ISSUED = "AMAZON_ISSUED", "PENDING_VALIDATION", "ISSUED"
PARTITION = "aws"


def certificates_wait_for_their_records() -> None:
    """moto issues every certificate a while after the request. AWS issues one once every name in it
    has its validation record in public DNS:
    https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html

    Here, public DNS is the account's public hosted zones, and issuing then takes the account's
    `certificate_seconds`.
    """

    def check(self: CertBundle) -> None:
        if self.type != AMAZON_ISSUED or self.status != PENDING:
            return
        if not all(_is_in_dns(record) for record in _validation_records(self)):
            self.__dict__.pop("validated", None)
            return
        validated = self.__dict__.setdefault("validated", time.monotonic())
        if time.monotonic() - validated >= account.certificate_seconds:
            self.status = ISSUED

    CertBundle.check = check


def names_have_records_of_their_own() -> None:
    """moto uses the same validation record for every name. AWS derives it from the name and the
    account, so that all certificates for a name share one:
    https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html"""
    describe = CertBundle.describe

    def said(self: CertBundle) -> dict[str, Any]:
        result = describe(self)
        told = result["Certificate"]
        owner = self.arn.split(":")[4]
        for option in told.get("DomainValidationOptions", ()):
            option["ResourceRecord"] = _record(option["DomainName"], owner)
        if self.status == PENDING:
            for name in ("IssuedAt", "NotBefore", "NotAfter", "Serial", "Issuer"):
                told.pop(name, None)
        return result

    CertBundle.describe = said


def _validation_records(certificate: CertBundle) -> Iterator[dict[str, str]]:
    for option in certificate.describe()["Certificate"]["DomainValidationOptions"]:
        yield option["ResourceRecord"]


def _record(name: str, owner: str) -> dict[str, str]:
    # A wildcard shares the validation record of its parent name.
    name = name.removeprefix("*.").lower()
    label, value, zone = (
        hashlib.sha256(f"{part}{owner}{name}".encode()).hexdigest()
        for part in ("label", "value", "zone")
    )
    target = f"_{value[:32]}.{zone[:10]}.acm-validations.aws."
    return {"Name": f"_{label[:32]}.{name}.", "Type": "CNAME", "Value": target}


def _is_in_dns(record: dict[str, str]) -> bool:
    zone = _zone_of(record["Name"])
    return zone is not None and any(
        there.name.rstrip(".").lower() == record["Name"].rstrip(".")
        and there.type == record["Type"]
        and [value.rstrip(".") for value in there.records or ()] == [record["Value"].rstrip(".")]
        for there in zone.rrsets
    )


def _zone_of(name: str) -> FakeZone | None:
    """The public hosted zone that answers for a name: the most specific one."""
    above = [
        zone
        for backends in route53_backends.values()
        for zone in backends[PARTITION].zones.values()
        if not zone.private_zone
        and f".{name.rstrip('.')}".endswith(f".{zone.name.rstrip('.').lower()}")
    ]
    return max(above, key=lambda zone: len(zone.name), default=None)

"""What Certificate Manager refuses."""

import pytest

from sandbox.embedded_aws import EmbeddedAws
from tests.sandbox.embedded_aws.refusals.service import Service

LABEL = "a" * 30
INVALID = "InvalidDomainValidationOptionsException"


@pytest.fixture(scope="module")
def acm(refusing: EmbeddedAws) -> Service:
    return Service(refusing, "acm")


def request(name: str, *others: str) -> dict[str, object]:
    return {
        "DomainName": name,
        "ValidationMethod": "DNS",
        **({"SubjectAlternativeNames": list(others)} if others else {}),
    }


def test_a_long_name_is_not_the_first(acm: Service) -> None:
    longest, longer = f"{LABEL}.{LABEL}.ab", f"{LABEL}.{LABEL}.abc"
    assert (len(longest), len(longer)) == (64, 65)
    acm.refused("request_certificate", INVALID, "DomainName", longer, "64", **request(longer))
    acm.ok("request_certificate", **request(longest))
    acm.ok("request_certificate", **request("a.example", longer))


def test_names_are_at_most_ten(acm: Service) -> None:
    names = [f"n{number}.example" for number in range(11)]
    acm.refused(
        "request_certificate", "LimitExceededException", "11 domain names", **request(*names)
    )
    acm.ok("request_certificate", **request(*names[:10]))

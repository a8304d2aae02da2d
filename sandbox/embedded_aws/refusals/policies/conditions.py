"""Conditions: their operators and values, and the global condition keys."""

import ipaddress
import re
from collections.abc import Callable
from datetime import datetime

from sandbox.embedded_aws.refusals.policies.grammar import PolicyError, Statement

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
OPERATOR = re.compile(
    r"(?:(?:ForAllValues|ForAnyValue):)?"
    r"(?:(?P<String>String(?:Not)?(?:Equals(?:IgnoreCase)?|Like))"
    r"|(?P<ARN>Arn(?:Not)?(?:Equals|Like))"
    r"|(?P<Numeric>Numeric(?:NotEquals|Equals|(?:Less|Greater)Than(?:Equals)?))"
    r"|(?P<Date>Date(?:NotEquals|Equals|(?:Less|Greater)Than(?:Equals)?))"
    r"|(?P<Bool>Bool)|(?P<Binary>BinaryEquals)|(?P<IPAddress>(?:Not)?IpAddress))"
    r"(?:IfExists)?"
    r"|(?P<Null>Null)"
)
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
GLOBAL = {
    "aws:assumedroot": "Bool",
    "aws:calledvia": "String",
    "aws:calledviafirst": "String",
    "aws:calledvialast": "String",
    "aws:chatbotsourcearn": "ARN",
    "aws:currenttime": "Date",
    "aws:ec2instancesourceprivateipv4": "IPAddress",
    "aws:ec2instancesourcevpc": "String",
    "aws:epochtime": "Date",
    "aws:federatedprovider": "String",
    "aws:multifactorauthage": "Numeric",
    "aws:multifactorauthpresent": "Bool",
    "aws:principalaccount": "String",
    "aws:principalarn": "ARN",
    "aws:principalisawsservice": "Bool",
    "aws:principalorgid": "String",
    "aws:principalorgpaths": "String",
    "aws:principalservicename": "String",
    "aws:principalservicenameslist": "String",
    "aws:principaltype": "String",
    "aws:referer": "String",
    "aws:requestedregion": "String",
    "aws:resourceaccount": "String",
    "aws:resourceorgid": "String",
    "aws:resourceorgpaths": "String",
    "aws:securetransport": "Bool",
    "aws:sourceaccount": "String",
    "aws:sourcearn": "ARN",
    "aws:sourceidentity": "String",
    "aws:sourceip": "IPAddress",
    "aws:sourceorgid": "String",
    "aws:sourceorgpaths": "String",
    "aws:sourceowner": "String",
    "aws:sourcevpc": "String",
    "aws:sourcevpcarn": "ARN",
    "aws:sourcevpce": "String",
    "aws:tagkeys": "String",
    "aws:tokenissuetime": "Date",
    "aws:useragent": "String",
    "aws:userid": "String",
    "aws:username": "String",
    "aws:viaawsservice": "Bool",
    "aws:vpceaccount": "String",
    "aws:vpceorgid": "String",
    "aws:vpceorgpaths": "String",
    "aws:vpcsourceip": "IPAddress",
    # service-specific, but present in every request
    "ec2:roledelivery": "Numeric",
    "ec2:sourceinstancearn": "ARN",
    "lambda:sourcefunctionarn": "ARN",
    "ssm:sourceinstancearn": "ARN",
}
# What an identity provider says about whoever comes with its token, by the provider's host name:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
WEB_IDENTITY = re.compile(
    r"(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/[A-Za-z0-9._~/-]+)?:(?:amr|app_id|aud|email|id|oaud|sub|user_id)",
    re.IGNORECASE,
)
TAGS = ("aws:principaltag/", "aws:requesttag/", "aws:resourcetag/")
# The key types that each family of operators can compare; with others it never matches.
FITS = {
    "String": {"String", "ARN"},
    "ARN": {"String", "ARN"},
    "Date": {"Date", "Numeric"},
    "Numeric": {"Date", "Numeric"},
}
ARN = re.compile(r"arn:[^:]*:[^:]*:[^:]*:[^:]*:.+|\*|\$\{[^}]+\}", re.DOTALL)


def global_type(key: str) -> str | None:
    """The type of a global condition key; None if it is not one."""
    if key.lower().startswith(TAGS) and not key.endswith("/"):
        return "String"
    return GLOBAL.get(key.lower())


def check(statement: Statement) -> None:
    """Raises PolicyError for an unknown operator, or a value that it does not accept."""
    for operator, key, values in statement.conditions:
        where = f"{statement.where}.Condition.{operator}"
        if (family := family_of(operator)) is None:
            raise PolicyError(f"{where}: there is no such operator")
        for value in values:
            if (wanted := _wrong(family, value)) is not None:
                raise PolicyError(f"{where}.{key}: {value!r} is not {wanted}")


def check_type(where: str, operator: str, key: str, kind: str) -> None:
    """Raises PolicyError if the operator does not compare keys of this type."""
    family, of_key = family_of(operator), kind.removeprefix("ArrayOf")
    if family not in (None, "Null", "Binary") and of_key not in FITS.get(family, {family}):
        raise PolicyError(f"{where}: {key} is of type {kind}, which {operator} never matches")


def family_of(operator: str) -> str | None:
    """The type that an operator compares, such as String; None if there is no such operator."""
    found = OPERATOR.fullmatch(operator)
    return found.lastgroup if found else None


def _wrong(family: str, value: str) -> str | None:
    """What the value should have been; None if it is valid."""
    if "${" in value:
        return None  # a policy variable, resolved at request time
    fits, wanted = VALUES.get(family, (lambda _: True, ""))
    return None if fits(value) else wanted


def is_network(value: str) -> bool:
    """Whether this is an IP address or a CIDR range without host bits set."""
    try:
        ipaddress.ip_network(value)
    except ValueError:
        return False
    return True


def _is_date(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return value.isdigit()
    return True


def _is_truth(value: str) -> bool:
    return value.lower() in ("true", "false")


VALUES: dict[str, tuple[Callable[[str], bool], str]] = {
    "Bool": (_is_truth, "true or false"),
    "Null": (_is_truth, "true or false"),
    "Numeric": (lambda value: bool(re.fullmatch(r"-?\d+(\.\d+)?", value)), "a number"),
    "IPAddress": (is_network, "an IP address or a CIDR range without host bits"),
    "Date": (_is_date, "a date in ISO 8601, or seconds since 1970"),
    "ARN": (lambda value: bool(ARN.fullmatch(value)), "an ARN of six parts"),
}

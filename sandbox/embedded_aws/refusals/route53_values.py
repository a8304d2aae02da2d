"""Route 53: valid record values, by type.

https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html
"""

import ipaddress
import re
from collections.abc import Iterator

LABEL = re.compile(r"[^.\s]{1,63}")
LONGEST_NAME = 255
# TXT: strings of at most 255 characters in double quotes, with inner quotes escaped.
STRINGS = re.compile(r'"(?:[^"\\]|\\.){0,255}"(?:\s+"(?:[^"\\]|\\.){0,255}")*')


def of_value(kind: str, value: str) -> Iterator[str]:
    """What is wrong with a value for a record of this type."""
    problem = {
        "A": _ipv4,
        "AAAA": _ipv6,
        "CNAME": _name,
        "NS": _name,
        "PTR": _name,
        "TXT": _text,
    }.get(kind, _anything)(value)
    if problem:
        yield f"Invalid Resource Record: 'FATAL problem: {problem} encountered with '{value}''"


def _anything(_: str) -> str:
    return ""


def _ipv4(value: str) -> str:
    try:
        ipaddress.IPv4Address(value)
    except ValueError:
        return "ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address)"
    return ""


def _ipv6(value: str) -> str:
    try:
        ipaddress.IPv6Address(value)
    except ValueError:
        return "AAAARRDATAIllegalIPv6Address (Value is not a valid IPv6 address)"
    return ""


def _name(value: str) -> str:
    name = value.removesuffix(".")
    if not name:
        return "DomainNameEmpty (Domain name is empty)"
    if len(name) > LONGEST_NAME or not all(LABEL.fullmatch(one) for one in name.split(".")):
        return "DomainLabelTooLong (Domain label is too long, or is empty)"
    return ""


def _text(value: str) -> str:
    if not STRINGS.fullmatch(value):
        return "InvalidCharacterString (Value should be enclosed in quotation marks)"
    return ""

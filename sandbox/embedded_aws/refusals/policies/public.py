"""What S3 considers public.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
"""

import ipaddress

from sandbox.embedded_aws.refusals.policies.conditions import family_of
from sandbox.embedded_aws.refusals.policies.grammar import Statement
from sandbox.embedded_aws.refusals.policies.principals import named

# A statement restricted to fixed values of one of these is not public.
NARROWING = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        "aws:sourceowner",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:userid",
        "aws:vpceaccount",
        "aws:vpceorgid",
        "aws:vpceorgpaths",
        "s3:accessgrantsinstancearn",
        "s3:dataaccesspointaccount",
        "s3:dataaccesspointarn",
        "s3:x-amz-server-side-encryption-aws-kms-key-id",
    }
)
# Ranges with shorter prefixes are public, by IP version.
SHORTEST_PREFIXES = {4: 8, 6: 32}


def is_public(statement: Statement) -> bool:
    """Whether a bucket policy's statement lets in the public."""
    if not statement.allows or ("AWS", "*") not in named(statement):
        return False
    return not any(_narrows(*condition) for condition in statement.conditions)


def _narrows(operator: str, key: str, values: tuple[str, ...]) -> bool:
    if "Not" in operator or operator.endswith("IfExists") or operator.startswith("ForAllValues"):
        return False
    match family_of(operator):
        case "IPAddress":
            return key.lower() == "aws:sourceip" and not any(map(_is_broad, values))
        case "String" | "ARN":
            return key.lower() in NARROWING and all(map(_is_fixed, values))
        case _:
            return False


def _is_broad(value: str) -> bool:
    network = ipaddress.ip_network(value)
    return network.prefixlen < SHORTEST_PREFIXES[network.version] and not network.is_private


def _is_fixed(value: str) -> bool:
    return not {"*", "?"} & {*value} and "${" not in value

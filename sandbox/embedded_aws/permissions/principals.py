"""The signer of a request, and the policies that apply to it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from moto.backends import get_backend

from sandbox.embedded_aws.calls import Refusal
from sandbox.embedded_aws.client import ADMINISTRATORS
from sandbox.embedded_aws.permissions.need import Need
from sandbox.embedded_aws.permissions.policies import Statement, statements

# The prefix of access keys issued by STS, and of no others:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
TEMPORARY = "ASIA"


@dataclass(frozen=True)
class AssumedRole:
    """A role session."""

    name: str
    """The role's name."""
    arn: str
    """The role's ARN."""
    session: str
    """The session's ARN, which AWS shows in refusals."""
    policies: Sequence[Statement]
    """Statements of the role's policies, both inline and managed."""
    session_policy: Sequence[Statement] | None
    """The session policy, which caps the role's permissions; None if there is none."""

    @property
    def names(self) -> frozenset[str]:
        """The names by which a resource policy may refer to the session."""
        return frozenset({"*", self.arn, self.session})


def assumed_role(access_key: str, account: str) -> AssumedRole | None:
    """The session of this access key; None for a key that STS did not issue, and for the role of an
    account's administrators.

    Raises Refusal if a key looks like one from STS but is not, or if the role is gone.
    """
    if not access_key.startswith(TEMPORARY):
        return None
    found = get_backend("sts")[account]["aws"].get_assumed_role_from_access_key(access_key)
    if found is None:
        raise _unknown_token()
    name = found.role_arn.rpartition("/")[2]
    if name == ADMINISTRATORS:
        return None
    return AssumedRole(
        name,
        found.role_arn,
        found.arn,
        policies_of(name, account),
        _parsed(found.policy) if found.policy else None,
    )


def _unknown_token() -> Refusal:
    """https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html"""
    return Refusal(
        "InvalidClientTokenId",
        "The security token included in the request is invalid.",
        status=403,
    )


def policies_of(role: str, account: str) -> list[Statement]:
    """Statements of a role's policies, inline and managed. Raises Refusal if the role is gone."""
    iam: Any = get_backend("iam")[account]["aws"]
    if role not in {each.name for each in iam.get_roles()}:
        raise _unknown_token()
    documents = [iam.get_role_policy(role, name)[1] for name in iam.list_role_policies(role)]
    documents += [
        version.document
        for policy in iam.list_attached_role_policies(role)[0]
        for version in policy.versions
        if version.is_default
    ]
    return [statement for document in documents for statement in _parsed(document)]


@lru_cache(256)
def _parsed(document: str) -> tuple[Statement, ...]:
    # moto stores some documents as received, percent-encoded
    return tuple(statements(json.loads(unquote(document) if document[0] == "%" else document)))


def resource_policy(need: Need, account: str) -> Sequence[Statement] | None:
    """The resource's own policy; None if it has none, or none that is supported here: only S3
    buckets' and KMS keys' are."""
    service, _, rest = need.resource.removeprefix("arn:aws:").partition(":")
    if service == "s3":
        bucket = get_backend("s3")[account]["aws"].buckets.get(
            rest.rpartition(":")[2].split("/")[0]
        )
        return _parsed(bucket.policy.decode()) if bucket is not None and bucket.policy else None
    if service == "kms" and ":key/" in rest:
        region, _, key = rest.partition(f":{account}:key/")
        keys = get_backend("kms")[account][region].keys
        return _parsed(keys[key].policy) if key in keys else None
    return None

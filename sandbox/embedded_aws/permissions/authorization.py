"""In front of the checks: a role's permissions are checked before anything else."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

from sandbox.embedded_aws import requests
from sandbox.embedded_aws.accounts import account_of
from sandbox.embedded_aws.calls import Refusal
from sandbox.embedded_aws.calls.reading import read
from sandbox.embedded_aws.permissions.judging import authorize, keep_out
from sandbox.embedded_aws.permissions.need import Need
from sandbox.embedded_aws.permissions.principals import assumed_role

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Needed = tuple[str, str, str, str]
# What qualifies a need besides its resource, for use in generated policies.
DETAILS = ("iam:passedtoservice", "iam:awsservicename", "iam:policyarn")

NEEDED: dict[str, set[Needed]] = {}
"""What each role's requests have needed so far: action, resource, region, detail or ""."""


class Authorization:
    """Limits requests signed with a role's credentials from STS to what the role's policies allow.
    Any other signer is the account's administrator, whom only a bucket's policy can keep out."""

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        try:
            self._authorize(environ)
        except Refusal as refused:
            return requests.error(
                environ,
                start_response,
                status=f"{refused.status} {HTTPStatus(refused.status).phrase}",
                code=refused.code,
                message=refused.message,
            )
        return self._application(environ, start_response)

    def _authorize(self, environ: "WSGIEnvironment") -> None:
        asked = requests.scope(environ)
        if asked is None:
            return
        role = assumed_role(asked.access_key, account_of(asked.access_key))
        call = read(environ) if role or asked.service == "s3" else None
        if call is None:
            return
        if role is None:
            keep_out(call)
            return
        needed = NEEDED.setdefault(role.name, set())
        authorize(call, role, lambda need: needed.add(_noted(need)))


def _noted(need: Need) -> Needed:
    (region,) = need.context["aws:requestedregion"]
    details = [need.context[key][0] for key in DETAILS if key in need.context]
    return need.action, need.resource, region, "".join(details)

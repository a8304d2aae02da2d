"""In front of the checks: what a role may not do is refused before anything else is said of it."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

from moto.core.models import DEFAULT_ACCOUNT_ID

from sandbox.embedded_aws import requests
from sandbox.embedded_aws.calls import Refusal
from sandbox.embedded_aws.calls.reading import read
from sandbox.embedded_aws.permissions.judging import authorize
from sandbox.embedded_aws.permissions.need import Need
from sandbox.embedded_aws.permissions.principals import assumed_role

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Needed = tuple[str, str, str, str]
# What a need is about besides its resource, for whoever writes a policy from it.
DETAILS = ("iam:passedtoservice", "iam:awsservicename", "iam:policyarn")

NEEDED: dict[str, set[Needed]] = {}
"""By a role's name, what its requests needed so far: action, resource, region, detail or empty."""


class Authorization:
    """Requests that are signed with a role's credentials, as STS gave them out, do what the role's
    policies allow. Whoever signs otherwise is the account's administrator."""

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
        role = assumed_role(asked.access_key, DEFAULT_ACCOUNT_ID) if asked else None
        call = read(environ) if role else None
        if role is None or call is None:
            return
        needed = NEEDED.setdefault(role.name, set())
        authorize(call, role, lambda need: needed.add(_noted(need)))


def _noted(need: Need) -> Needed:
    (region,) = need.context["aws:requestedregion"]
    details = [need.context[key][0] for key in DETAILS if key in need.context]
    return need.action, need.resource, region, "".join(details)

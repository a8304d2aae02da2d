"""Regions that the account has not enabled: their APIs reject its credentials."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sandbox.embedded_aws import requests
from sandbox.embedded_aws.account import account

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# The service that enables regions.
ALWAYS = "account"
# How services reject credentials: EC2 and S3 in their own words, the others with the third.
AUTH_FAILURE = ("AuthFailure", "AWS was not able to validate the provided access credentials")
INVALID_TOKEN = ("InvalidToken", "The provided token is malformed or otherwise invalid.")
UNKNOWN = ("UnrecognizedClientException", "The security token included in the request is invalid.")


class EnabledRegions:
    """In front of an AWS: refuses requests signed for a region that the account has not enabled.

    https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
    """

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        asked = requests.scope(environ)
        if asked is None or asked.service == ALWAYS or asked.region not in account.disabled_regions:
            return self._application(environ, start_response)
        code, message = {"ec2": AUTH_FAILURE, "s3": INVALID_TOKEN}.get(asked.service, UNKNOWN)
        return requests.error(
            environ,
            start_response,
            status="401 Unauthorized" if asked.service == "ec2" else "403 Forbidden",
            code=code,
            message=f"{message} (The account has not enabled the region {asked.region}.)",
        )

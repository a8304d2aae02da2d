"""Regions that are lost: none of their APIs answers, and neither do their buckets."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sandbox.embedded_aws import requests

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# A server's error, but none of those that AWS's clients try again, Terraform's provider for up to
# an hour: what nobody answers in reality is refused at once here.
STATUS = "521 Region Lost"


class Outages:
    """In front of an AWS: refuses every request that is signed for a lost region.

    What AWS has once for all regions (IAM, Route 53's control plane) is signed for `us-east-1`, and
    is lost with it, as in reality:
    https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/global-services.html
    """

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application
        self.lost: set[str] = set()

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        asked = requests.scope(environ)
        if asked is None or asked.region not in self.lost:
            return self._application(environ, start_response)
        return requests.error(
            environ,
            start_response,
            status=STATUS,
            code="RegionLost",
            message=f"{asked.region} is lost, and {asked.service} there with it",
        )

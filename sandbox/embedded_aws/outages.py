"""Lost regions: neither their APIs nor their buckets answer."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sandbox.embedded_aws import requests

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# A server error that AWS clients do not retry; Terraform's provider would retry others for up to an
# hour. What would time out in reality fails at once here.
STATUS = "521 Region Lost"


class Outages:
    """In front of an AWS: refuses every request signed for a lost region.

    Global services (IAM, Route 53's control plane) are signed for `us-east-1`, and are lost with
    it, as in reality:
    https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/global-services.html
    """

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application
        self.lost: set[str] = set()

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        environ[requests.LOST] = frozenset(self.lost)
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

"""Which AWS the commands talk to: the real one, or one on this machine's loopback."""

import ipaddress
import os
import sys
from collections.abc import Mapping
from functools import cache
from urllib.parse import urlsplit

from terminal.errors import OperationError

# What `failover local env` gives as access key: no real one is as short.
EMBEDDED_KEY = "test"
# Starts the variables of single services: AWS_ENDPOINT_URL_S3.
OF_A_SERVICE = "AWS_ENDPOINT_URL_"
AWS_DOMAINS = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws")
SWITCHES = 'eval "$(./failover local env)"'


def check_target(service: str, endpoint: str, environ: Mapping[str, str] = os.environ) -> str:
    """Says which AWS an endpoint belongs to, such as "AWS on loopback, http://127.0.0.1:40123".

    Raises OperationError if that is neither AWS nor loopback, if any service's own endpoint leads
    elsewhere than AWS_ENDPOINT_URL does, or if the credentials belong to the other AWS. Endpoints
    come from variables and profiles:
    https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
    """
    general = environ.get("AWS_ENDPOINT_URL", "")
    for one, url in {**_services(environ), service: endpoint}.items():
        _refuse_elsewhere(one, url, general)
    if on_loopback(endpoint):
        return f"AWS on loopback, {general}"
    if environ.get("AWS_ACCESS_KEY_ID") == EMBEDDED_KEY:
        raise OperationError(
            "AWS_ACCESS_KEY_ID is that of an AWS on this machine, but AWS_ENDPOINT_URL is not set:"
            f" {SWITCHES}, or use your own credentials"
        )
    return f"AWS, profile {environ['AWS_PROFILE']}" if environ.get("AWS_PROFILE") else "AWS"


def _services(environ: Mapping[str, str]) -> dict[str, str]:
    """The endpoints that variables give single services: a command that asks several of them must
    refuse before it asks the first."""
    return {
        name.removeprefix(OF_A_SERVICE).lower().replace("_", "-"): url
        for name, url in environ.items()
        if name.startswith(OF_A_SERVICE) and url
    }


def _refuse_elsewhere(service: str, endpoint: str, general: str) -> None:
    """Raises OperationError if a service's endpoint is not where AWS_ENDPOINT_URL leads."""
    called = f"{service} would be called at {endpoint}"
    if on_loopback(endpoint):
        if not on_loopback(general):
            others = general or "AWS"
            raise OperationError(
                f"{called}, and other services at {others}: to talk to an AWS on this machine,"
                f" {SWITCHES}"
            )
        return
    if not (urlsplit(endpoint).hostname or "").endswith(AWS_DOMAINS):
        raise OperationError(
            f"{called}, which is neither AWS nor on this machine:"
            " unset AWS_ENDPOINT_URL, or endpoint_url in the profile"
        )
    if general:
        raise OperationError(
            f"{called}, and other services at {general}: unset"
            f" AWS_ENDPOINT_URL, or {OF_A_SERVICE}{service.upper().replace('-', '_')}"
        )


@cache
def announce(target: str) -> None:
    """Tells on standard error, once, which AWS a command talks to."""
    print(f"talking to {target}", file=sys.stderr)  # noqa: T201


def on_loopback(url: str) -> bool:
    """Whether a URL leads to this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")

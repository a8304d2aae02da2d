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
AWS_DOMAINS = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws")
SWITCHES = 'eval "$(./failover local env)"'


def check_target(service: str, endpoint: str, environ: Mapping[str, str] = os.environ) -> str:
    """Says which AWS an endpoint belongs to, such as "AWS on loopback, http://127.0.0.1:40123".

    Raises OperationError if that is neither AWS nor loopback, if a service's own endpoint leads
    elsewhere than AWS_ENDPOINT_URL does, or if the credentials belong to the other AWS. Endpoints
    come from variables and profiles:
    https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
    """
    general = environ.get("AWS_ENDPOINT_URL", "")
    if on_loopback(endpoint):
        if not on_loopback(general):
            raise OperationError(
                f"{service} would be called at {endpoint}, and other services at"
                f" {general or 'AWS'}: to talk to an AWS on this machine, {SWITCHES}"
            )
        return f"AWS on loopback, {general}"
    if not (urlsplit(endpoint).hostname or "").endswith(AWS_DOMAINS):
        raise OperationError(
            f"{service} would be called at {endpoint}, which is neither AWS nor on this machine:"
            " unset AWS_ENDPOINT_URL, or endpoint_url in the profile"
        )
    if general:
        raise OperationError(
            f"{service} would be called at {endpoint}, and other services at {general}: unset"
            f" AWS_ENDPOINT_URL, or AWS_ENDPOINT_URL_{service.upper().replace('-', '_')}"
        )
    if environ.get("AWS_ACCESS_KEY_ID") == EMBEDDED_KEY:
        raise OperationError(
            "AWS_ACCESS_KEY_ID is that of an AWS on this machine, but AWS_ENDPOINT_URL is not set:"
            f" {SWITCHES}, or use your own credentials"
        )
    return f"AWS, profile {environ['AWS_PROFILE']}" if environ.get("AWS_PROFILE") else "AWS"


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

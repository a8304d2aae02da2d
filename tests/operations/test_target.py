"""Which AWS commands talk to, and when they refuse to guess."""

import pytest

from operations.target import check_target
from terminal.errors import OperationError

LOOPBACK = "http://127.0.0.1:40123"
AWS = "https://s3.us-east-1.amazonaws.com"


@pytest.mark.parametrize(
    ("endpoint", "environ", "said"),
    [
        (AWS, {}, "AWS"),
        (AWS, {"AWS_PROFILE": "shop"}, "AWS, profile shop"),
        ("https://route53.amazonaws.com", {"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE"}, "AWS"),
        (LOOPBACK, {"AWS_ENDPOINT_URL": LOOPBACK}, f"AWS on loopback, {LOOPBACK}"),
        (
            "http://[::1]:1",
            {"AWS_ENDPOINT_URL": "http://[::1]:1"},
            "AWS on loopback, http://[::1]:1",
        ),
        (AWS, {"AWS_ENDPOINT_URL_S3": "https://s3.eu-west-1.amazonaws.com"}, "AWS"),
        ("http://localhost:1", {"AWS_ENDPOINT_URL": LOOPBACK}, f"AWS on loopback, {LOOPBACK}"),
    ],
)
def test_says_which(endpoint: str, environ: dict[str, str], said: str) -> None:
    assert check_target("s3", endpoint, environ) == said


@pytest.mark.parametrize(
    ("endpoint", "environ", "why"),
    [
        (LOOPBACK, {}, "other services at AWS"),
        (AWS, {"AWS_ENDPOINT_URL": LOOPBACK}, "AWS_ENDPOINT_URL_ARC_ZONAL_SHIFT"),
        ("https://aws.example.org", {"AWS_ENDPOINT_URL": "https://aws.example.org"}, "neither AWS"),
        ("https://amazonaws.com.example.org", {}, "neither AWS"),
        (AWS, {"AWS_ENDPOINT_URL_S3": LOOPBACK}, "s3 would be called at .* other services at AWS"),
        (AWS, {"AWS_ENDPOINT_URL_S3": "https://s3.example.org"}, "s3 would be .* neither AWS"),
        (LOOPBACK, {"AWS_ENDPOINT_URL": LOOPBACK, "AWS_ENDPOINT_URL_KMS": AWS}, "unset .*_URL_KMS"),
        (AWS, {"AWS_ACCESS_KEY_ID": "test"}, "AWS_ENDPOINT_URL is not set"),
    ],
)
def test_refuses_to_guess(endpoint: str, environ: dict[str, str], why: str) -> None:
    with pytest.raises(OperationError, match=why):
        check_target("arc-zonal-shift", endpoint, environ)

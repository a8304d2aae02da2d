"""The standby watch compares the regions' releases."""

import io
import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from functions.standby_watch import handler
from functions.standby_watch.releases import differ

BUCKETS = {"ap-south-1": "one-releases", "us-east-1": "two-releases"}
A, B = "a" * 64, "b" * 64


class S3:
    """Answers with a release, with an error's code, or not at all."""

    def __init__(self, region: str, answer: str | None) -> None:
        self._region, self._answer = region, answer

    def get_object(self, **asked: Any) -> dict[str, Any]:
        assert asked == {"Bucket": BUCKETS[self._region], "Key": "current"}
        if self._answer is None:
            raise EndpointConnectionError(endpoint_url="https://s3")
        if len(self._answer) < 64:
            raise ClientError({"Error": {"Code": self._answer, "Message": ""}}, "GetObject")
        return {"Body": io.BytesIO(json.dumps({"release": self._answer}).encode())}


def compared(primary: str | None, standby: str | None) -> bool | None:
    answers = {"ap-south-1": primary, "us-east-1": standby}
    return differ(lambda region: S3(region, answers[region]), {"RELEASES": json.dumps(BUCKETS)})


@pytest.mark.parametrize(
    ("primary", "standby", "different"),
    [
        (A, A, False),
        (A, B, True),
        (A, "NoSuchKey", True),
        ("NoSuchKey", "NoSuchKey", False),
        (A, None, None),
        (None, A, None),
        ("AccessDenied", A, None),
    ],
)
def test_they_are_compared(
    primary: str | None, standby: str | None, different: bool | None
) -> None:
    assert compared(primary, standby) is different


def test_what_names_no_release_is_not_compared() -> None:
    class Other(S3):
        def get_object(self, **_: Any) -> dict[str, Any]:
            return {"Body": io.BytesIO(b"{}")}

    assert differ(lambda region: Other(region, A), {"RELEASES": json.dumps(BUCKETS)}) is None


def test_without_releases_nothing_is_asked() -> None:
    assert differ(lambda _: pytest.fail("asks S3"), {}) is None


def test_the_watch_publishes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, float]] = []

    class CloudWatch:
        def put_metric_data(self, **arguments: Any) -> None:
            told.extend((one["MetricName"], one["Value"]) for one in arguments["MetricData"])

    def client(service: str, region_name: str = "", **_: Any) -> Any:
        if service == "cloudwatch":
            return CloudWatch()
        return S3(region_name, {"ap-south-1": A, "us-east-1": B}[region_name])

    monkeypatch.setattr(boto3, "client", client)
    monkeypatch.setenv("DEPLOYMENT", "mission")
    monkeypatch.setenv("STANDBY_URL", "https://us-east-1.example.test/")
    monkeypatch.setenv("RELEASES", json.dumps(BUCKETS))
    handler.handle({}, None, ask=lambda _: True)
    assert told == [("StandbyThere", 1), ("ReleasesDiffer", 1)]

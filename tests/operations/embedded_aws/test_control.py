"""The embedded AWS's own paths: outages, and the IDs of zones to come."""

import json
from collections.abc import Iterable
from typing import Any
from uuid import uuid4

import pytest
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from operations.embedded_aws.control import Control
from operations.embedded_aws.outages import Outages
from tests.operations.embedded_aws import asking


def aws(_: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [])
    return [b"aws"]


@pytest.fixture
def outages() -> Outages:
    return Outages(aws)


def ask(outages: Outages, method: str, path: str) -> tuple[str, bytes]:
    statuses: list[str] = []

    def start_response(status: str, _headers: object, _: object = None) -> Any:
        statuses.append(status)

    environ = {"REQUEST_METHOD": method, "PATH_INFO": path}
    body = b"".join(Control(outages)(environ, start_response))
    (status,) = statuses
    return status, body


def test_a_region_is_lost(outages: Outages) -> None:
    status, body = ask(outages, "PUT", "/_embedded/outages/eu-west-1")
    assert status == "200 OK"
    assert json.loads(body) == ["eu-west-1"]
    assert outages.lost == {"eu-west-1"}


def test_lost_regions_are_listed_in_order(outages: Outages) -> None:
    outages.lost.update({"us-west-2", "eu-west-1", "us-east-1"})
    status, body = ask(outages, "GET", "/_embedded/outages")
    assert status == "200 OK"
    assert json.loads(body) == ["eu-west-1", "us-east-1", "us-west-2"]


def test_a_region_comes_back(outages: Outages) -> None:
    outages.lost.update({"us-west-2", "eu-west-1"})
    assert ask(outages, "DELETE", "/_embedded/outages/us-west-2") == ("200 OK", b'["eu-west-1"]')
    assert outages.lost == {"eu-west-1"}


def test_a_region_that_was_not_lost_may_come_back(outages: Outages) -> None:
    assert ask(outages, "DELETE", "/_embedded/outages/us-west-2") == ("200 OK", b"[]")


@pytest.mark.parametrize("name", ["chosen.example", "dotted.example."])
def test_a_zones_id_is_chosen(outages: Outages, name: str) -> None:
    """As moto's Route 53 then says, however the zone is asked for."""
    zone_id = f"Z{uuid4().hex[:12].upper()}"
    path = f"/_embedded/zone-ids/{name.removesuffix('.')}/{zone_id}"
    assert ask(outages, "PUT", path)[0] == "200 OK"
    route53 = asking.client(DomainDispatcherApplication(create_backend_app), "route53")
    made = route53.create_hosted_zone(Name=name, CallerReference=zone_id)["HostedZone"]
    assert made["Id"] == f"/hostedzone/{zone_id}"
    route53.delete_hosted_zone(Id=zone_id)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/_embedded/"),
        ("GET", "/_embedded/nothing"),
        ("POST", "/_embedded/outages/us-west-2"),
        ("PUT", "/_embedded/outages"),
        ("PUT", "/_embedded/outages/us-west-2/more"),
        ("PUT", "/_embedded/zone-ids/example.com"),
    ],
)
def test_anything_else_is_not_found(outages: Outages, method: str, path: str) -> None:
    assert ask(outages, method, path)[0] == "404 Not Found"
    assert outages.lost == set()


@pytest.mark.parametrize("path", ["/", "/bucket/_embedded/outages", "/_embedded"])
def test_other_paths_are_awss(outages: Outages, path: str) -> None:
    assert ask(outages, "GET", path) == ("200 OK", b"aws")

"""The embedded AWS's own paths: outages, the IDs of future zones, and what they refuse."""

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from modules.quotas import VCPUS
from sandbox.embedded_aws import EmbeddedAws
from sandbox.embedded_aws.account import account
from sandbox.embedded_aws.control import ControlEndpoint
from sandbox.embedded_aws.outages import Outages
from terminal.errors import OperationError
from tests.sandbox.embedded_aws import asking


def aws(_: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [])
    return [b"aws"]


def clone(record: Path) -> None:
    raise FileNotFoundError(f"asked for {record}")


@pytest.fixture
def outages() -> Outages:
    return Outages(aws)


def ask(outages: Outages, method: str, path: str) -> tuple[str, bytes]:
    statuses: list[str] = []

    def start_response(status: str, _headers: object, _: object = None) -> Any:
        statuses.append(status)

    environ = {"REQUEST_METHOD": method, "PATH_INFO": path}
    body = b"".join(ControlEndpoint(outages, clone)(environ, start_response))
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


def test_mails_are_listed(outages: Outages) -> None:
    mails = [{"to": "a", "subject": "b", "text": "c"}]

    def start_response(*_: object) -> Any: ...

    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/_embedded/mail"}
    control = ControlEndpoint(outages, clone, lambda: mails)
    assert json.loads(b"".join(control(environ, start_response))) == mails


def test_a_region_comes_back(outages: Outages) -> None:
    outages.lost.update({"us-west-2", "eu-west-1"})
    assert ask(outages, "DELETE", "/_embedded/outages/us-west-2") == ("200 OK", b'["eu-west-1"]')
    assert outages.lost == {"eu-west-1"}


def test_a_region_that_was_not_lost_may_come_back(outages: Outages) -> None:
    assert ask(outages, "DELETE", "/_embedded/outages/us-west-2") == ("200 OK", b"[]")


@pytest.mark.parametrize("name", ["chosen.example", "dotted.example."])
def test_a_zones_id_is_chosen(outages: Outages, name: str) -> None:
    """moto's Route 53 then reports it, however the zone is looked up."""
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
        ("PUT", "/_embedded/clones"),
        ("PUT", "/_embedded/clones/relative/aws.json"),
    ],
)
def test_anything_else_is_not_found(outages: Outages, method: str, path: str) -> None:
    assert ask(outages, method, path)[0] == "404 Not Found"
    assert outages.lost == set()


def test_a_clone_that_cannot_be_is_refused_in_a_sentence(outages: Outages) -> None:
    """The path is as WSGI has it."""
    path = "/_embedded/clones//a/b ü/aws.json".encode().decode("latin-1")
    status, body = ask(outages, "PUT", path)
    assert status == "400 Bad Request"
    assert json.loads(body)["message"] == (
        "no clone can be recorded in /a/b ü/aws.json: asked for /a/b ü/aws.json"
    )


@pytest.mark.parametrize("path", ["/", "/bucket/_embedded/outages", "/_embedded"])
def test_other_paths_are_awss(outages: Outages, path: str) -> None:
    assert ask(outages, "GET", path) == ("200 OK", b"aws")


@pytest.mark.parametrize("number", ["abc", "", "-1", "nan", "inf", "1e999", "1,5"])
@pytest.mark.parametrize(
    ("path", "what"),
    [
        (f"quotas/{VCPUS.code}/{{}}", f"quota {VCPUS.code}"),
        (f"quotas/{VCPUS.code}/{{}}/eu-west-1", f"quota {VCPUS.code}"),
        ("certificates/{}", "a certificate's seconds"),
        ("warm-up/{}", "the warm-up's seconds"),
        ("boots/{}", "a boot's seconds"),
    ],
)
def test_what_is_no_number_is_refused_in_a_sentence(
    outages: Outages, path: str, what: str, number: str
) -> None:
    status, body = ask(outages, "PUT", f"/_embedded/{path.format(number)}")
    assert status == "400 Bad Request"
    assert json.loads(body) == {
        "message": f"{what} must be a number of at least 0, and is '{number}'"
    }
    assert account.quota(VCPUS, "eu-west-1") == VCPUS.new_account
    assert account.certificate_seconds == 0
    assert (account.warm_up_seconds, account.boot_seconds) == (0, 10)


@pytest.fixture
def served(outages: Outages) -> Iterator[EmbeddedAws]:
    server = make_server("127.0.0.1", 0, ControlEndpoint(outages, clone))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield EmbeddedAws(f"http://127.0.0.1:{server.port}")
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (
            lambda aws: aws.allow_vcpus(-5),
            f"quota {VCPUS.code} must be a number of at least 0, and is",
        ),
        (lambda aws: aws.delay_certificates(float("nan")), "a certificate's seconds must be a"),
        (lambda aws: aws.allow("L-00000000", 5), "nothing does PUT quotas/L-00000000/5"),
    ],
)
def test_its_client_says_so_to_the_operator(
    served: EmbeddedAws, act: Callable[[EmbeddedAws], None], said: str
) -> None:
    with pytest.raises(OperationError) as caught:
        act(served)
    assert str(caught.value).startswith(f"the embedded AWS refuses: {said}")


def test_instances_are_given_variables_until_others_are(outages: Outages, tmp_path: Path) -> None:
    file = tmp_path / "variables.json"
    for given in ({"us-east-1": {"DATABASE_HOST": "127.0.0.1"}}, {}):
        file.write_text(json.dumps(given))
        assert ask(outages, "PUT", f"/_embedded/variables/{file}")[0] == "200 OK"
        assert account.instance_variables == given


@pytest.mark.parametrize("content", [None, "{", "[]", '{"us-east-1": 1}', '{"a": {"b": 1}}'])
def test_what_are_no_variables_are_refused(
    outages: Outages, tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "variables.json"
    if content is not None:
        file.write_text(content)
    status, said = ask(outages, "PUT", f"/_embedded/variables/{file}")
    assert status == "400 Bad Request"
    assert str(file) in json.loads(said)["message"]
    assert account.instance_variables == {}

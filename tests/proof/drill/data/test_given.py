"""What instances are told of their database."""

import base64
import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from environments import ROLES, Role
from proof.drill.data.given import VARIABLES, as_deployed, check_endpoints, give, secret_of
from proof.drill.reading import Emitted
from terminal.errors import OperationError
from tests.synthesis import example

ENVIRONMENT = example("releases")
REGIONS: dict[Role, str] = {role: ENVIRONMENT.regional(role).region for role in ROLES}
SECRETS: dict[Role, str] = {role: json.dumps({"username": role}) for role in ROLES}
PORTS: dict[Role, int] = {"primary": 5001, "dr": 5002}
SECRET = ENVIRONMENT.database_secret


class Aws:
    """Answers as the embedded AWS does after Terraform has filled in the endpoints."""

    def __init__(self, emitted: Emitted, writer: str = "writer", reader: str = "reader") -> None:
        self._emitted, self.writer, self.reader = emitted, writer, reader

    def connect(self, _service: str, region: str, **_: Any) -> Any:
        return Client(self, region)

    def user_data(self, region: str) -> str:
        (found,) = (one for one in self._emitted.regions.values() if one.region == region)
        text = found.user_data.replace("@database-writer@", f"writer.{region}")
        return text.replace("@database-reader@", f"reader.{region}")


class Client:
    def __init__(self, aws: Aws, region: str) -> None:
        self._aws, self._region = aws, region

    def describe_auto_scaling_groups(self, **_: Any) -> Any:
        template = {"LaunchTemplateId": "lt-1", "Version": "3"}
        return {"AutoScalingGroups": [{"LaunchTemplate": template}]}

    def describe_launch_template_versions(self, **asked: Any) -> Any:
        assert asked == {"LaunchTemplateId": "lt-1", "Versions": ["3"]}
        script = base64.b64encode(self._aws.user_data(self._region).encode()).decode()
        return {"LaunchTemplateVersions": [{"LaunchTemplateData": {"UserData": script}}]}

    def describe_db_clusters(self, **_: Any) -> Any:
        endpoints = {
            "Endpoint": f"{self._aws.writer}.{self._region}",
            "ReaderEndpoint": f"{self._aws.reader}.{self._region}",
        }
        return {"DBClusters": [{**endpoints, "Port": 5432, "DatabaseName": "ledger"}]}

    def get_secret_value(self, SecretId: str) -> Any:  # noqa: N803 - boto3's
        return {"SecretString": f"{SecretId} in {self._region}"}


@pytest.fixture
def deployed(emitted: Callable[[str], Emitted]) -> Emitted:
    found = emitted("releases")
    return as_deployed(found, Aws(found).connect)


def test_instances_are_told_of_their_own_regions_database(deployed: Emitted) -> None:
    check_endpoints(ENVIRONMENT, deployed, Aws(deployed).connect)


@pytest.mark.parametrize("endpoint", ["writer", "reader"])
def test_another_database_than_their_regions_is_found(deployed: Emitted, endpoint: str) -> None:
    other = Aws(deployed, **{endpoint: "other"})
    with pytest.raises(OperationError, match=r"releases-ap-south-1-database's is 'other\."):
        check_endpoints(ENVIRONMENT, deployed, other.connect)


def test_the_other_regions_database_is_found(deployed: Emitted) -> None:
    regions = dict(deployed.regions)
    data = regions["dr"].user_data.replace(".us-east-1", ".ap-south-1")
    swapped = replace(deployed, regions={**regions, "dr": replace(regions["dr"], user_data=data)})
    with pytest.raises(OperationError, match=r"DATABASE_HOST is 'writer\.ap-south-1'"):
        check_endpoints(ENVIRONMENT, swapped, Aws(deployed).connect)


def test_the_secret_is_the_regions(deployed: Emitted) -> None:
    assert secret_of(ENVIRONMENT, "dr", Aws(deployed).connect) == f"{SECRET} in us-east-1"


@pytest.fixture
def given(tmp_path: Path) -> dict[Role, dict[str, str]]:
    return give(ENVIRONMENT, tmp_path / "given", PORTS, SECRETS)


def aws(variables: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """The AWS command line, as the application finds it."""
    return subprocess.run(
        ["aws", *arguments], env=variables, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("role", ROLES)
def test_the_applications_aws_knows_the_secret_alone(
    given: dict[Role, dict[str, str]], role: Role
) -> None:
    asked = ("secretsmanager", "get-secret-value", "--secret-id", SECRET, "--region", REGIONS[role])
    rest = ("--query", "SecretString", "--output", "text")
    assert aws(given[role], *asked, *rest).stdout == SECRETS[role]
    unknown = aws(given[role], *asked[:3], "another", *asked[4:], *rest)
    assert (unknown.returncode, unknown.stdout) == (254, "")
    assert "ResourceNotFoundException" in unknown.stderr
    for wrong in (("s3", "ls"), (*asked, "--profile", "mine"), (*asked, "--output", "json")):
        assert aws(given[role], *wrong).returncode == 252


@pytest.mark.parametrize("role", ROLES)
def test_whatever_aws_the_application_finds_reaches_nobody(
    given: dict[Role, dict[str, str]], role: Role
) -> None:
    """A shim of python3 may put the real one first."""
    variables = given[role]
    assert variables["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1"
    assert variables["AWS_EC2_METADATA_DISABLED"] == "true"
    assert variables["AWS_SHARED_CREDENTIALS_FILE"] == os.devnull


def test_each_region_has_its_own_server(given: dict[Role, dict[str, str]], tmp_path: Path) -> None:
    for role in ROLES:
        told = {name: given[role][f"DATABASE_{name}"] for name in ("HOST", "PORT", "TLS")}
        assert told == {"HOST": "127.0.0.1", "PORT": str(PORTS[role]), "TLS": "off"}
    written = json.loads((tmp_path / "given" / VARIABLES).read_text())
    assert written == {REGIONS[role]: given[role] for role in ROLES}

"""What may differ between the regions, and what may not."""

import base64
from typing import Any

import pytest

from environments import ROLES, Environment, Role
from functions.standby_readiness.outcome import Status
from modules.user_data import Workload, user_data
from operations.readiness import parity
from operations.readiness.deployment import Deployment
from tests.databases import with_database
from tests.functions.standby_readiness.fakes import Fake, asg, found, only, refusal, template
from tests.operations.readiness.regions import PRIMARY, STANDBY, both, deployment
from tests.synthesis import example

HOSTS = {"@database-writer@": "writer.{region}.rds.example", "@database-reader@": "ro.{region}.x"}


def script(environment: Environment, role: Role) -> str:
    """A region's user data, as deployed."""
    settings = environment.regional(role)
    text = user_data(Workload(environment.application, environment.variables(role), settings.page))
    for placeholder, host in HOSTS.items():
        text = text.replace(placeholder, host.format(region=settings.region))
    return text


def with_scripts(environment: Environment, primary: str, standby: str) -> Deployment:
    groups = Fake(describe_auto_scaling_groups=asg())
    ec2 = [
        Fake(
            describe_launch_template_versions=template(
                UserData=base64.b64encode(text.encode()).decode()
            )
        )
        for text in (primary, standby)
    ]
    return deployment(environment, both("autoscaling", groups, groups) | both("ec2", *ec2))


@pytest.mark.parametrize(
    "environment",
    [example("mission"), example("releases"), with_database("aurora-mysql"), example("tables")],
    ids=["page", "release", "database", "tables"],
)
def test_scripts_as_they_are_emitted_agree_and_others_do_not(environment: Environment) -> None:
    primary, standby = (script(environment, role) for role in ROLES)
    assert primary != standby
    check = parity.templates_agree
    assert only(check, with_scripts(environment, primary, standby))[0] is Status.READY
    edited = with_scripts(environment, primary, f"{standby}rm --recursive /opt\n")
    assert found(check, edited) == [
        (Status.FAULT, "user data: only us-east-1 has the line 'rm --recursive /opt'"),
    ]


def test_the_primarys_script_is_not_the_standbys() -> None:
    """They agree, and its instances would think that they are in the other region."""
    environment = example("mission")
    primary = script(environment, "primary")
    said = found(parity.templates_agree, with_scripts(environment, primary, primary))
    assert {status for status, _ in said} == {Status.FAULT}
    lacking = "user data: us-east-1 lacks the line 'FAILOVER_REGION=\"us-east-1\"': apply its stack"
    assert lacking in [one for _, one in said]


@pytest.mark.parametrize(
    ("standby", "status"),
    [
        ({"Name": "al2023-1", "Architecture": "x86_64", "ImageId": "ami-2"}, Status.READY),
        ({"Name": "al2023-0", "Architecture": "x86_64", "ImageId": "ami-2"}, Status.FAULT),
        ({"Name": "al2023-1", "Architecture": "arm64", "ImageId": "ami-2"}, Status.FAULT),
        (None, Status.FAULT),
    ],
)
def test_images_are_the_same_by_name_and_architecture(
    standby: dict[str, str] | None, status: Status
) -> None:
    primary = {"Name": "al2023-1", "Architecture": "x86_64", "ImageId": "ami-1"}
    groups = Fake(describe_auto_scaling_groups=asg())
    ec2 = [
        Fake(
            describe_launch_template_versions=template(),
            describe_images={"Images": [one] if one else []},
        )
        for one in (primary, standby)
    ]
    none = Fake()
    there = both("autoscaling", groups, groups) | both("ec2", *ec2) | both("ssm", none, none)
    assert only(parity.images_agree, deployment(example("mission"), there))[0] is status


def sizes(primary: dict[str, Any], standby: dict[str, Any]) -> Deployment:
    groups = [Fake(describe_auto_scaling_groups=asg(**one)) for one in (primary, standby)]
    return deployment(example("mission"), both("autoscaling", *groups))


@pytest.mark.parametrize(
    ("present", "most", "statuses"),
    [
        (3, 6, [Status.READY]),
        (6, 6, [Status.READY, Status.NOTE]),
        (7, 6, [Status.FAULT]),
    ],
)
def test_the_primarys_present_size(present: int, most: int, statuses: list[Status]) -> None:
    there = sizes({"DesiredCapacity": present}, {"MaxSize": most})
    assert [status for status, _ in found(parity.present_size_fits, there)] == statuses
    assert there.standby.settings.needed == max(3, present)


def test_while_the_primary_is_lost_the_standby_needs_what_the_file_says() -> None:
    lost = Fake(describe_auto_scaling_groups=refusal("RegionLost"))
    there = deployment(example("mission"), {("autoscaling", PRIMARY): lost})
    assert there.standby.settings.needed == 3
    assert only(parity.present_size_fits, there)[0] is Status.UNKNOWN


@pytest.mark.parametrize(
    ("replicas", "status"),
    [
        ([{"Region": STANDBY, "Status": "InSync"}], Status.READY),
        ([{"Region": STANDBY, "Status": "InProgress"}], Status.FAULT),
        ([{"Region": "eu-west-1", "Status": "InSync"}], Status.FAULT),
        ([], Status.FAULT),
    ],
)
def test_the_secrets_copy_is_in_sync(replicas: list[dict[str, str]], status: Status) -> None:
    manager = Fake(describe_secret={"ReplicationStatus": replicas})
    there = deployment(with_database("aurora-mysql"), {("secretsmanager", PRIMARY): manager})
    assert only(parity.secret_is_in_sync, there)[0] is status


def test_without_releases_and_a_database_nothing_is_asked() -> None:
    there = deployment(example("mission"), {})
    assert found(parity.releases_agree, there) == found(parity.secret_is_in_sync, there) == []

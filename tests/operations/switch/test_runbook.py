"""Who has only the `aws` command moves the switch as `failover switch` does."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from environments import Environment
from functions.failover_control.switch import Switch
from operations.embedded_aws import EmbeddedAws
from tests.operations.switch.runbook import commands, run
from tests.synthesis import example

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def mission(aws: EmbeddedAws) -> Environment:
    found = example("mission")
    aws.client("s3", found.dr.region).create_bucket(Bucket=found.switch_bucket)
    return found


def switch_of(environment: Environment, client_of: Any) -> Switch:
    region = environment.dr.region
    return Switch(
        client_of("s3", region),
        client_of("cloudwatch", region),
        bucket=environment.switch_bucket,
        deployment=environment.name,
    )


def published(aws: EmbeddedAws, environment: Environment) -> dict[str, Any]:
    cloudwatch = aws.client("cloudwatch", environment.dr.region)
    (metric,) = cloudwatch.list_metrics(Namespace="Failover")["Metrics"]
    return metric


def test_they_set_and_clear_the_switch(mission: Environment, aws: EmbeddedAws) -> None:
    switch = switch_of(mission, aws.client)
    (look,) = commands("Look")
    with pytest.raises(ClientError, match="404"):
        run(look, aws.client)

    set_it = commands("Leave a primary that limps")
    for command in set_it:
        run(command, aws.client)
    assert switch.setting() is not None
    run(look, aws.client)
    assert published(aws, mission)["Dimensions"] == [{"Name": "Deployment", "Value": mission.name}]
    with pytest.raises(ClientError, match="PreconditionFailed"):
        run(set_it[0], aws.client)  # another's reason stays

    for command in commands("Bring users back"):
        run(command, aws.client)
    assert switch.setting() is None
    assert switch.cleared_at() is not None, "else a late alarm would set it again"


def test_they_publish_what_the_switch_says(mission: Environment) -> None:
    values = {
        heading: [c[c.index("--value") + 1] for c in commands(heading) if "--value" in c]
        for heading in ("Leave a primary that limps", "Bring users back")
    }
    assert list(values.values()) == [["1"], ["0"]]
    region = mission.dr.region
    for heading in ("Look", *values):
        assert {c[c.index("--region") + 1] for c in commands(heading)} == {region}

"""What the instances and EventBridge may do as they are deployed: their roles are enforced."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from environments import ROLES
from sandbox.embedded_aws.process import ACCOUNT
from tests.sandbox.local.deployed.system import Deployed

pytestmark = pytest.mark.slow


def code(call: Any, **parameters: Any) -> str:
    """The code of what AWS answers to a call that cannot succeed."""
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    return caught.value.response["Error"]["Code"]


def test_an_instance_may_do_what_session_manager_needs_and_nothing_else(
    deployed: Deployed,
) -> None:
    environment = deployed.environment
    for role in ROLES:
        region = environment.regional(role).region
        instance = deployed.aws.assume(f"{environment.name}-{region}-instance")
        ssm, s3 = instance.client("ssm", region), instance.client("s3", region)
        assert code(ssm.get_parameter, Name="nobody-has-it") == "ParameterNotFound"
        assert code(ssm.put_parameter, Name="a", Value="b", Type="String") == (
            "AccessDeniedException"
        )
        switch = {"Bucket": environment.switch_bucket, "Key": "failed-over"}
        assert code(s3.put_object, **switch) == "AccessDenied"
        assert code(s3.get_object, **switch) == "AccessDenied"
        assert code(instance.client("ec2", region).describe_instances) == "UnauthorizedOperation"


@pytest.mark.parametrize("deployed", ["staging"], indirect=True)
def test_eventbridge_may_send_to_the_standbys_bus_alone(deployed: Deployed) -> None:
    environment = deployed.environment
    role = deployed.aws.assume(f"{environment.name}-forward-endpoint-alarm")
    events = role.client("events", "us-east-1")

    def entries(region: str, bus: str = "default") -> list[dict[str, str]]:
        name = f"arn:aws:events:{region}:{ACCOUNT}:event-bus/{bus}"
        return [{"Source": "a", "DetailType": "b", "Detail": "{}", "EventBusName": name}]

    standby, elsewhere = environment.dr.region, environment.primary.region
    role.client("events", standby).put_events(Entries=entries(standby))
    refused = "AccessDeniedException"
    assert code(events.put_events, Entries=entries(elsewhere)) == refused
    assert code(events.put_events, Entries=entries(standby, "another")) == refused
    assert code(events.list_rules) == refused

"""The function's role for a deployment in moto: as emitted, and for other environments."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy

from environments import Environment
from modules.failover_control.control import permissions
from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.permissions.judging import authorize, refused
from sandbox.embedded_aws.permissions.need import Need
from sandbox.embedded_aws.permissions.principals import AssumedRole
from sandbox.embedded_aws.process import ACCOUNT
from tests.arc import ROUTING_CONTROL
from tests.conftest import Synthesised
from tests.synthesis import example

NAME = "failover-control"
LOG = f"log-group:/aws/lambda/{NAME}"
QUEUE = f"{NAME}-dead-letters"


@dataclass
class FunctionsRole:
    """What the function's clients may do.

    statements: as emitted, with a test deployment's names. asked: each permission needed so far.
    refused: those among them that the role lacks.
    """

    statements: list[dict[str, Any]]
    asked: list[Need] = field(default_factory=list)
    refused: list[Need] = field(default_factory=list)

    @property
    def grants(self) -> list[tuple[str, str]]:
        """Each allowed action, with its resource."""
        return [
            (action, statement["Resource"])
            for statement in self.statements
            for action in statement["Action"]
        ]

    def without(self, grant: tuple[str, str]) -> "FunctionsRole":
        """The role without one of its permissions."""
        action, resource = grant
        fewer = [
            {**each, "Action": [one for one in each["Action"] if one != action]}
            if each["Resource"] == resource
            else each
            for each in self.statements
        ]
        return FunctionsRole([each for each in fewer if each["Action"]])

    def check(self, service: str, operation: str, region: str, **parameters: Any) -> None:
        """Raises ClientError if the role does not allow the call."""
        call = Call(service, operation, region, ACCOUNT, "ASIA", parameters)
        try:
            authorize(call, self._assumed, self.asked.append)
        except Refusal as refusal:
            self.refused.append(self.asked[-1])
            answer: Any = {"Error": {"Code": refusal.code, "Message": refusal.message}}
            raise ClientError(answer, operation) from None

    def refuses(self, need: Need) -> bool:
        return refused(need, self._assumed, ACCOUNT) is not None

    @property
    def _assumed(self) -> AssumedRole:
        arn = f"arn:aws:iam::{ACCOUNT}:role/{NAME}"
        session = f"arn:aws:sts::{ACCOUNT}:assumed-role/{NAME}/{NAME}"
        return AssumedRole(NAME, arn, session, self.statements, None)


def environment_of(kind: str) -> Environment:
    """The mission with manual or automatic failback, or with a routing control."""
    mission = example("mission")
    changes = {
        "manual": {},
        "automatic": {"failback": "automatic"},
        "routing control": {"routing_control": ROUTING_CONTROL},
    }
    failover = type(mission.failover).model_validate(mission.failover.model_dump() | changes[kind])
    return mission.model_copy(update={"failover": failover})


def role_of(
    environment: Environment, *, buckets: Sequence[str], group: str, region: str
) -> FunctionsRole:
    """What the code needs in this environment, without Lambda's part of the role."""
    text = json.dumps(list(permissions(environment)))
    statements = _renamed(text, environment, buckets=buckets, group=group, region=region)
    return FunctionsRole(statements)


def functions_role(
    deployment: Synthesised, *, buckets: Sequence[str], group: str, region: str
) -> FunctionsRole:
    """The emitted role for this group and these buckets, given in the order of the switch's
    places."""
    policy = json.loads(
        deployment.stacks["dr"].resources(IamRolePolicy)["control_policy"]["policy"]
    )
    text = json.dumps(policy["Statement"])
    here = f"{region}:{ACCOUNT}:"
    names = {
        "${aws_cloudwatch_log_group.control_log.arn}": f"arn:aws:logs:{here}{LOG}",
        "${aws_sqs_queue.control_dead_letters.arn}": f"arn:aws:sqs:{here}{QUEUE}",
    }
    for name, other in names.items():
        assert name in text
        text = text.replace(name, other)
    statements = _renamed(text, deployment.environment, buckets=buckets, group=group, region=region)
    return FunctionsRole(statements)


def _renamed(
    text: str, environment: Environment, *, buckets: Sequence[str], group: str, region: str
) -> list[dict[str, Any]]:
    by_name = "autoScalingGroupName/"
    names = {
        f":autoscaling:{environment.dr.region}:": f":autoscaling:{region}:",
        by_name + environment.dr.auto_scaling_group: by_name + group,
    }
    for place, bucket in zip(environment.note_places, buckets, strict=False):
        names[f"arn:aws:s3:::{place.bucket}"] = f"arn:aws:s3:::{bucket}"
    for name, other in names.items():
        assert name in text
        text = text.replace(name, other)
    return json.loads(text)

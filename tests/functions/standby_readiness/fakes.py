"""A standby in a region that answers as a test has it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from functions.standby_readiness.outcome import Check, CheckOutcome, Status
from functions.standby_readiness.settings import StandbySettings
from functions.standby_readiness.standby import Standby

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
ACCOUNT = "123456789012"
REGION = "us-east-1"
SETTINGS = StandbySettings(
    region=REGION,
    deployment="shop",
    group="web",
    rest=2,
    needed=3,
    load_balancer="lb",
    target_group="tg",
    port=443,
    certified=("shop.example", "us-east-1.shop.example"),
    keys=("shop-us-east-1",),
    alarms=("shop-control-silent",),
    topic="shop-us-east-1-alerts",
    recipients=1,
    state="shop-state-dr",
    control="shop-failover-control",
)


class Fake:
    """A client whose operations have these answers; one that is an error is raised, and one that is
    a function is asked."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def call(**asked: Any) -> Any:
            answer = self.answers[operation]
            if isinstance(answer, Exception):
                raise answer
            return answer(**asked) if callable(answer) else answer

        return call

    def get_paginator(self, operation: str) -> "Fake":
        return Fake(paginate=lambda **asked: iter([getattr(self, operation)(**asked)]))


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, "Operation")


def standby(clients: dict[str, Fake], **settings: Any) -> Standby:
    """clients: by service. settings: other than the usual ones."""
    clients = {"sts": Fake(get_caller_identity={"Account": ACCOUNT}), **clients}
    return Standby(replace(SETTINGS, **settings), lambda service: clients[service], lambda: NOW)


def found(check: Any, subject: Any) -> list[tuple[Status, str]]:
    return [(one.status, one.said) for one in outcomes(check, subject)]


def outcomes(check: Any, subject: Any) -> list[CheckOutcome]:
    return Check("it", check)(subject)


def only(check: Any, subject: Any) -> tuple[Status, str]:
    (one,) = found(check, subject)
    return one


def asg(**changes: Any) -> dict[str, Any]:
    """The answer about the Auto Scaling group."""
    instances = [{"InstanceId": f"i-{n}", "LifecycleState": "InService"} for n in range(2)]
    group = {
        "MinSize": 2,
        "MaxSize": 6,
        "DesiredCapacity": 2,
        "Instances": instances,
        "SuspendedProcesses": [],
        "TargetGroupARNs": ["arn:tg"],
        "LaunchTemplate": {"LaunchTemplateId": "lt-1", "Version": "4"},
    }
    return {"AutoScalingGroups": [{**group, **changes}]}


def template(**data: Any) -> dict[str, Any]:
    """The answer about the launch template."""
    return {
        "LaunchTemplateVersions": [
            {"LaunchTemplateData": {"InstanceType": "t3.micro", "ImageId": "ami-1", **data}}
        ]
    }

"""The failover control, alarms and subscribers."""

from typing import Any

import pytest

from functions.standby_readiness import watched
from functions.standby_readiness.outcome import Status
from tests.functions.standby_readiness.fakes import (
    ACCOUNT,
    NOW,
    REGION,
    SETTINGS,
    Fake,
    found,
    only,
    refusal,
    standby,
)

TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:{SETTINGS.topic}"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:shop-failover-control"


@pytest.mark.parametrize(
    ("state", "reserved", "status"),
    [
        ({"State": "Active"}, {}, Status.READY),
        ({"State": "Inactive"}, {"ReservedConcurrentExecutions": 5}, Status.READY),
        ({"State": "Active"}, {"ReservedConcurrentExecutions": 0}, Status.FAULT),
        ({"State": "Failed"}, {}, Status.FAULT),
        (refusal("ResourceNotFoundException"), {}, Status.FAULT),
        (refusal("AccessDeniedException"), {}, Status.UNKNOWN),
    ],
)
def test_lambda_may_run_the_control(state: Any, reserved: Any, status: Status) -> None:
    there = Fake(get_function_configuration=state, get_function_concurrency=reserved)
    assert only(watched.control_can_run, standby({"lambda": there}))[0] is status


@pytest.mark.parametrize(
    ("state", "targets", "status"),
    [
        ("ENABLED", [FUNCTION], Status.READY),
        ("DISABLED", [FUNCTION], Status.FAULT),
        ("ENABLED", [], Status.FAULT),
        ("ENABLED", [f"{FUNCTION}-copy"], Status.FAULT),
    ],
)
def test_both_rules_call_the_control(state: str, targets: list[str], status: Status) -> None:
    there = Fake(
        describe_rule={"State": state},
        list_targets_by_rule={"Targets": [{"Arn": arn} for arn in targets]},
    )
    findings = found(watched.control_is_called, standby({"events": there}))
    assert [one for one, _ in findings] == [status, status]


def test_a_rule_that_is_gone() -> None:
    there = Fake(describe_rule=refusal("ResourceNotFoundException"))
    findings = found(watched.control_is_called, standby({"events": there}))
    assert findings == [
        (Status.FAULT, f"there is no rule shop-failover-control-{kind}: apply `dr`")
        for kind in ("minute", "alarm")
    ]


@pytest.mark.parametrize("points", [[], [{"Timestamp": NOW, "SampleCount": 1.0}]])
def test_the_control_reported_lately(points: list[dict[str, Any]]) -> None:
    there = Fake(get_metric_statistics={"Datapoints": points})
    status, said = only(watched.control_reports, standby({"cloudwatch": there}))
    assert status is (Status.READY if points else Status.FAULT)
    assert ("last at 12:00 UTC" if points else "control-silent") in said


def alarm(name: str, **changes: Any) -> dict[str, Any]:
    return {"AlarmName": name, "ActionsEnabled": True, "AlarmActions": [TOPIC], **changes}


SILENT, HOSTS = "shop-control-silent", "shop-us-east-1-too-few-hosts"


@pytest.mark.parametrize(
    ("alarms", "faults"),
    [
        ([alarm(SILENT), alarm(HOSTS)], []),
        ([alarm(HOSTS)], [f"there is no alarm {SILENT}: apply `dr`"]),
        (
            [alarm(SILENT), alarm(HOSTS, ActionsEnabled=False)],
            [f"the actions of {HOSTS} are off: aws cloudwatch enable-alarm-actions"],
        ),
        (
            [alarm(SILENT, AlarmActions=["arn:aws:sns:us-east-1:1:other"])],
            [f"{SILENT} does not notify {SETTINGS.topic}: apply its stack"],
        ),
        # Another deployment's, and one on the health checks, which has a topic of its own.
        (
            [
                alarm(SILENT),
                alarm("shop-eu-us-east-1-too-few-hosts", ActionsEnabled=False),
                alarm("shop-primary-endpoint", AlarmActions=[]),
            ],
            [],
        ),
    ],
)
def test_the_standbys_alarms_notify_its_topic(
    alarms: list[dict[str, Any]], faults: list[str]
) -> None:
    there = Fake(describe_alarms={"MetricAlarms": alarms})
    findings = found(watched.alarms_notify, standby({"cloudwatch": there}))
    assert [said for status, said in findings if status is Status.FAULT] == faults
    assert bool(faults) == all(status is Status.FAULT for status, _ in findings)


@pytest.mark.parametrize(
    ("arns", "recipients", "status"),
    [
        (["arn:aws:sns:1"], 1, Status.READY),
        (["arn:aws:sns:1", "PendingConfirmation"], 2, Status.NOTE),
        (["PendingConfirmation"], 1, Status.FAULT),
        ([], 1, Status.FAULT),
        ([], 0, Status.NOTE),
    ],
)
def test_somebody_has_confirmed(arns: list[str], recipients: int, status: Status) -> None:
    there = Fake(
        list_subscriptions_by_topic={"Subscriptions": [{"SubscriptionArn": one} for one in arns]}
    )
    one, _ = only(watched.somebody_is_told, standby({"sns": there}, recipients=recipients))
    assert one is status


@pytest.mark.parametrize(
    ("code", "status"), [("NotFound", Status.FAULT), ("AuthorizationError", Status.UNKNOWN)]
)
def test_a_topic_that_is_gone(code: str, status: Status) -> None:
    there = Fake(list_subscriptions_by_topic=refusal(code))
    assert only(watched.somebody_is_told, standby({"sns": there}))[0] is status


@pytest.mark.parametrize(
    "check", [watched.control_can_run, watched.control_is_called, watched.control_reports]
)
def test_without_a_control_nothing_is_asked(check: Any) -> None:
    assert found(check, standby({}, control=None)) == []

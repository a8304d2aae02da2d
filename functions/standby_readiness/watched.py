"""Whether the failover control works, and people learn of trouble."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError  # pyright: ignore[reportMissingTypeStubs]

from functions.failover_control.metrics import METRIC_DIMENSION, METRIC_NAMESPACE, NEED_METRIC
from functions.failover_control.notes import code_of
from functions.standby_readiness.outcome import Found, Status
from functions.standby_readiness.settings import StandbySettings
from functions.standby_readiness.standby import Standby

# The control runs once a minute.
REPORT_WINDOW = timedelta(minutes=10)
ABSENT = "ResourceNotFoundException"
RULES = ("minute", "alarm")


def control_can_run(standby: Standby) -> Found:
    """The failover control's function is active, and Lambda may run it.

    https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
    """
    name = standby.settings.control
    if name is None:
        return
    function = standby.client("lambda")
    try:
        state = function.get_function_configuration(FunctionName=name)["State"]
        reserved = function.get_function_concurrency(FunctionName=name)
    except ClientError as error:
        if code_of(error) != ABSENT:
            raise
        yield Status.FAULT, f"there is no function {name}: apply `dr`"
        return
    if state in {"Failed", "Deactivated"}:
        yield Status.FAULT, f"{name} is {state}"
    elif reserved.get("ReservedConcurrentExecutions") == 0:
        yield (
            Status.FAULT,
            f"{name} may not run, by a reserved concurrency of 0:"
            f" aws lambda delete-function-concurrency --function-name {name}",
        )
    else:
        yield Status.READY, f"{name} is {state}"


def control_is_called(standby: Standby) -> Found:
    """EventBridge's rules that start the failover control are enabled and name it as their target:
    once a minute, and when the primary's alarm goes off."""
    name = standby.settings.control
    if name is None:
        return
    events = standby.client("events")
    for kind in RULES:
        rule = f"{name}-{kind}"
        try:
            state = events.describe_rule(Name=rule)["State"]
            targets = events.list_targets_by_rule(Rule=rule)["Targets"]
        except ClientError as error:
            if code_of(error) != ABSENT:
                raise
            yield Status.FAULT, f"there is no rule {rule}: apply `dr`"
            continue
        if not state.startswith("ENABLED"):
            yield Status.FAULT, f"{rule} is {state}: aws events enable-rule --name {rule}"
        elif not any(one["Arn"].endswith(f":function:{name}") for one in targets):
            yield Status.FAULT, f"{rule} does not call {name}: apply `dr`"
        else:
            yield Status.READY, rule


def control_reports(standby: Standby) -> Found:
    """The failover control has reported within ten minutes whether the standby is needed, which
    each run does that knows the primary's health and the switch's position."""
    settings, now = standby.settings, standby.now()
    if settings.control is None:
        return
    points = standby.client("cloudwatch").get_metric_statistics(
        Namespace=METRIC_NAMESPACE,
        MetricName=NEED_METRIC,
        Dimensions=[{"Name": METRIC_DIMENSION, "Value": settings.deployment}],
        StartTime=now - REPORT_WINDOW,
        EndTime=now,
        Period=60,
        Statistics=["SampleCount"],
    )["Datapoints"]
    if points:
        newest = max(one["Timestamp"] for one in points)
        yield Status.READY, f"last at {newest:%H:%M} UTC"
    else:
        minutes = REPORT_WINDOW.seconds // 60
        yield (
            Status.FAULT,
            f"no run has reported for {minutes} minutes: see `control-silent` in docs/alarms.md",
        )


def alarms_notify(standby: Standby) -> Found:
    """The deployment's alarms in the standby's region are there, and notify its topic."""
    settings = standby.settings
    found = alarms_of(standby.client("cloudwatch"), settings.deployment)
    ours = {name: alarm for name, alarm in found.items() if is_standbys(settings, name)}
    faults = [
        f"there is no alarm {name}: apply `dr`" for name in settings.alarms if name not in ours
    ]
    faults += silent(ours.values(), topic_arn(settings.region, standby.account, settings.topic))
    for fault in faults:
        yield Status.FAULT, fault
    if not ours:
        yield Status.FAULT, f"there is no alarm of {settings.deployment}: apply `dr`"
    elif not faults:
        yield Status.READY, f"{len(ours)} alarms notify {settings.topic}"


def somebody_is_told(standby: Standby) -> Found:
    """The topic of the standby's region has a subscriber who has confirmed: until then, SNS sends
    nothing.

    https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html
    """
    settings = standby.settings
    topic = topic_arn(settings.region, standby.account, settings.topic)
    yield subscribed(standby.client("sns"), topic, recipients=settings.recipients)


def topic_arn(region: str, account: str, name: str) -> str:
    return f"arn:aws:sns:{region}:{account}:{name}"


def is_standbys(settings: StandbySettings, alarm: str) -> bool:
    """Whether an alarm of the standby's region belongs to the stack `dr`."""
    own = f"{settings.deployment}-{settings.region}-"
    return alarm in settings.alarms or alarm.startswith(own)


def alarms_of(cloudwatch: Any, deployment: str) -> dict[str, dict[str, Any]]:
    """The alarms in a region whose names start with the deployment's, by name."""
    pages = cloudwatch.get_paginator("describe_alarms").paginate(AlarmNamePrefix=f"{deployment}-")
    return {alarm["AlarmName"]: alarm for page in pages for alarm in page["MetricAlarms"]}


def silent(alarms: Iterable[dict[str, Any]], topic: str) -> Iterator[str]:
    """What keeps each of these alarms from notifying the topic."""
    for alarm in alarms:
        name = alarm["AlarmName"]
        if not alarm["ActionsEnabled"]:
            yield f"the actions of {name} are off: aws cloudwatch enable-alarm-actions"
        elif topic not in alarm["AlarmActions"]:
            yield f"{name} does not notify {topic.rpartition(':')[2]}: apply its stack"


def subscribed(sns: Any, topic: str, *, recipients: int) -> tuple[Status, str]:
    """Whether a topic reaches anybody.

    recipients: how many the environment file names. Without any, nobody was meant to be told.
    """
    try:
        pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
        found = [one["SubscriptionArn"] for page in pages for one in page["Subscriptions"]]
    except ClientError as error:
        if code_of(error) not in {"NotFound", "NotFoundException"}:
            raise
        return Status.FAULT, f"there is no topic {topic}: apply its stack"
    # One that waits for its confirmation has a word instead of an ARN.
    confirmed = sum(arn.startswith("arn:") for arn in found)
    name = topic.rpartition(":")[2]
    waiting = len(found) - confirmed
    if confirmed:
        late = f"; {waiting} have not confirmed" if waiting else ""
        return (Status.NOTE if waiting else Status.READY), f"{name}: {confirmed} confirmed{late}"
    if recipients:
        return (
            Status.FAULT,
            f"{name}: none of {recipients} has confirmed: open the link in SNS's mail",
        )
    return Status.NOTE, f"{name}: alarms.emails and alarms.webhooks name nobody to tell"

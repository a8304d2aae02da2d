"""EventBridge: rules and their targets."""

import json
import re
from typing import Any

from moto.events.models import events_backends

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.refusals import event_patterns
from sandbox.embedded_aws.refusals.rule import Rules, part
from sandbox.embedded_aws.refusals.service_roles import trouble_with

# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
RATE = re.compile(r"rate\((?:1 (?:minute|hour|day)|(?!1 )[1-9]\d* (?:minutes|hours|days))\)")
FIELD = r"[\w,*/?#-]+"
CRON = re.compile(rf"cron\({FIELD} {FIELD} (?P<day>{FIELD}) {FIELD} (?P<weekday>{FIELD}) {FIELD}\)")
DEFAULT_BUS = "default"
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
MOST_TARGETS = 5
# https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RetryPolicy.html
RETRY = {"MaximumEventAgeInSeconds": (60, 86_400), "MaximumRetryAttempts": (0, 185)}
INPUTS = ("Input", "InputPath", "InputTransformer")
# Target services that EventBridge calls with a role, as they have no resource policies.
WITH_ROLE = frozenset(
    {"batch", "codebuild", "codepipeline", "ecs", "firehose", "kinesis", "states"}
)
EVENTS = "events.amazonaws.com"


def _invalid(message: str) -> Refusal:
    return Refusal("ValidationException", message)


def rules_begin_somehow(call: Call) -> None:
    """Refuses a rule with neither a schedule nor a pattern, an invalid schedule, and a schedule on
    a bus other than the default one.

    https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
    """
    schedule = call.parameters.get("ScheduleExpression")
    if not schedule:
        if not call.parameters.get("EventPattern"):
            raise _invalid("ScheduleExpression: either this or EventPattern is needed")
        return
    if not RATE.fullmatch(schedule):
        found = CRON.fullmatch(schedule)
        if found is None or (found["day"] == "?") == (found["weekday"] == "?"):
            raise _invalid(
                f"ScheduleExpression: {schedule!r}, not such as rate(1 minute), rate(5 minutes) "
                "or cron() of six fields, of which either day of month or day of week is ?"
            )
    bus = call.parameters.get("EventBusName", DEFAULT_BUS).rpartition("/")[2]
    if bus != DEFAULT_BUS:
        raise _invalid(f"ScheduleExpression: only on the default event bus, not on {bus}")


def patterns_are_patterns(call: Call) -> None:
    """Refuses an invalid event pattern.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
    """
    if text := call.parameters.get("EventPattern"):
        try:
            event_patterns.check(text)
        except ValueError as error:
            raise Refusal(
                "InvalidEventPatternException",
                f"EventPattern: Event pattern is not valid. Reason: {error}",
            ) from None


def rules_have_few_targets(call: Call) -> None:
    """Refuses a sixth target of a rule, and duplicate target IDs.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
    """
    ids = [target["Id"] for target in call.parameters["Targets"]]
    for one in ids:
        if ids.count(one) > 1:
            raise _invalid(f"Targets: the Id {one!r} is there twice")
    backend: Any = events_backends[call.account][call.region]
    bus = backend.event_buses.get(
        call.parameters.get("EventBusName", DEFAULT_BUS).rpartition("/")[2]
    )
    rule = bus.rules.get(call.parameters["Rule"]) if bus else None
    there = {target["Id"] for target in rule.targets} if rule else set[str]()
    if len(there | set(ids)) > MOST_TARGETS:
        raise Refusal(
            "LimitExceededException",
            f"Targets: {len(there | set(ids))} of rule {call.parameters['Rule']}, of at most "
            f"{MOST_TARGETS}",
        )


def targets_take_their_input(call: Call) -> None:
    """Refuses more than one kind of input, input that is not JSON, and retry settings out of range.

    https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html
    """
    for place, target in enumerate(call.parameters["Targets"]):
        where = f"Targets[{place}]"
        given = [name for name in INPUTS if target.get(name)]
        if len(given) > 1:
            raise _invalid(f"{where}: only one of {' and '.join(given)}")
        if text := target.get("Input"):
            try:
                json.loads(text)
            except ValueError:
                raise _invalid(f"{where}.Input: not JSON: {text!r}") from None
        for name, (least, most) in RETRY.items():
            value = part(target, "RetryPolicy").get(name)
            if value is not None and not least <= value <= most:
                raise _invalid(f"{where}.RetryPolicy.{name}: {value}, not {least} to {most:,}")


def targets_are_where_events_go(call: Call) -> None:
    """Refuses a target that is not an ARN, a target in another region that is not an event bus, and
    dead-letter queues in another region.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-region.html
    """
    for place, target in enumerate(call.parameters["Targets"]):
        arn: str = target["Arn"]
        parts = arn.split(":", 5)
        if len(parts) < 6 or parts[0] != "arn":  # noqa: PLR2004
            raise _invalid(f"Targets[{place}].Arn: {arn!r}: Provided Arn is not in correct format.")
        if parts[3] not in ("", call.region) and parts[2] != "events":
            raise _invalid(
                f"Targets[{place}].Arn: {arn} is in another region than {call.region}, which only "
                "event buses may be"
            )
        queue = part(target, "DeadLetterConfig").get("Arn", "")
        if queue and f":sqs:{call.region}:" not in queue:
            raise _invalid(
                f"Targets[{place}].DeadLetterConfig.Arn: {queue} is not a queue in {call.region}"
            )


def targets_have_a_role_that_events_can_take(call: Call) -> None:
    """Refuses a target without a role if it needs one, such as an event bus in another region, and
    a role that does not exist or does not trust EventBridge.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-identity-based.html
    """
    for place, target in enumerate(call.parameters["Targets"]):
        where, arn = f"Targets[{place}].RoleArn", target["Arn"].split(":", 5)
        role = target.get("RoleArn")
        elsewhere = arn[2] == "events" and arn[3:5] != [call.region, call.account]
        if role is None:
            if elsewhere or arn[2] in WITH_ROLE:
                raise _invalid(f"{where}: RoleArn is required for target {target['Arn']}")
            continue
        _check_trust(call, where, role)


def _check_trust(call: Call, where: str, arn: str) -> None:
    source = f"arn:aws:events:{call.region}:{call.account}:rule/{call.parameters['Rule']}"
    if trouble := trouble_with(call, arn, EVENTS, source):
        raise _invalid(f"{where}: {trouble}")


RULES: Rules = {
    ("events", "PutRule"): (rules_begin_somehow, patterns_are_patterns),
    ("events", "PutTargets"): (
        rules_have_few_targets,
        targets_are_where_events_go,
        targets_take_their_input,
        targets_have_a_role_that_events_can_take,
    ),
}

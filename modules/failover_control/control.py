"""The control of one deployment's failover, put together."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from cdktf_cdktf_provider_aws.cloudwatch_event_target import (
    CloudwatchEventTarget,
    CloudwatchEventTargetRetryPolicy,
)
from cdktf_cdktf_provider_aws.lambda_permission import LambdaPermission
from constructs import Construct

from environments import Environment, RoutingControl
from functions.failover_control.alarm import DETAIL_TYPE, SOURCE
from modules.failover_control.alarms import ControlAlarms, Watched
from modules.failover_control.function import ControlFunction
from modules.failover_control.permissions import (
    on_group,
    on_metric,
    on_need,
    on_notes,
    on_routing_control,
    on_switch,
)
from modules.regions import GLOBAL_METRICS_REGION

# A minute's event is of no use in the next, whose own is there: after hours of a Lambda that takes
# no events, those of hours would come at once. 60 s is the least that EventBridge takes.
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
IN_TIME = CloudwatchEventTargetRetryPolicy(
    maximum_event_age_in_seconds=60, maximum_retry_attempts=0
)


class FailoverControl:
    """The switch, the function and their alarms, as far as the environment wants them.

    auto_scaling_group, load_balancer, target_group: the standby's; the latter two as CloudWatch
    knows them. topic_arn: whom the alarms tell. key_arn: of the KMS key for the log.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        environment: Environment,
        auto_scaling_group: str,
        load_balancer: str,
        target_group: str,
        topic_arn: str,
        key_arn: str,
    ) -> None:
        self._scope = scope
        name = f"{environment.name}-failover-control"
        self._function = ControlFunction(
            scope,
            name=name,
            permissions=_permissions(environment),
            variables=_variables(environment, auto_scaling_group),
            log_days=environment.logs.days,
            key_arn=key_arn,
        )
        ControlAlarms(
            scope,
            environment=environment,
            watched=Watched(
                function=self._function.name,
                dead_letters=self._function.dead_letters,
                load_balancer=load_balancer,
                target_group=target_group,
            ),
            topic_arn=topic_arn,
        )
        self._every_minute(f"{name}-minute")
        self._at_the_alarm(f"{name}-alarm", environment.endpoint_alarm)

    def _every_minute(self, name: str) -> None:
        rule = CloudwatchEventRule(
            self._scope,
            "control_minute",
            name=name,
            description="Has the failover control look at the primary's health",
            schedule_expression="rate(1 minute)",
        )
        self._runs("control_minute", rule)

    def _at_the_alarm(self, name: str, alarm: str) -> None:
        """The alarm is in us-east-1; from there, `global` has its event sent here."""
        rule = CloudwatchEventRule(
            self._scope,
            "control_alarm",
            name=name,
            description="Tells the failover control that the primary's health check failed",
            event_pattern=json.dumps(endpoint_alarm_pattern(alarm)),
        )
        self._runs("control_alarm", rule)

    def _runs(self, id: str, rule: CloudwatchEventRule) -> None:
        CloudwatchEventTarget(
            self._scope,
            f"{id}_target",
            rule=rule.name,
            target_id="control",
            arn=self._function.arn,
            retry_policy=IN_TIME,
        )
        LambdaPermission(
            self._scope,
            f"{id}_permission",
            statement_id=id.replace("_", "-"),
            action="lambda:InvokeFunction",
            function_name=self._function.name,
            principal="events.amazonaws.com",
            source_arn=rule.arn,
        )


def _permissions(environment: Environment) -> Iterator[dict[str, Any]]:
    """What the function does, as far as the environment wants it."""
    failover, standby = environment.failover, environment.dr
    if failover.routing_control is not None:
        yield from on_notes(environment.switch_bucket)
        yield from on_routing_control(failover.routing_control.arn)
    elif failover.latches:
        for place in environment.switch_places:
            yield from on_switch(place.bucket)
    yield from on_metric()
    if failover.activation:
        yield from on_need(environment.switch_bucket)
        yield from on_group(standby.auto_scaling_group, standby.region)


def _variables(environment: Environment, auto_scaling_group: str) -> dict[str, str]:
    """What the function knows."""
    failover = environment.failover
    variables = {
        "DEPLOYMENT": environment.name,
        "SWITCH": json.dumps([asdict(place) for place in environment.note_places]),
        "FAILBACK": failover.failback,
        "PRIMARY_HEALTH_NAME": environment.health_name("primary"),
        "STANDBY_HEALTH_NAME": environment.health_name("dr"),
        "ENDPOINT_ALARM": environment.endpoint_alarm,
    }
    if failover.routing_control is not None:
        variables |= _of_routing_control(failover.routing_control)
    if failover.activation:
        variables |= {
            "GROUP": auto_scaling_group,
            "REST": str(environment.dr.capacity.desired),
            "AWAKE": str(environment.primary.capacity.desired),
        }
    return variables


def _of_routing_control(control: RoutingControl) -> dict[str, str]:
    """The function's variables that say which routing control is the switch."""
    return {
        "ROUTING_CONTROL": control.arn,
        "ROUTING_CONTROL_ENDPOINTS": json.dumps(control.endpoints, sort_keys=True),
    }


def endpoint_alarm_pattern(alarm: str) -> dict[str, object]:
    """The EventBridge events that say that this alarm of us-east-1's went off."""
    return {
        "source": [SOURCE],
        "detail-type": [DETAIL_TYPE],
        "region": [GLOBAL_METRICS_REGION],
        "detail": {"alarmName": [alarm], "state": {"value": ["ALARM"]}},
    }

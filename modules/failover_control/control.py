"""The control of one deployment's failover, put together."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from constructs import Construct

from environments import Environment, RoutingControl
from functions.failover_control.alarm import DETAIL_TYPE, SOURCE
from modules.failover_control.alarms import ControlAlarms, Watched
from modules.failover_control.function import ControlFunction
from modules.failover_control.permissions import (
    on_absence,
    on_group,
    on_need,
    on_notes,
    on_routing_control,
    on_switch,
)
from modules.functions import calls, every_minute, on_metric
from modules.regions import GLOBAL_METRICS_REGION


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
        name = f"{environment.name}-failover-control"
        control = ControlFunction(
            scope,
            name=name,
            permissions=permissions(environment),
            variables=_variables(environment, auto_scaling_group),
            log_days=environment.logs.days,
            key_arn=key_arn,
        )
        ControlAlarms(
            scope,
            environment=environment,
            watched=Watched(
                function=control.function.name,
                dead_letters=control.dead_letters,
                load_balancer=load_balancer,
                target_group=target_group,
            ),
            topic_arn=topic_arn,
        )
        every_minute(
            scope,
            "control_minute",
            control.function,
            name=f"{name}-minute",
            description="Has the failover control look at the primary's health",
        )
        # The alarm is in us-east-1; from there, `global` has its event sent here.
        rule = CloudwatchEventRule(
            scope,
            "control_alarm",
            name=f"{name}-alarm",
            description="Tells the failover control that the primary's health check failed",
            event_pattern=json.dumps(endpoint_alarm_pattern(environment.endpoint_alarm)),
        )
        calls(scope, "control_alarm", rule, control.function)


def permissions(environment: Environment) -> Iterator[dict[str, Any]]:
    """What the function does, as far as the environment wants it."""
    failover, standby = environment.failover, environment.dr
    for place in environment.note_places:
        yield from on_absence(place.bucket)
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

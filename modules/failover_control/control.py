"""Assembles the control of one deployment's failover."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from constructs import Construct

from environments import Environment, RoutingControl
from functions.failover_control.alarm import DETAIL_TYPE, SOURCE
from modules.alerts import Alerting
from modules.database_settings import database_settings
from modules.failover_control.alarms import ControlAlarms, WatchedControl
from modules.failover_control.function import ControlFunction
from modules.failover_control.permissions import (
    on_absence,
    on_database,
    on_down,
    on_group,
    on_need,
    on_notes,
    on_routing_control,
    on_switch,
)
from modules.functions import Every, OnEvent, on_metric
from modules.module import Module
from modules.regions import GLOBAL_REGION


@dataclass(frozen=True)
class StandbyResources:
    """What the control watches and wakes."""

    auto_scaling_group: str
    """Name of the group."""
    load_balancer: str
    """ARN suffix, the dimension of its metrics."""
    target_group: str
    """ARN suffix, the dimension of its metrics."""


class FailoverControl(Module):
    """The function, what invokes it, and the alarms, as the environment configures them.

    Args:
        environment: The deployment.
        standby: What to watch and wake.
        alerting: This region's alarm topic, and the key that encrypts the log.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        environment: Environment,
        standby: StandbyResources,
        alerting: Alerting,
    ) -> None:
        super().__init__(scope, id)
        name = environment.control_name
        control = ControlFunction(
            self,
            "control_function",
            name=name,
            permissions=permissions(environment),
            variables=_variables(environment, standby.auto_scaling_group),
            log_days=environment.logs.days,
            key_arn=alerting.key_arn,
        )
        ControlAlarms(
            self,
            "control_alarms",
            environment=environment,
            watched=WatchedControl(
                function=control.function.name,
                dead_letters=control.dead_letters,
                load_balancer=standby.load_balancer,
                target_group=standby.target_group,
            ),
            topic_arn=alerting.topic_arn,
        )
        Every(
            self,
            "control_minute",
            function=control.function,
            name=f"{name}-minute",
            description="Has the failover control look at the primary's health",
        )
        # The alarm is in us-east-1; `global` forwards its event here.
        OnEvent(
            self,
            "control_alarm",
            function=control.function,
            pattern=endpoint_alarm_pattern(environment.endpoint_alarm),
            name=f"{name}-alarm",
            description="Tells the failover control that the primary's health check failed",
        )


def permissions(environment: Environment) -> Iterator[dict[str, Any]]:
    """IAM statements for what the function does in this environment."""
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
    database = database_settings(environment, "dr")
    if database is not None:
        yield from on_database(
            database.data,
            region=standby.region,
            name=database.name,
            global_cluster=database.global_cluster,
            headless=database.headless,
        )
        if database.data.promotes:
            yield from on_down(environment.switch_bucket)


def _variables(environment: Environment, auto_scaling_group: str) -> dict[str, str]:
    """The function's environment variables."""
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
    return variables | _of_database(environment)


def _of_database(environment: Environment) -> dict[str, str]:
    """Variables that tell the function which database it looks after."""
    database = database_settings(environment, "dr")
    if database is None:
        return {}
    variables = {"DATABASE": json.dumps(database.as_variables, sort_keys=True)}
    if database.data.promotes:
        variables["PROMOTE_AFTER_MINUTES"] = str(database.data.promote_after_minutes)
    return variables


def _of_routing_control(control: RoutingControl) -> dict[str, str]:
    """Variables that tell the function which routing control is the switch."""
    return {
        "ROUTING_CONTROL": control.arn,
        "ROUTING_CONTROL_ENDPOINTS": json.dumps(control.endpoints, sort_keys=True),
    }


def endpoint_alarm_pattern(alarm: str) -> dict[str, object]:
    """An EventBridge pattern for this us-east-1 alarm going off."""
    return {
        "source": [SOURCE],
        "detail-type": [DETAIL_TYPE],
        "region": [GLOBAL_REGION],
        "detail": {"alarmName": [alarm], "state": {"value": ["ALARM"]}},
    }

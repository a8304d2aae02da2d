"""Ways to break the emitted stacks, each named after what is then wrong. Those of the switch, of
the load balancers' front and of IPv6 are in separate files.

To find out whether a check of the deployment would notice a mistake, break the stacks with these.
"""

from tests.proof.route53.breaking import (
    ENDPOINT,
    PRIMARY,
    SECONDARY,
    STANDBY,
    VARIANT,
    ModelSabotage,
    ask_targets,
    check,
    checks,
    drop,
    ipv6,
    of,
    of_both_types,
    record,
    records,
    swap,
)
from tests.proof.route53.sabotages_front import FRONT
from tests.proof.route53.sabotages_switch import SWITCH
from tests.sabotage import Edit, Stacks, change, resources


def _regional_name_asks_nothing(stacks: Stacks) -> None:
    regional = resources(stacks, "dr", "aws_route53_record")
    for name in ("regional_name", ipv6("regional_name")):
        change(regional[name]["alias"], evaluate_target_health=False)


def _point(check: str, other: str | None) -> Edit:
    """Makes a check probe another check's name, or the failover name."""

    def apply(stacks: Stacks) -> None:
        name = records(stacks)[PRIMARY]["name"]
        checks(stacks)[check]["fqdn"] = name if other is None else checks(stacks)[other]["fqdn"]

    return apply


def _standby_empty(stacks: Stacks) -> None:
    group = resources(stacks, "dr", "aws_autoscaling_group")["auto_scaling_group"]
    change(group, min_size=0, desired_capacity=0)


def _slow_target_probes(stacks: Stacks) -> None:
    group = resources(stacks, "dr", "aws_lb_target_group")["target_group"]
    change(group["health_check"], interval=30, healthy_threshold=5)


def _weighted(stacks: Stacks) -> None:
    body = records(stacks)[PRIMARY]
    del body["failover_routing_policy"]
    body["weighted_routing_policy"] = {"weight": 100}


def _another_name(stacks: Stacks) -> None:
    for name in (PRIMARY, SECONDARY):
        for body in of_both_types(stacks, name):
            change(body, name="other.awspractice.space")


SABOTAGES = (
    # The failover records.
    ModelSabotage("the domain's records under another name", _another_name),
    ModelSabotage("PRIMARY and SECONDARY swapped", swap("failover_routing_policy")),
    ModelSabotage("the records' health checks swapped", swap("health_check_id")),
    ModelSabotage("the records' targets swapped", swap("alias")),
    ModelSabotage("the primary's record without a check", drop(PRIMARY, "health_check_id")),
    ModelSabotage("the standby's record without a check", drop(SECONDARY, "health_check_id")),
    ModelSabotage("the standby's targets not asked", ask_targets(SECONDARY, ask=False)),
    ModelSabotage("the standby's regional name asks no targets", _regional_name_asks_nothing),
    ModelSabotage("the primary's targets asked beside a switch", ask_targets(PRIMARY, ask=True)),
    ModelSabotage("the switch left out", record(PRIMARY, health_check_id=of(ENDPOINT))),
    ModelSabotage("weighted in place of failover", _weighted),
    ModelSabotage(
        "a CNAME remembered for an hour", record(PRIMARY, ttl=3600), (*VARIANT[:2], "cname")
    ),
    ModelSabotage(
        "no switch: the primary's targets not asked",
        ask_targets(PRIMARY, ask=False),
        ("hot", "automatic", "alias"),
    ),
    # The endpoints' checks.
    ModelSabotage("the primary's check inverted", check(ENDPOINT, invert_healthcheck=True)),
    ModelSabotage("the standby's check inverted", check(STANDBY, invert_healthcheck=True)),
    ModelSabotage("the primary's check disabled", check(ENDPOINT, disabled=True)),
    ModelSabotage("the primary's check asks the failover name", _point(ENDPOINT, None)),
    ModelSabotage("the primary's check asks the standby", _point(ENDPOINT, STANDBY)),
    ModelSabotage("the standby's check asks the primary", _point(STANDBY, ENDPOINT)),
    ModelSabotage("the primary's check asks a port nobody listens on", check(ENDPOINT, port=8080)),
    ModelSabotage("the primary's check each 30 s", check(ENDPOINT, request_interval=30)),
    ModelSabotage("the primary's check fails after 10", check(ENDPOINT, failure_threshold=10)),
    # What the control asks for, and the standby.
    ModelSabotage(
        "the control hears of the standby's check",
        record("primary_health_healthy", health_check_id=of(STANDBY)),
    ),
    ModelSabotage(
        "the control hears that all is well",
        drop("primary_health_healthy", "health_check_id"),
    ),
    ModelSabotage(
        "the operator hears of the endpoint alone",
        record("primary_in_service_healthy", health_check_id=of(ENDPOINT)),
    ),
    ModelSabotage(
        "a pilot light's check each 30 s",
        check(STANDBY, request_interval=30),
        ("pilot_light", "manual", "alias"),
    ),
    ModelSabotage("a hot standby of no instances", _standby_empty),
    ModelSabotage(
        "a pilot light's targets found late",
        _slow_target_probes,
        ("pilot_light", "manual", "alias"),
    ),
    ModelSabotage(
        "the control's name remembered for 5 minutes",
        record("primary_health_healthy", ttl=300),
        ("pilot_light", "manual", "alias"),
    ),
    *SWITCH,
    *FRONT,
)

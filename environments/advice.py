"""What is allowed in an environment file, and yet worth a word before one deploys it."""

from collections.abc import Iterator

from environments.instance_types import known_type
from environments.model import ROLES, Environment

# Elastic IP addresses that an account has in a region unless it asked for more.
# https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
ELASTIC_IPS = 5


def advice(environment: Environment) -> Iterator[str]:
    """One line each, without a full stop."""
    yield from _unknown_types(environment)
    yield from _many_addresses(environment)
    yield from _smaller_standby(environment)
    yield from _switch_in_one_region(environment)
    yield from _instances_that_are_blamed(environment)


def _unknown_types(environment: Environment) -> Iterator[str]:
    for role in ROLES:
        settings = environment.regional(role)
        if settings.ami is None and known_type(settings.instance_type) is None:
            yield (
                f"{role}.instance_type: {settings.instance_type} is not a known type: synth guesses"
                " its architecture, and so its image, from its name; set ami to choose the image"
            )


def _many_addresses(environment: Environment) -> Iterator[str]:
    for role in ROLES:
        settings = environment.regional(role)
        zones = len(settings.zones)
        if settings.nat_gateways == "per_az" and zones > ELASTIC_IPS:
            yield (
                f'{role}.nat_gateways: "per_az" takes {zones} Elastic IP addresses, and an'
                f" account's default quota is {ELASTIC_IPS} a region (L-0263D0A3)"
            )


def _smaller_standby(environment: Environment) -> Iterator[str]:
    """AWS calls a standby statically stable that needs to start nothing to take over:
    https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/static-stability.html
    """
    serving, standing_by = environment.primary.capacity.desired, environment.dr.capacity.min
    if environment.failover.strategy == "hot" and standing_by < serving:
        yield (
            f"dr.capacity.min: a hot standby of {standing_by} instances takes over the load of"
            f" {serving}, {serving / standing_by:.1f} times as much for each, until more have"
            " started; if they fail under it, users are sent back to the dead primary"
        )


def _switch_in_one_region(environment: Environment) -> Iterator[str]:
    standby = environment.dr.region
    if environment.failover.obeys_objects and len(environment.switch_places) == 1:
        yield (
            f"state.global.region: {standby} is the standby's region, so the failover switch is"
            " kept only there: while S3 is down there, failovers do not latch, and nobody can set"
            " the switch; use a third region for a second copy"
        )


def _instances_that_are_blamed(environment: Environment) -> Iterator[str]:
    application = environment.application
    alone = application.kind == "page" and application.setup is None
    if environment.data.kind is not None and application.live_path is None and not alone:
        yield (
            "application.live_path: without it, the load balancers ask for the health page, and"
            " while the database only reads, the primary's instances are replaced again and again"
        )

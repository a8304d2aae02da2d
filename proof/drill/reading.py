"""What the drill reads from the emitted stacks, apart from what Route 53's model reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from emitted import Json, read
from emitted.user_data import decoded
from environments import ROLES, Environment, Role
from proof.drill.entrances import Entrance, read_entrances
from proof.drill.user_data import page_of
from proof.route53 import Configuration, UnknownToTheModelError, configuration_of
from proof.route53.configuration import EndpointCheck, ModelLoadBalancer
from proof.route53.probes import S3_HOST, balancer_behind
from terminal.errors import OperationError

# Metrics of how far a copy is behind, and their units in a second.
LAGS = {"AuroraGlobalDBRPOLag": 1000, "ReplicaLag": 1}


@dataclass(frozen=True)
class EmittedRegion:
    role: Role
    region: str
    group: str
    user_data: str
    matcher: str
    balancer: ModelLoadBalancer
    entrances: tuple[Entrance, ...]
    health_path: str
    """The page that Route 53 asks for."""
    deregistration: float
    """Seconds that open requests to a deregistered instance may take."""
    keep_alive: float
    """Seconds for which the load balancer keeps a client's connection."""

    @property
    def live(self) -> bool:
        """Whether the load balancer asks for another page, one that no database changes."""
        return self.balancer.path != self.health_path

    @property
    def page(self) -> str:
        """The page its instances serve."""
        return page_of(self.user_data)


@dataclass(frozen=True)
class DataPromise:
    """What the stacks promise of the database, in seconds."""

    lag: int
    """How far the standby's copy may be behind until an alarm says so."""
    point: int
    """The age of the writes that a failover may lose (RPO)."""
    write_recovery: int | None
    """Until users write again after the loss of the primary's region; None where that waits for a
    person."""


@dataclass(frozen=True)
class Emitted:
    configuration: Configuration
    regions: Mapping[Role, EmittedRegion]
    url: str
    """The URL that users open, a stack output."""
    alias_urls: tuple[str, ...]
    """The URLs of the other names that users open, a stack output."""
    bound: int
    """Worst-case recovery in seconds, a stack output."""
    bound_terms: str
    data: DataPromise | None = None
    """None without a database."""


def read_emitted(folder: Path, environment: Environment) -> Emitted:
    """Reads an output folder. Raises OperationError if the drill cannot play what it holds."""
    stacks = read(folder)
    try:
        configuration = configuration_of(stacks)
        outputs = stacks["global"]["output"]
        return Emitted(
            configuration=configuration,
            regions={
                role: _region(stacks[role]["resource"], environment, role, configuration)
                for role in ROLES
            },
            url=outputs["url"]["value"],
            alias_urls=tuple(outputs.get("alias_urls", {}).get("value", "").split()),
            bound=outputs["worst_case_recovery_seconds"]["value"],
            bound_terms=outputs["worst_case_recovery_terms"]["value"],
            data=_data(outputs, stacks["dr"]["resource"]),
        )
    except UnknownToTheModelError as error:
        raise OperationError(f"the model of Route 53 does not support this: {error}") from None
    except (KeyError, ValueError) as error:
        raise OperationError(
            f"the stacks in {folder} are not what the drill supports: {error!r}"
        ) from None


def _data(outputs: Json, resources: Json) -> DataPromise | None:
    """What the outputs promise, and the threshold of the alarm that guards it, which watches
    milliseconds for Aurora and seconds for RDS."""
    if "worst_case_data_loss_seconds" not in outputs:
        return None
    alarms = resources["aws_cloudwatch_metric_alarm"].values()
    (alarm,) = (one for one in alarms if one.get("metric_name") in LAGS)
    writes = outputs.get("worst_case_write_recovery_seconds")
    return DataPromise(
        lag=int(alarm["threshold"] / LAGS[alarm["metric_name"]]),
        point=outputs["worst_case_data_loss_seconds"]["value"],
        write_recovery=None if writes is None else writes["value"],
    )


def _region(
    resources: Json, environment: Environment, role: Role, configuration: Configuration
) -> EmittedRegion:
    (template,) = resources["aws_launch_template"].values()
    (group,) = resources["aws_autoscaling_group"].values()
    (targets,) = resources["aws_lb_target_group"].values()
    (emitted,) = resources["aws_lb"].values()
    region = environment.regional(role).region
    (balancer,) = (one for one in configuration.balancers.values() if one.region == region)
    return EmittedRegion(
        role=role,
        region=region,
        group=group["name"],
        user_data=decoded(template),
        matcher=targets["health_check"]["matcher"],
        balancer=balancer,
        entrances=read_entrances(resources),
        health_path=_health_path(configuration, balancer),
        deregistration=float(targets["deregistration_delay"]),
        keep_alive=float(emitted["client_keep_alive"]),
    )


def _health_path(configuration: Configuration, balancer: ModelLoadBalancer) -> str:
    """What Route 53 requests of a load balancer; without a check of it, what that requests."""
    asked = (
        check.path
        for check in configuration.checks.values()
        if isinstance(check, EndpointCheck)
        and not S3_HOST.fullmatch(check.fqdn)
        and balancer_behind(check.fqdn, configuration) == balancer.address
    )
    return next(asked, balancer.path)

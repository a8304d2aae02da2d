"""The real failover control and the real switch, on an in-memory AWS."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from environments import Environment
from environments.sections import RoutingControl
from functions.failover_control.control import Control
from functions.failover_control.database import database_from
from functions.failover_control.keeper import DatabaseKeeper
from functions.failover_control.metrics import Metrics
from functions.failover_control.pause import Pause
from functions.failover_control.routing_control import RoutingControlSwitch
from functions.failover_control.standby import Standby
from functions.failover_control.switch import FailoverSwitch, Place, Switch
from modules.database_settings import database_settings
from proof.route53.simulated_aws import S3, AutoScaling, CloudWatch, Cluster, SimulatedClock
from proof.route53.simulated_database import SimulatedDatabase
from proof.route53.world import RegionState


@dataclass
class SimulatedControl:
    """The AWS services that the function and the operator use, by region.

    state: the current state of a region; in a lost one, no service answers.
    """

    environment: Environment
    clock: SimulatedClock
    state: Callable[[str], RegionState]
    s3: dict[str, S3] = field(default_factory=dict[str, S3])

    def __post_init__(self) -> None:
        environment, standby = self.environment, self.environment.dr.region
        for region in {standby, *(place.region for place in environment.switch_places)}:
            self.s3[region] = S3(
                self.clock, self._answers(region, "s3"), self._answers(region, "s3_writes")
            )
        self.cloudwatch = CloudWatch(self._answers(standby, "cloudwatch"))
        self.group = AutoScaling(
            self.clock,
            self._answers(standby, "network"),
            environment.application.boot,
            environment.dr.capacity.desired,
        )
        self.cluster = Cluster(lambda region: self.state(region).network)
        self.database = SimulatedDatabase(
            environment, self.clock, lambda region: self.state(region).network
        )

    @property
    def objects(self) -> frozenset[str]:
        """The existing S3 objects, as bucket/key."""
        return frozenset(found for s3 in self.s3.values() for found in s3.objects)

    @property
    def switch(self) -> FailoverSwitch:
        """A fresh instance of the switch."""
        environment, control = self.environment, self.environment.failover.routing_control
        if control is not None:
            return self._routing_control(control)
        return Switch(
            [
                Place(self.s3[place.region], place.bucket, place.region)
                for place in environment.switch_places
            ]
        )

    @property
    def pause(self) -> Pause:
        """An operator's pause of the control."""
        return Pause(
            [
                Place(self.s3[place.region], place.bucket, place.region)
                for place in self.environment.note_places
            ]
        )

    def control(self) -> Control:
        """The control that the function builds for each run."""
        environment, failover = self.environment, self.environment.failover
        standby = Standby(
            self.group,
            group=environment.dr.auto_scaling_group,
            rest=environment.dr.capacity.desired,
            awake=environment.primary.capacity.desired,
        )
        return Control(
            s3=self.s3[environment.dr.region],
            bucket=environment.switch_bucket,
            switch=self.switch if failover.latches else None,
            standby=standby if failover.activation else None,
            metrics=Metrics(self.cloudwatch, deployment=environment.name),
            keeper=self._keeper(),
            pause=self.pause if failover.latches else None,
            now=self.clock.now,
        )

    def _keeper(self) -> DatabaseKeeper | None:
        environment, region = self.environment, self.environment.dr.region
        settings, data = database_settings(environment, "dr"), environment.data
        if settings is None:
            return None
        after = timedelta(minutes=data.promote_after_minutes) if data.promotes else None
        return DatabaseKeeper(
            database=database_from(settings.as_variables, self.database.rds(region), region),
            promote_after=after,
            s3=self.s3[region],
            bucket=environment.switch_bucket,
            now=self.clock.now,
        )

    def _routing_control(self, control: RoutingControl) -> RoutingControlSwitch:
        return RoutingControlSwitch(
            self.cluster.endpoint,
            self.s3[self.environment.dr.region],
            bucket=self.environment.switch_bucket,
            arn=control.arn,
            endpoints=sorted(control.endpoints.items()),
        )

    def _answers(self, region: str, service: str) -> Callable[[], bool]:
        def answer() -> bool:
            state = self.state(region)
            return state.network and bool(getattr(state, service))

        return answer

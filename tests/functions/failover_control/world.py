"""A deployment in moto: what the function finds there, and how AWS can fail it."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any, cast

import boto3
import pytest
from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import ClientError, EndpointConnectionError
from moto.core.utils import utcnow

from functions.failover_control.agreed import HEALTHY_ADDRESS, UNHEALTHY_ADDRESS
from functions.failover_control.control import Control
from functions.failover_control.endpoint import Health, Lookup
from functions.failover_control.handler import control_from, handle
from functions.failover_control.routing_control import CLUSTER_TIMEOUTS
from functions.failover_control.standby import Standby
from functions.failover_control.switch import FailoverSwitch, Place, Setting, Switch, Unnoted
from tests.arc import ARN, ENDPOINTS, FIRST, SERVICE, Cluster
from tests.functions.failover_control.events import Event
from tests.functions.failover_control.role import FunctionsRole

REGION, THIRD = "eu-west-1", "us-west-2"
HEALTH_NAME = "primary-health.example.test"
STANDBY_HEALTH_NAME = "standby-health.example.test"
HEALTHY, UNHEALTHY, NO_ANSWER = {HEALTHY_ADDRESS}, {UNHEALTHY_ADDRESS}, set[str]()

GONE = EndpointConnectionError(endpoint_url=f"https://aws.{REGION}.test")
# moto keeps earlier tests' resources, so each deployment has a unique name.
NUMBERS = count(1)


# Creating a boto3 client is slow, so all tests share them.
create_client = boto3.client


@cache
def client(service: str, region: str, config: Config | None) -> Any:
    made: Any = create_client(service, region_name=region, config=config)  # pyright: ignore[reportCallIssue, reportArgumentType]
    assert made.meta.region_name == region
    return made


def client_of_a_region(
    service: str, region_name: str = REGION, config: Config | None = None
) -> Any:
    return client(service, region_name, config)


def refused(code: str) -> ClientError:
    """What botocore raises when its retries are used up."""
    return ClientError({"Error": {"Code": code, "Message": "Reduce your request rate."}}, "Call")


def answers(*each: set[str], standby: set[str] = HEALTHY) -> Lookup:
    """Resolves the primary's health name to each answer in turn, then repeats the last; the
    standby's always resolves to the same."""
    coming = list(each)

    def lookup(name: str) -> set[str]:
        if name == STANDBY_HEALTH_NAME:
            return standby
        assert name == HEALTH_NAME
        return coming.pop(0) if len(coming) > 1 else coming[0]

    return lookup


@dataclass
class Run:
    """Lambda's context of a run with this many seconds left."""

    seconds: int = 120

    def get_remaining_time_in_millis(self) -> int:
        return self.seconds * 1000


@dataclass
class World:
    """A deployment, seen through clients that are never refused.

    s3, third: clients of the switch's two places, whose buckets' names differ only in the ending.
    broken: what the function's own clients raise, by service, operation, operation and key, or
    service and region.
    role: the function's own clients use its credentials; None for an administrator's.
    calls: every attempted call.
    later: how far ahead the clocks of S3 and of the latest control are.
    """

    name: str
    environ: pytest.MonkeyPatch
    s3: Any
    third: Any
    cloudwatch: Any
    autoscaling: Any
    broken: dict[str, Exception] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    role: FunctionsRole | None = None
    later: timedelta = timedelta(0)

    @property
    def places(self) -> list[Place]:
        return [
            Place(one, bucket_of(self.name, one.meta.region_name), one.meta.region_name)
            for one in (self.s3, self.third)
        ]

    @property
    def operator(self) -> Switch:
        return Switch(self.places)

    @property
    def switch(self) -> FailoverSwitch:
        """The function's switch without its role: AWS may fail it, but denies it nothing."""
        switch = self.control().switch
        assert switch is not None
        return cast("FailoverSwitch", AsOperator(self, switch))

    @property
    def setting(self) -> Setting | None:
        found = self.operator.setting()
        assert not isinstance(found, Unnoted)
        return found

    @property
    def marks(self) -> list[bool]:
        """Whether the switch is set in each place."""
        return [place.mark() is not None for place in self.places]

    @property
    def published(self) -> list[float]:
        """The switch's positions that were published, or attempted; oldest first."""
        return self._published("FailedOver")

    @property
    def needed(self) -> list[float]:
        """Whether the standby is needed, as published, or attempted."""
        return self._published("StandbyNeeded")

    def _published(self, metric: str) -> list[float]:
        data = [datum for call in self.called("PutMetricData") for datum in call["MetricData"]]
        return [datum["Value"] for datum in data if datum["MetricName"] == metric]

    def called(self, operation: str) -> list[dict[str, Any]]:
        return [parameters for name, parameters in self.calls if name == operation]

    def clear(self) -> datetime:
        """An operator fails back. Returns when."""
        self.operator.clear(by="ana", reason="primary repaired")
        cleared = self.operator.cleared_at()
        assert cleared is not None
        return cleared

    def add_group(
        self, size: int = 2, *, least: int = 0, most: int = 9, rest: int = 2, awake: int = 4
    ) -> Standby:
        """Creates the standby's Auto Scaling group, which the function wakes from now on."""
        self.autoscaling.create_launch_configuration(
            LaunchConfigurationName=self.name, ImageId="ami-12c6146b", InstanceType="t3.micro"
        )
        self.autoscaling.create_auto_scaling_group(
            AutoScalingGroupName=self.name,
            LaunchConfigurationName=self.name,
            MinSize=least,
            MaxSize=most,
            DesiredCapacity=size,
            AvailabilityZones=[f"{self.autoscaling.meta.region_name}a"],
        )
        return self.wants_group(rest=rest, awake=awake)

    def wants_group(self, *, rest: int = 2, awake: int = 4) -> Standby:
        for name, value in {"GROUP": self.name, "REST": rest, "AWAKE": awake}.items():
            self.environ.setenv(name, str(value))
        return Standby(self.autoscaling, group=self.name, rest=rest, awake=awake)

    def follows(self, cluster: Cluster) -> None:
        """Makes the switch a routing control, with one endpoint of its cluster configured."""
        others = boto3.client

        def client(service: str, **options: Any) -> Any:
            if service != SERVICE:
                return others(service, **options)  # pyright: ignore[reportCallIssue, reportArgumentType]
            assert options.pop("config") is CLUSTER_TIMEOUTS
            return cluster.client_of(options.pop("region_name"), options.pop("endpoint_url"))

        self.environ.setattr(boto3, "client", client)
        self.environ.setenv("ROUTING_CONTROL", ARN)
        self.environ.setenv("ROUTING_CONTROL_ENDPOINTS", json.dumps({FIRST: ENDPOINTS[FIRST]}))

    @property
    def group(self) -> dict[str, Any]:
        (group,) = self.autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[self.name])[
            "AutoScalingGroups"
        ]
        return group

    @property
    def size(self) -> int:
        return self.group["DesiredCapacity"]

    @property
    def guarded(self) -> int:
        """How many of the group's instances are protected from scale-in."""
        return sum(instance["ProtectedFromScaleIn"] for instance in self.group["Instances"])

    def fail(
        self,
        looks: int = 2,
        *,
        later: timedelta = timedelta(0),
        standby: Health = Health.HEALTHY,
    ) -> list[str]:
        """The primary fails for this many looks of one run; two latch. Returns what was done."""
        control = self.control(later=later)
        return [
            done for _ in range(looks) for done in control.act(Health.UNHEALTHY, standby=standby)
        ]

    def control(self, *, later: timedelta = timedelta(0)) -> Control:
        """The function's control with a clock this far ahead, as S3's is from now on."""
        self.later = later
        return replace(control_from(os.environ), now=lambda: datetime.now(UTC) + later)

    def handle(
        self,
        event: Event,
        lookup: Lookup | None = None,
        sleep: Callable[[float], None] | None = None,
        *,
        seconds: int = 120,
    ) -> list[str]:
        """Calls the function; the endpoint is healthy unless `lookup` says otherwise."""
        return handle(
            event, Run(seconds), lookup=lookup or answers(HEALTHY), sleep=sleep or self.slept.append
        )


class AsOperator:
    """Uses something of the function's without its role."""

    def __init__(self, world: World, used: Any) -> None:
        self._world, self._used = world, used

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._used, name)

        def call(*arguments: Any, **named: Any) -> Any:
            role, self._world.role = self._world.role, None
            try:
                return method(*arguments, **named)
            finally:
                self._world.role = role

        return call


def bucket_of(name: str, region: str) -> str:
    return f"{name}-third" if region == THIRD else name


@contextmanager
def deployed(region: str = REGION) -> Iterator[World]:
    """A deployment whose switch was never set, with no group to wake, and with the function's
    variables as in Lambda."""
    call = BaseClient._make_api_call  # pyright: ignore[reportAttributeAccessIssue]
    name = f"mission-{next(NUMBERS)}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", region)
        patch.setattr(boto3, "client", client_of_a_region)
        own = [
            client_of_a_region(service, region) for service in ("s3", "cloudwatch", "autoscaling")
        ]
        s3, cloudwatch, autoscaling = own
        third = client_of_a_region("s3", THIRD)
        world = World(name, patch, s3, third, cloudwatch, autoscaling)

        def recorded(by: Any, operation: str, parameters: dict[str, Any]) -> Any:
            world.calls.append((operation, parameters))
            if by not in (*own, third):
                service = by.meta.service_model.service_name
                at = f"{service} {by.meta.region_name}"
                for broken in (service, operation, f"{operation} {parameters.get('Key')}", at):
                    if broken in world.broken:
                        raise world.broken[broken]
                if world.role is not None:
                    world.role.check(service, operation, by.meta.region_name, **parameters)
            return call(by, operation, parameters)

        patch.setattr(BaseClient, "_make_api_call", recorded)
        patch.setattr("moto.s3.models.utcnow", lambda: utcnow() + world.later)
        for place in world.places:
            location = {"CreateBucketConfiguration": {"LocationConstraint": place.region}}
            given = location if place.region != "us-east-1" else {}
            place.s3.create_bucket(Bucket=place.bucket, **given)
        switch = [{"bucket": place.bucket, "region": place.region} for place in world.places]
        variables = {
            "DEPLOYMENT": name,
            "SWITCH": json.dumps(switch),
            "FAILBACK": "manual",
            "PRIMARY_HEALTH_NAME": HEALTH_NAME,
            "STANDBY_HEALTH_NAME": STANDBY_HEALTH_NAME,
            "ENDPOINT_ALARM": f"{name}-primary-endpoint",
        }
        for variable, value in variables.items():
            patch.setenv(variable, value)
        for variable in ("GROUP", "REST", "AWAKE", "ROUTING_CONTROL", "ROUTING_CONTROL_ENDPOINTS"):
            patch.delenv(variable, raising=False)
        yield world

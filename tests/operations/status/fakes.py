"""Both regions' APIs, as far as `failover status` asks them, and DNS on a calm day."""

import io
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError, ConnectTimeoutError

from environments import ROLES, Environment
from functions.failover_control.agreed import HEALTHY_ADDRESS
from modules.alarm_names import known_alarms
from operations.status.commands import Observer

THEN = datetime(2026, 11, 29, 2, 30, tzinfo=UTC)
PRIMARY, STANDBY = "203.0.113.1", "198.51.100.1"
# Seconds that a region which never answers keeps its callers waiting: longer than any test.
FOREVER = 30


def dns(environment: Environment) -> dict[str, set[str]]:
    """The primary serves, and both are healthy."""
    return {
        environment.dns.domain: {PRIMARY},
        environment.regional_name("primary"): {PRIMARY},
        environment.regional_name("dr"): {STANDBY},
        environment.health_name("primary"): {HEALTHY_ADDRESS},
        environment.health_name("dr"): {HEALTHY_ADDRESS},
        environment.in_service_name: {HEALTHY_ADDRESS},
    }


def instance(number: int, zone: str, state: str = "InService", **more: Any) -> dict[str, Any]:
    return {
        "InstanceId": f"i-{number}",
        "AvailabilityZone": zone,
        "LifecycleState": state,
        "ProtectedFromScaleIn": False,
        "LaunchTemplate": {"Version": "1"},
        **more,
    }


@dataclass
class FakeRegion:
    """What one region's APIs say."""

    region: str
    zones: list[str]
    instances: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    desired: int = 3
    ill: dict[str, str] = field(default_factory=dict[str, str])
    """Why targets are not healthy, by instance."""
    alarms: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    objects: dict[tuple[str, str], bytes] = field(default_factory=dict[tuple[str, str], bytes])
    database: dict[str, Any] = field(default_factory=dict[str, Any])
    """An RDS instance, as it is described."""
    lag: float | None = None
    lost: bool = False
    """Whether its APIs refuse connections."""
    silent: bool = False
    """Whether they take them, and never answer."""
    asked: list[str] = field(default_factory=list[str])

    def client(self, service: str) -> Any:
        return SimpleNamespace(
            **{name: self._answering(f"{service}:{name}", call) for name, call in self._calls()}
        )

    def _answering(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def answer(**arguments: Any) -> Any:
            self.asked.append(name)
            if self.silent:
                time.sleep(FOREVER)
            if self.lost:
                raise ConnectTimeoutError(endpoint_url=self.region)
            return call(**arguments)

        return answer

    def _calls(self) -> list[tuple[str, Callable[..., Any]]]:
        return [
            ("describe_auto_scaling_groups", self._groups),
            ("describe_target_health", self._health),
            ("describe_alarms", self._described_alarms),
            ("get_object", self._object),
            ("head_object", self._object),
            ("describe_db_instances", lambda **_: {"DBInstances": [self.database]}),
            ("get_metric_statistics", self._metric),
            ("describe_instances", self._launched),
        ]

    def _groups(self, **_: Any) -> Any:
        group = {
            "DesiredCapacity": self.desired,
            "AvailabilityZones": self.zones,
            "Instances": self.instances,
            "TargetGroupARNs": ["arn:aws:elasticloadbalancing:::targetgroup/web"],
            "LaunchTemplate": {"Version": "1"},
        }
        return {"AutoScalingGroups": [group]}

    def _health(self, **_: Any) -> Any:
        found = [
            {
                "Target": {"Id": one["InstanceId"]},
                "TargetHealth": {"State": "unhealthy", "Description": self.ill[one["InstanceId"]]}
                if one["InstanceId"] in self.ill
                else {"State": "healthy"},
            }
            for one in self.instances
        ]
        return {"TargetHealthDescriptions": found}

    def _described_alarms(self, *, AlarmNames: list[str], MaxRecords: int) -> Any:  # noqa: N803
        assert len(AlarmNames) <= MaxRecords <= 100
        return {"MetricAlarms": [self.alarms[one] for one in AlarmNames if one in self.alarms]}

    def _object(self, *, Bucket: str, Key: str) -> Any:  # noqa: N803
        body = self.objects.get((Bucket, Key))
        if body is None:
            raise ClientError({"Error": {"Code": "NoSuchKey", "Message": "none"}}, "GetObject")
        return {"Body": io.BytesIO(body), "ETag": "1", "LastModified": THEN, "Metadata": {}}

    def _metric(self, **_: Any) -> Any:
        points = [] if self.lag is None else [{"Maximum": self.lag, "Timestamp": THEN}]
        return {"Datapoints": points}

    def _launched(self, **_: Any) -> Any:
        found = [{"InstanceId": one["InstanceId"], "LaunchTime": THEN} for one in self.instances]
        return {"Reservations": [{"Instances": found}]}

    def ring(self, name: str) -> None:
        self.alarms[name] = alarm(name, "ALARM")


def alarm(name: str, state: str = "OK") -> dict[str, Any]:
    return {"AlarmName": name, "StateValue": state, "StateUpdatedTimestamp": THEN}


@dataclass
class World:
    """A deployment on a calm day."""

    environment: Environment
    dns: dict[str, set[str]]
    regions: dict[str, FakeRegion]

    def connect(self, service: str, region: str, **_: Any) -> Any:
        return self.regions[region].client(service)

    def observer(self, **more: Any) -> Observer:
        given: dict[str, Any] = {"seconds": 20, **more}
        return Observer(
            self.environment,
            lookup=lambda name: self.dns.get(name, set()),
            connect=self.connect,
            **given,
        )

    @property
    def primary(self) -> FakeRegion:
        return self.regions[self.environment.primary.region]

    @property
    def standby(self) -> FakeRegion:
        return self.regions[self.environment.dr.region]


def world_of(environment: Environment) -> World:
    regions = {one.region: FakeRegion(one.region, []) for one in environment.switch_places}
    for role in ROLES:
        settings = environment.regional(role)
        regions[settings.region] = FakeRegion(
            settings.region,
            list(settings.zones),
            [instance(number, zone) for number, zone in enumerate(settings.zones)],
        )
    for one in known_alarms(environment):
        there = regions.setdefault(one.region, FakeRegion(one.region, []))
        there.alarms[one.name] = alarm(one.name)
    return World(environment, dns(environment), regions)

"""The AWS services of a deployment in memory."""

from typing import Any

from environments import ROLES
from proof.route53.simulated_aws import SimulatedClock, refusal
from proof.route53.simulated_database import Rds

# Seconds until an instance serves.
BOOT = 120


class Group:
    """An Auto Scaling group."""

    def __init__(self, clock: SimulatedClock, size: int, most: int) -> None:
        self.clock, self.desired, self.most = clock, size, most
        self.launched = [-BOOT] * size
        self.guarded = False

    @property
    def in_service(self) -> int:
        return sum(self.clock.seconds >= one + BOOT for one in self.launched)

    def describe_auto_scaling_groups(self, **_: Any) -> Any:
        instances = [
            {
                "InstanceId": f"i-{number}",
                "LifecycleState": "InService" if number < self.in_service else "Pending",
                "HealthStatus": "Healthy",
                "ProtectedFromScaleIn": self.guarded,
            }
            for number in range(len(self.launched))
        ]
        sizes = {"DesiredCapacity": self.desired, "MinSize": 0, "MaxSize": self.most}
        return {"AutoScalingGroups": [{**sizes, "Instances": instances}]}

    def set_desired_capacity(self, *, DesiredCapacity: int, **_: Any) -> None:  # noqa: N803
        self.desired = DesiredCapacity
        self.launched += [self.clock.seconds] * (DesiredCapacity - len(self.launched))

    def set_instance_protection(self, *, ProtectedFromScaleIn: bool, **_: Any) -> None:  # noqa: N803
        self.guarded = ProtectedFromScaleIn


class OperatorsRds(Rds):
    """What the operator needs of RDS beyond what the control does."""

    def describe_db_clusters(self, **_: Any) -> Any:
        self._answers()
        return {"DBClusters": [{"DBClusterArn": self._arn("cluster", self.region)}]}

    def switchover_global_cluster(self, *, TargetDbClusterIdentifier: str, **_: Any) -> None:  # noqa: N803
        self._answers()
        regions = (self.database.environment.regional(role).region for role in ROLES)
        if self.region != self.database.writer or not all(map(self.database.answers, regions)):
            raise refusal("InvalidGlobalClusterStateFault", "SwitchoverGlobalCluster")
        self.database.move(TargetDbClusterIdentifier.split(":")[3])

    def describe_db_cluster_snapshots(self, **_: Any) -> Any:
        self._answers()
        return {"DBClusterSnapshots": []}


class Sts:
    def get_caller_identity(self) -> Any:
        return {"Arn": "arn:aws:sts::111122223333:assumed-role/on-call/ana"}


class Metrics:
    def get_metric_statistics(self, **_: Any) -> Any:
        return {"Datapoints": []}


class Releases:
    """A region's releases bucket, which is empty."""

    def get_object(self, **_: Any) -> Any:
        raise refusal("NoSuchKey", "GetObject")

"""RDS in the drill: what the embedded AWS is asked to do to a global database happens to the
drill's servers, and it tells of them as they are."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from environments import Role
from functions.failover_control.database import CONNECTED, region_of

# https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_GlobalClusterMember.html
RESYNCING = "pending-resync"


class Servers(Protocol):
    """The drill's servers."""

    @property
    def writer(self) -> Role | None:
        """The region that takes writes."""
        ...

    @property
    def moving(self) -> str:
        """The status of a failover or switchover that is under way; empty without one."""
        ...

    @property
    def replicates(self) -> bool:
        """Whether the standby follows the writer."""
        ...

    def begin_failover(self, to: Role) -> None:
        """Starts to promote a region's server, whatever the other has that it has not."""
        ...

    def begin_switchover(self, to: Role) -> None:
        """Starts to move the writer without losing a write."""
        ...


class DrivenRds:
    """An RDS client. roles: by region."""

    def __init__(self, rds: Any, servers: Servers, roles: Callable[[str], Role]) -> None:
        self._rds = rds
        self._servers = servers
        self._roles = roles

    def __getattr__(self, name: str) -> Any:
        return getattr(self._rds, name)

    def failover_global_cluster(self, **arguments: Any) -> Any:
        """Returns once it has begun, as AWS does."""
        answer = self._rds.failover_global_cluster(**arguments)
        if not arguments.get("AllowDataLoss"):
            self._servers.begin_switchover(self._to(arguments))
        else:
            self._servers.begin_failover(self._to(arguments))
        return answer

    def switchover_global_cluster(self, **arguments: Any) -> Any:
        """Returns once it has begun, as AWS does."""
        answer = self._rds.switchover_global_cluster(**arguments)
        self._servers.begin_switchover(self._to(arguments))
        return answer

    def describe_global_clusters(self, **arguments: Any) -> Any:
        """Who writes and who follows is as it is with the servers."""
        answer = self._rds.describe_global_clusters(**arguments)
        return {
            **answer,
            "GlobalClusters": [self._as_it_is(one) for one in answer["GlobalClusters"]],
        }

    def _as_it_is(self, cluster: Mapping[str, Any]) -> dict[str, Any]:
        moving, follows = self._servers.moving, self._servers.replicates
        told = {**cluster, **({"FailoverState": {"Status": moving}} if moving else {})}
        told["GlobalClusterMembers"] = [
            self._member(one, moving=bool(moving), follows=follows)
            for one in cluster["GlobalClusterMembers"]
        ]
        return told

    def _member(self, member: Mapping[str, Any], *, moving: bool, follows: bool) -> dict[str, Any]:
        role = self._roles(region_of(member["DBClusterArn"]))
        writes = role == self._servers.writer if moving else member["IsWriter"]
        status = CONNECTED if writes or follows else RESYNCING
        return {**member, "IsWriter": writes, "SynchronizationStatus": status}

    def _to(self, arguments: Mapping[str, Any]) -> Role:
        return self._roles(region_of(arguments["TargetDbClusterIdentifier"]))

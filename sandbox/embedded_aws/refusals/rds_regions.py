"""RDS: what takes another region, while that one is lost."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.moto_fixes.rds_global import writer
from sandbox.embedded_aws.refusals.rds_failovers import switches
from sandbox.embedded_aws.refusals.rds_global import joined
from sandbox.embedded_aws.refusals.rule import Rules

CLUSTERS, INSTANCES = "InvalidDBClusterStateFault", "InvalidDBInstanceState"


def other_regions_answer(call: Call) -> None:
    """Refuses to switch over a global database with a member in a lost region, to join one whose
    writer is there, and to replicate or copy what is there.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html
    """
    for region in sorted(call.lost.intersection(ASKED[call.operation](call))):
        raise Refusal(
            "InvalidDBClusterStateFault"
            if "Cluster" in call.operation
            else "InvalidDBInstanceState",
            f"{call.operation} takes {region}, which is unavailable",
        )


def _members(call: Call) -> Iterable[str]:
    one = joined(call)
    return [each.region for each in one.members] if one is not None and switches(call) else ()


def _writers(call: Call) -> Iterable[str]:
    one = joined(call)
    leader = writer(one) if one is not None else None
    return (leader.region,) if leader is not None else ()


def _source(name: str) -> Callable[[Call], Iterator[str]]:
    """The region of the ARN in a parameter."""

    def regions(call: Call) -> Iterator[str]:
        given: str = call.parameters.get(name, "")
        if given.startswith("arn:"):
            yield given.split(":")[3]

    return regions


ASKED: Mapping[str, Callable[[Call], Iterable[str]]] = {
    "CopyDBClusterSnapshot": _source("SourceDBClusterSnapshotIdentifier"),
    "CopyDBSnapshot": _source("SourceDBSnapshotIdentifier"),
    "CreateDBCluster": _writers,
    "CreateDBInstanceReadReplica": _source("SourceDBInstanceIdentifier"),
    "FailoverGlobalCluster": _members,
    "SwitchoverGlobalCluster": _members,
}
RULES: Rules = {("rds", operation): (other_regions_answer,) for operation in ASKED}

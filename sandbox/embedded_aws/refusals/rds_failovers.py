"""RDS: failover and switchover of an Aurora Global Database."""

from typing import Any

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.moto_fixes.rds_global import member, writer
from sandbox.embedded_aws.refusals.rds_global import global_clusters_exist, joined, named_member
from sandbox.embedded_aws.refusals.rds_known import combination
from sandbox.embedded_aws.refusals.rule import Rules, stricter


def targets_are_secondaries(call: Call) -> None:
    """Refuses a failover or switchover to what is not the ARN of an available secondary with an
    instance.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_FailoverGlobalCluster.html
    """
    one = joined(call)
    if one is None:
        return
    target = named_member(call, one, "TargetDbClusterIdentifier")
    if target.is_writer:
        raise Refusal(
            "InvalidDBClusterStateFault",
            f"{target.db_cluster_arn} is the primary cluster of the global cluster",
        )
    _check_healthy(target)


def _check_healthy(cluster: Any) -> None:
    broken = [one.db_instance_identifier for one in cluster.members if one.status != "available"]
    if not cluster.members or broken:
        raise Refusal(
            "InvalidDBClusterStateFault",
            f"{cluster.db_cluster_arn} has "
            + (f"unavailable instances: {', '.join(broken)}" if broken else "no DB instance"),
        )


def data_is_lost_or_not(call: Call) -> None:
    """Refuses a failover that is a switchover too.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_FailoverGlobalCluster.html
    """
    if call.parameters.get("AllowDataLoss") and call.parameters.get("Switchover"):
        raise combination("AllowDataLoss and Switchover cannot be specified together")


def switches(call: Call) -> bool:
    """Whether the writer is to move without loss."""
    failover = call.operation == "FailoverGlobalCluster"
    return not (failover and call.parameters.get("AllowDataLoss"))


@stricter(
    "AWS says where to send the request, not what becomes of it elsewhere. [Page]"
    "(https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/"
    "aurora-global-database-disaster-recovery.html)"
)
def moves_are_asked_for_where_they_work(call: Call) -> None:
    """Refuses a failover outside the target's region, and a switchover outside the primary's.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html
    """
    one = joined(call)
    if one is None:
        return
    leader = writer(one)
    target = member(one, call.parameters.get("TargetDbClusterIdentifier", ""))
    asked_of = leader if switches(call) else target
    if asked_of is not None and asked_of.region != call.region:
        raise Refusal(
            "InvalidDBClusterStateFault",
            f"{call.operation} of {one.global_cluster_identifier} is to be sent to "
            f"{asked_of.region}, not {call.region}",
        )


def switchovers_need_everything(call: Call) -> None:
    """Refuses a switchover while a member has no available instance.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html
    """
    one = joined(call)
    if one is not None and switches(call):
        leader = writer(one)
        if leader is not None:
            _check_healthy(leader)


_MOVES = (
    global_clusters_exist,
    data_is_lost_or_not,
    targets_are_secondaries,
    moves_are_asked_for_where_they_work,
    switchovers_need_everything,
)
RULES: Rules = {
    ("rds", "FailoverGlobalCluster"): _MOVES,
    ("rds", "SwitchoverGlobalCluster"): _MOVES,
}

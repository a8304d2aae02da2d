"""RDS: subnet groups and security groups."""

from collections.abc import Sequence
from typing import Any

from moto.ec2.models import ec2_backends

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.refusals.rds_known import (
    WRONG,
    backend,
    cluster_of,
    combination,
    instance_of,
)
from sandbox.embedded_aws.refusals.rule import Rules

FEWEST_ZONES = 2


def _ec2(call: Call) -> Any:
    return ec2_backends[call.account][call.region]


def subnet_groups_span_zones(call: Call) -> None:
    """Refuses a subnet group with subnets that do not exist, of several VPCs, or in fewer than two
    zones.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html
    """
    ids: Sequence[str] = call.parameters["SubnetIds"]
    known = {one.id: one for one in _ec2(call).describe_subnets()}
    missing = [one for one in ids if one not in known]
    if missing:
        raise Refusal("InvalidSubnet", f"SubnetIds: there is no subnet {', '.join(missing)}")
    networks = {known[one].vpc_id for one in ids}
    if len(networks) > 1:
        raise Refusal("InvalidSubnet", f"SubnetIds: of several VPCs, {', '.join(sorted(networks))}")
    zones = {known[one].availability_zone for one in ids}
    if len(zones) < FEWEST_ZONES:
        raise Refusal(
            "DBSubnetGroupDoesNotCoverEnoughAZs",
            "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current "
            f"AZ coverage: {', '.join(sorted(zones))}. Add subnets to cover at least "
            f"{FEWEST_ZONES} AZs.",
        )


def subnet_groups_exist(call: Call) -> None:
    """Refuses a subnet group that does not exist in the region.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html
    """
    name = call.parameters.get("DBSubnetGroupName")
    if name is not None and name != "default" and name not in backend(call).subnet_groups:
        raise Refusal("DBSubnetGroupNotFoundFault", f"DB subnet group '{name}' does not exist.")


def used_subnet_groups_stay(call: Call) -> None:
    """Refuses deleting a subnet group that a cluster or instance uses.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBSubnetGroup.html
    """
    name, rds = call.parameters["DBSubnetGroupName"].lower(), backend(call)
    for cluster in rds.clusters.values():
        if cluster.db_subnet_group_name.lower() == name:
            raise _in_use(name, cluster.arn)
    for instance in rds.databases.values():
        group = getattr(instance, "db_subnet_group", None)
        if group is not None and group.name == name:
            raise _in_use(name, instance.arn)


def _in_use(name: str, user: str) -> Refusal:
    return Refusal(
        "InvalidDBSubnetGroupStateFault",
        f"Cannot delete the subnet group '{name}' because {user} is still using it.",
    )


def security_groups_are_of_the_network(call: Call) -> None:
    """Refuses a security group that does not exist, or is of another VPC than the subnets.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.RDSSecurityGroups.html
    """
    groups = {one.id: one for one in _ec2(call).describe_security_groups()}
    network = _network(call)
    for one in call.parameters.get("VpcSecurityGroupIds") or ():
        if one not in groups:
            raise Refusal(WRONG, f"Invalid security group , groupId= {one}, groupName=.")
        if network is not None and groups[one].vpc_id != network:
            raise combination(
                "The DB instance and EC2 security group are in different VPCs. The DB instance is "
                f"in {network} and the EC2 security group is in {groups[one].vpc_id}",
            )


def _network(call: Call) -> str | None:
    """The VPC of what is created or changed."""
    name = call.parameters.get("DBSubnetGroupName")
    cluster, instance = cluster_of(call), instance_of(call)
    if name is None and cluster is not None:
        name = cluster.db_subnet_group_name
    if name is None and instance is not None and hasattr(instance, "db_subnet_group"):
        name = instance.db_subnet_group.name
    group = backend(call).subnet_groups.get(name or "default")
    if group is not None:
        return group.vpc_id
    default = _ec2(call).default_vpc
    return default.id if default is not None else None


_PLACED = (subnet_groups_exist, security_groups_are_of_the_network)
RULES: Rules = {
    ("rds", "CreateDBSubnetGroup"): (subnet_groups_span_zones,),
    ("rds", "ModifyDBSubnetGroup"): (subnet_groups_exist, subnet_groups_span_zones),
    ("rds", "DeleteDBSubnetGroup"): (used_subnet_groups_stay,),
    ("rds", "CreateDBCluster"): _PLACED,
    ("rds", "ModifyDBCluster"): (security_groups_are_of_the_network,),
    ("rds", "CreateDBInstance"): _PLACED,
    ("rds", "CreateDBInstanceReadReplica"): _PLACED,
    ("rds", "ModifyDBInstance"): (security_groups_are_of_the_network,),
}

"""RDS: parameter groups and what is in them.

https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_WorkingWithParamGroups.html
"""

import re
from typing import Any

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.rds_engines import AURORA, family
from sandbox.embedded_aws.rds_parameters import CLUSTERS, FAMILIES, INSTANCES, RANGES, VALUES
from sandbox.embedded_aws.refusals.rds_known import (
    WRONG,
    backend,
    cluster_of,
    combination,
    instance_of,
)
from sandbox.embedded_aws.refusals.rule import Rules, stricter


def families_exist(call: Call) -> None:
    """Refuses a parameter group of a family that does not exist, or of another kind.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBClusterParameterGroup.html
    """
    given = call.parameters["DBParameterGroupFamily"]
    of_clusters = call.operation == "CreateDBClusterParameterGroup"
    engine = _engine(given)
    if engine is None or (of_clusters and engine not in AURORA):
        raise Refusal(
            WRONG,
            f"ParameterGroupFamily {given} is not a valid parameter group family"
            f"{' of clusters' if of_clusters else ''}",
        )


def _engine(its_family: str) -> str | None:
    return next((engine for engine, some in FAMILIES.items() if its_family in some), None)


@stricter(
    "AWS has more parameters; here are those that matter. [Page](https://docs.aws.amazon.com/"
    "AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Reference.ParameterGroups.html)"
)
def parameters_exist(call: Call) -> None:
    """Refuses a parameter that the group's family does not have, such as rds.force_ssl in an Aurora
    instance's group, and values that it does not take.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBClusterParameterGroup.html
    """
    of_clusters = call.operation == "ModifyDBClusterParameterGroup"
    group = _group(call, of_clusters=of_clusters)
    if group is None:
        return
    its_family = group.db_parameter_group_family if of_clusters else group.family
    engine = _engine(its_family) or ""
    known = (CLUSTERS if of_clusters else INSTANCES).get(engine, frozenset())
    for one in call.parameters["Parameters"]:
        if one["ParameterName"] not in known:
            raise Refusal(
                WRONG,
                f"Could not find parameter with name: {one['ParameterName']} in the "
                f"{'cluster' if of_clusters else 'instance'} parameters of {its_family}",
            )
        _check_value(one["ParameterName"], one.get("ParameterValue", ""))


def _group(call: Call, *, of_clusters: bool) -> Any:
    rds = backend(call)
    if of_clusters:
        return rds.db_cluster_parameter_groups.get(call.parameters["DBClusterParameterGroupName"])
    return rds.db_parameter_groups.get(call.parameters["DBParameterGroupName"])


def _check_value(name: str, value: str) -> None:
    if name in VALUES and value not in VALUES[name]:
        allowed = ", ".join(VALUES[name])
        raise Refusal(WRONG, f"Invalid parameter value: {value} for: {name} allowed: {allowed}")
    if name in RANGES:
        least, most = RANGES[name]
        number = float(value) if re.fullmatch(r"-?\d+(\.\d+)?", value) else least - 1
        if not least <= number <= most:
            raise Refusal(
                WRONG,
                f"Invalid parameter value: {value} for: {name} allowed: {least:g}-{most:.0f}",
            )


def groups_fit_the_version(call: Call) -> None:
    """Refuses a parameter group that does not exist, or is of another family than the engine's
    version.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_WorkingWithParamGroups.html
    """
    rds, asked = backend(call), call.parameters
    named = {
        "DBClusterParameterGroupName": rds.db_cluster_parameter_groups,
        "DBParameterGroupName": rds.db_parameter_groups,
    }
    for parameter, groups in named.items():
        name = asked.get(parameter)
        if name is None:
            continue
        wanted = _wanted(call)
        group = groups.get(name)
        if group is None and name != f"default.{wanted}":
            raise Refusal("DBParameterGroupNotFound", f"{parameter}: '{name}' does not exist")
        its_family = getattr(group, "db_parameter_group_family", getattr(group, "family", wanted))
        if wanted is not None and its_family != wanted:
            raise combination(
                f"The parameter group {name} with DBParameterGroupFamily {its_family} can't be "
                f"used here. Use a parameter group with DBParameterGroupFamily {wanted}",
            )


def _wanted(call: Call) -> str | None:
    """The family of the engine's version, or None where it cannot be told."""
    asked = call.parameters
    known = cluster_of(call) or instance_of(call) or instance_of(call, "SourceDBInstanceIdentifier")
    engine = asked.get("Engine") or getattr(known, "engine", None)
    version = asked.get("EngineVersion") or getattr(known, "engine_version", None)
    return family(engine, version) if engine and version and version[0].isdigit() else None


def used_groups_stay(call: Call) -> None:
    """Refuses deleting a parameter group that a cluster or instance uses, or a default one.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBClusterParameterGroup.html
    """
    rds, asked = backend(call), call.parameters
    if "DBClusterParameterGroupName" in asked:
        name = asked["DBClusterParameterGroupName"]
        users = {one.arn: one.parameter_group for one in rds.clusters.values()}
    else:
        name = asked["DBParameterGroupName"]
        users = {one.arn: one.db_parameter_group_name for one in rds.databases.values()}
    using = [arn for arn, group in users.items() if (group or "").lower() == name.lower()]
    if using or name.startswith("default."):
        raise Refusal(
            "InvalidDBParameterGroupState",
            f"The parameter group {name} can't be deleted: it is "
            + (f"in use by {', '.join(using)}" if using else "a default one"),
        )


_FITS = (groups_fit_the_version,)
RULES: Rules = {
    ("rds", "CreateDBParameterGroup"): (families_exist,),
    ("rds", "CreateDBClusterParameterGroup"): (families_exist,),
    ("rds", "ModifyDBParameterGroup"): (parameters_exist,),
    ("rds", "ModifyDBClusterParameterGroup"): (parameters_exist,),
    ("rds", "DeleteDBParameterGroup"): (used_groups_stay,),
    ("rds", "DeleteDBClusterParameterGroup"): (used_groups_stay,),
    ("rds", "CreateDBCluster"): _FITS,
    ("rds", "ModifyDBCluster"): _FITS,
    ("rds", "CreateDBInstance"): _FITS,
    ("rds", "CreateDBInstanceReadReplica"): _FITS,
    ("rds", "ModifyDBInstance"): _FITS,
}

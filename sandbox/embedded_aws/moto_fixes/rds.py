"""Fixes of moto's RDS: what clusters and instances tell of themselves."""

# Patches moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false, reportArgumentType=false
# pyright: reportPrivateUsage=false, reportOptionalMemberAccess=false
# pyright: reportOptionalCall=false, reportReturnType=false, reportPrivateImportUsage=false

import hashlib
from collections.abc import Iterable
from typing import Any

from moto.core.responses import ActionResult
from moto.rds import models
from moto.rds.exceptions import DBParameterGroupNotFoundError
from moto.rds.models import (
    DBCluster,
    DBClusterParameterGroup,
    DBInstance,
    DBParameterGroup,
    RDSBackend,
)
from moto.rds.responses import RDSResponse

from sandbox.embedded_aws.rds_engines import family

# Performance Insights keeps a week for nothing.
DAYS_OF_INSIGHTS = 7
SUPPORT = "open-source-rds-extended-support"


def provisioned_clusters_have_no_scaling() -> None:
    """moto tells of empty scaling settings, which only Aurora Serverless v1 has.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBCluster.html
    """
    told = DBCluster.scaling_configuration_info.fget

    def scaling(self: DBCluster) -> dict[str, Any] | None:
        return told(self) if self.scaling_configuration else None

    DBCluster.scaling_configuration_info = property(scaling)


def instances_have_ids_of_their_own() -> None:
    """moto gives every instance the same DbiResourceId, by which Terraform finds them.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html
    """

    def resource_id(self: DBInstance) -> str:
        # Not of its name, which may change.
        return f"db-{_digest(self.account_id, self.region, self.created)[:26].upper()}"

    DBInstance.dbi_resource_id = property(resource_id, lambda _self, _given: None)


def endpoints_are_of_a_region() -> None:
    """moto's clusters have random endpoints, and all instances share one without a hosted zone. AWS
    has one part for all of an account's in a region.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Overview.Endpoints.html
    """

    def identifier(self: DBCluster) -> str:
        return f"c{_digest(self.account_id, self.region)[:11]}"

    def zone(self: DBCluster) -> str:
        return f"Z{_digest('zone', self.region)[:13].upper()}"

    def address(self: DBInstance) -> str:
        return f"{self.db_instance_identifier}.{identifier(self)}.{self.region}.rds.amazonaws.com"

    def endpoint(self: DBInstance) -> dict[str, Any]:
        return {"Address": self.address, "Port": self.port, "HostedZoneId": zone(self)}

    DBCluster.url_identifier = property(identifier, lambda _self, _given: None)
    DBCluster.hosted_zone_id = property(zone, lambda _self, _given: None)
    DBInstance.address = property(address)
    DBInstance.endpoint = property(endpoint)


def _digest(*parts: object) -> str:
    return hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()


def unencrypted_clusters_have_no_key() -> None:
    """moto's clusters without a key have one named default_kms_key_id. AWS's have none, or the
    region's alias/aws/rds.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Overview.Encryption.html
    """
    create = RDSBackend.create_db_cluster

    def with_key(self: RDSBackend, kwargs: dict[str, Any]) -> DBCluster:
        cluster = create(self, kwargs)
        given = kwargs.get("kms_key_id")
        cluster.kms_key_id = (
            self._validate_kms_key(given or "alias/aws/rds") if cluster.storage_encrypted else None
        )
        return cluster

    RDSBackend.create_db_cluster = with_key


def clusters_change_their_logs() -> None:
    """moto ignores which logs a cluster is changed to export.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBCluster.html
    """
    modify = RDSBackend.modify_db_cluster

    def and_logs(self: RDSBackend, kwargs: dict[str, Any]) -> DBCluster:
        logs = kwargs.pop("cloudwatch_logs_export_configuration", None) or {}
        changed = modify(self, kwargs)
        cluster = self.clusters[changed.db_cluster_identifier]
        kept = set(cluster.enabled_cloudwatch_logs_exports) - set(logs.get("DisableLogTypes", ()))
        exported = sorted(kept | set(logs.get("EnableLogTypes", ())))
        cluster.enabled_cloudwatch_logs_exports = exported
        return changed

    RDSBackend.modify_db_cluster = and_logs


def instances_keep_performance_insights() -> None:
    """moto drops the settings of Performance Insights.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html
    """
    create, update = DBInstance.__init__, DBInstance.update

    def with_insights(self: DBInstance, *args: Any, **kwargs: Any) -> None:
        create(self, *args, **kwargs)
        self.performance_insights_enabled = False
        _keep_insights(self, kwargs)

    def update_insights(self: DBInstance, **kwargs: Any) -> None:
        update(self, **kwargs)
        _keep_insights(self, kwargs)

    DBInstance.__init__ = with_insights
    DBInstance.update = update_insights


def _keep_insights(instance: DBInstance, asked: dict[str, Any]) -> None:
    enabled = asked.get("enable_performance_insights")
    if enabled is not None:
        instance.performance_insights_enabled = enabled
    if instance.performance_insights_enabled:
        key = asked.get("performance_insights_kms_key_id")
        days = asked.get("performance_insights_retention_period")
        _default(instance, "performance_insights_kms_key_id", key, "alias/aws/rds")
        _default(instance, "performance_insights_retention_period", days, DAYS_OF_INSIGHTS)


def _default(instance: DBInstance, name: str, given: Any, otherwise: Any) -> None:
    before = instance.__dict__.get(name)
    setattr(instance, name, given if given is not None else before or otherwise)


def default_groups_are_of_the_engine() -> None:
    """moto's clusters have a default parameter group of Aurora MySQL, and instances of Aurora MySQL
    one of a family that does not exist.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_WorkingWithParamGroups.Overview.html
    """
    create = DBCluster.__init__

    def in_default_group(self: DBCluster, *args: Any, **kwargs: Any) -> None:
        create(self, *args, **kwargs)
        if not kwargs.get("db_cluster_parameter_group_name"):
            self.parameter_group = f"default.{family(self.engine, self.engine_version)}"

    def of_instance(self: DBInstance) -> tuple[str, str]:
        its_family = family(self.engine, self.engine_version)
        return its_family, f"default.{its_family}"

    DBCluster.__init__ = in_default_group
    DBInstance.default_db_parameter_group_details = of_instance


def parameters_tell_their_source() -> None:
    """moto does not tell that a group's parameters were set by its user, as Terraform asks.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_Parameter.html
    """
    update, update_cluster = (
        DBParameterGroup.update_parameters,
        DBClusterParameterGroup.update_cluster_parameters,
    )

    def of_user(self: DBParameterGroup, new_parameters: Iterable[dict[str, Any]]) -> None:
        update(self, [{**one, "Source": "user"} for one in new_parameters])

    def of_clusters_user(
        self: DBClusterParameterGroup, new_parameters: Iterable[dict[str, Any]]
    ) -> None:
        update_cluster(self, [{**one, "Source": "user"} for one in new_parameters])

    DBParameterGroup.update_parameters = of_user
    DBClusterParameterGroup.update_cluster_parameters = of_clusters_user


def parameters_are_reset() -> None:
    """moto cannot reset the parameters of a group.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ResetDBParameterGroup.html
    """

    def reset(self: RDSResponse) -> ActionResult:
        name = self.params["DBParameterGroupName"]
        return _reset(self, name, "DBParameterGroupName", self.backend.db_parameter_groups)

    def reset_clusters(self: RDSResponse) -> ActionResult:
        name = self.params["DBClusterParameterGroupName"]
        groups = self.backend.db_cluster_parameter_groups
        return _reset(self, name, "DBClusterParameterGroupName", groups)

    RDSResponse.reset_db_parameter_group = reset
    RDSResponse.reset_db_cluster_parameter_group = reset_clusters


def _reset(response: RDSResponse, name: str, member: str, groups: Any) -> ActionResult:
    if name not in groups:
        raise DBParameterGroupNotFoundError(name)
    asked = response.params.get("Parameters") or ()
    everything = response.params.get("ResetAllParameters")
    for one in list(groups[name].parameters) if everything else [a["ParameterName"] for a in asked]:
        groups[name].parameters.pop(one, None)
    return ActionResult({member: name})


def maintenance_may_pass_sunday() -> None:
    """moto refuses AWS's own example of a maintenance window, Sun:23:45-Mon:00:15. Windows are
    checked before moto is asked.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
    """
    models.valid_preferred_maintenance_window = lambda _maintenance, _backup: None


def lifecycle_support_is_told() -> None:
    """moto drops whether clusters and instances get extended support.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/extended-support.html
    """
    for kind in (DBCluster, DBInstance):
        _keeps_lifecycle_support(kind)


def _keeps_lifecycle_support(kind: Any) -> None:
    create = kind.__init__

    def with_support(self: Any, *args: Any, **kwargs: Any) -> None:
        create(self, *args, **kwargs)
        self.engine_lifecycle_support = kwargs.get("engine_lifecycle_support") or SUPPORT

    kind.__init__ = with_support

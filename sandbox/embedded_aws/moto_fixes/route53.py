"""Fixes of moto's Route 53."""

# Patches moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false, reportArgumentType=false
# pyright: reportPrivateUsage=false, reportOptionalCall=false
from typing import Any

from moto.core.responses import ActionResult
from moto.route53.exceptions import InvalidInput, ResourceRecordAlreadyExists
from moto.route53.models import FakeZone, HealthCheck, QueryLoggingConfig, Route53Backend
from moto.route53.responses import Route53


def records_are_created_once() -> None:
    """moto refuses to create a record if its journal has the same creation, even if the record has
    been deleted since, and accepts a duplicate that differs in any setting. AWS refuses a record if
    one with the same name, type and set identifier exists."""
    change_resource_record_sets = Route53Backend.change_resource_record_sets

    def change(self: Route53Backend, zoneid: str, change_list: list[dict[str, Any]]) -> None:
        zone = self.get_hosted_zone(zoneid)
        there = {
            (record.name.rstrip("."), record.type, record.set_identifier) for record in zone.rrsets
        }
        for asked in change_list:
            wanted = asked["ResourceRecordSet"]
            name, kind = wanted["Name"].rstrip("."), wanted["Type"]
            which = (name, kind, wanted.get("SetIdentifier"))
            if asked["Action"] == "DELETE":
                there.discard(which)
            elif asked["Action"] == "CREATE" and which in there:
                raise ResourceRecordAlreadyExists(name=f"{name}.", _type=kind)
            elif asked["Action"] == "CREATE":
                while asked in zone.rr_changes:
                    zone.rr_changes.remove(asked)
        change_resource_record_sets(self, zoneid, change_list)

    Route53Backend.change_resource_record_sets = change


def metric_checks_have_an_alarm() -> None:
    """moto drops a health check's alarm and its status on insufficient data, and invents the port
    and probe settings that such a check does not have."""
    _checks_follow("CLOUDWATCH_METRIC", "AlarmIdentifier", "InsufficientDataHealthStatus")


def recovery_checks_have_a_routing_control() -> None:
    """moto drops a health check's routing control, so that every plan replaces the check, and
    invents the port and probe settings that such a check does not have."""
    _checks_follow("RECOVERY_CONTROL", "RoutingControlArn")


def _checks_follow(kind: str, *names: str) -> None:
    """Makes health checks of this kind keep these members of their configuration."""
    config_of = HealthCheck.health_check_config.fget

    def keeping(original: Any, asked: Any) -> Any:
        def and_keep(self: Route53) -> ActionResult:
            result = original(self)
            check = result.result["HealthCheck"]
            for name in names:
                if (value := asked(self, name)) is not None:
                    check.__dict__.setdefault("followed", {})[name] = value
            return result

        return and_keep

    def config(self: HealthCheck) -> dict[str, Any]:
        said = config_of(self)
        if self.type_ != kind:
            return said
        kept = {name: said[name] for name in ("Type", "Inverted", "Disabled")}
        return {**kept, **self.__dict__.get("followed", {})}

    Route53.create_health_check = keeping(
        Route53.create_health_check,
        lambda self, name: self._get_param("HealthCheckConfig").get(name),
    )
    Route53.update_health_check = keeping(
        Route53.update_health_check, lambda self, name: self._get_param(name)
    )
    HealthCheck.health_check_config = property(config)


def references_are_of_one_check() -> None:
    """moto creates another health check for a CallerReference in use. AWS returns the existing one,
    and remembers the references of deleted ones:
    https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHealthCheck.html"""
    create_check, delete_check = (
        Route53Backend.create_health_check,
        Route53Backend.delete_health_check,
    )

    def create(self: Route53Backend, caller_reference: str, args: dict[str, Any]) -> HealthCheck:
        for check in list(self.health_checks.values()):
            if check.caller_reference == caller_reference:
                return check
        return create_check(self, caller_reference, args)

    def delete(self: Route53Backend, health_check_id: str) -> None:
        check = self.health_checks.get(health_check_id)
        if check is not None:
            deleted_references(self).add(check.caller_reference)
        delete_check(self, health_check_id)

    Route53Backend.create_health_check = create
    Route53Backend.delete_health_check = delete


def deleted_references(backend: Route53Backend) -> set[str]:
    """The CallerReferences of deleted health checks."""
    return backend.__dict__.setdefault("deleted_references", set[str]())


def query_logs_take_plain_arns() -> None:
    """moto finds a query log's log group only by an ARN ending in ":*"; AWS also accepts one
    without:
    https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateQueryLoggingConfig.html"""
    create_config = Route53Backend.create_query_logging_config

    def create(self: Route53Backend, hosted_zone_id: str, log_group_arn: str) -> QueryLoggingConfig:
        config = create_config(self, hosted_zone_id, f"{log_group_arn.removesuffix(':*')}:*")
        config.cloud_watch_logs_log_group_arn = log_group_arn
        return config

    Route53Backend.create_query_logging_config = create


def records_are_deleted_alone() -> None:
    """moto deletes every record in the zone with the given set identifier, whatever its name. AWS
    deletes the one with that name, type and set identifier:
    https://docs.aws.amazon.com/Route53/latest/APIReference/API_Change.html"""
    change_resource_record_sets = Route53Backend.change_resource_record_sets

    def change(self: Route53Backend, zoneid: str, change_list: list[dict[str, Any]]) -> None:
        for asked in change_list:
            if asked["Action"] == "DELETE":
                _delete(self.get_hosted_zone(zoneid), asked["ResourceRecordSet"])
            else:
                change_resource_record_sets(self, zoneid, [asked])

    Route53Backend.change_resource_record_sets = change


def _delete(zone: FakeZone, record: dict[str, Any]) -> None:
    def key(name: str, kind: str, identifier: str | None) -> tuple[str, str, str | None]:
        return name.rstrip(".").lower(), kind, identifier

    gone = key(record["Name"], record["Type"], record.get("SetIdentifier"))
    kept = [one for one in zone.rrsets if key(one.name, one.type, one.set_identifier) != gone]
    if len(kept) == len(zone.rrsets):
        what = f"[name='{record['Name']}', type='{record['Type']}']"
        raise InvalidInput(f"Tried to delete resource record set {what} but it was not found")
    zone.rrsets = kept

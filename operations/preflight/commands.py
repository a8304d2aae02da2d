"""What `failover preflight` does."""

from collections.abc import Sequence

from rich.console import Console

from operations.checks import Check, refuse_unless_ready, table
from operations.preflight import access, capacity, databases, names
from operations.preflight.account import Account

CHECKS: tuple[Check[Account], ...] = (
    Check("account", access.account_is_allowed),
    Check("region enabled", access.regions_are_enabled),
    Check("credentials", access.credentials_work_in_each_region),
    Check("vCPUs", capacity.vcpus_suffice),
    Check("Elastic IPs", capacity.elastic_ips_suffice),
    Check("VPCs", capacity.vpcs_suffice),
    Check("instance type", capacity.instance_types_are_offered),
    Check("Lambda", capacity.functions_may_run),
    Check("zone's role", names.zone_role_can_be_assumed),
    Check("hosted zone", names.hosted_zone_exists),
    Check("delegation", names.zone_is_delegated),
    Check("CAA", names.certificates_may_be_issued),
    Check("query log", names.query_log_is_free),
    Check("records", names.records_are_free),
    Check("bucket", names.buckets_are_free),
    Check("database", databases.databases_are_offered),
    Check("secret", databases.secret_is_free),
)


def preflight(
    account: Account, console: Console, checks: Sequence[Check[Account]] = CHECKS
) -> None:
    """Shows what the account has and lacks. Raises OperationError unless everything is there and
    could be checked."""
    outcomes = [outcome for check in checks for outcome in check(account)]
    console.print(table(outcomes))
    refuse_unless_ready(outcomes)
    console.print("ready for the first apply")

"""Every check of `failover ready`: those of the standby's region, and those that take more."""

from functions.standby_readiness.checks import CHECKS as OF_THE_STANDBY
from operations.checks import Check
from operations.preflight.names import zone_is_delegated
from operations.readiness import dns, firewalls, parity, people
from operations.readiness.deployment import Deployment

OF_THE_DEPLOYMENT: tuple[Check[Deployment], ...] = (
    Check("present size", parity.present_size_fits),
    Check("image parity", parity.images_agree),
    Check("template parity", parity.templates_agree),
    Check("release parity", parity.releases_agree),
    Check("group parity", firewalls.groups_agree),
    Check("firewall parity", firewalls.web_acls_agree),
    Check("secret copy", parity.secret_is_in_sync),
    Check("delegation", zone_is_delegated),
    Check("failover records", dns.failover_records_point_right),
    Check("regional records", dns.regional_records_point_right),
    Check("health records", dns.health_is_published),
    Check("health checks", dns.health_checks_are_right),
    Check("switch checks", dns.switch_checks_are_right),
    Check("accelerated recovery", dns.accelerated_recovery_is_on),
    Check("switch", people.switch_is_readable),
    Check("buckets", people.buckets_are_versioned),
    Check("alarms", people.alarms_are_there),
    Check("other subscribers", people.somebody_is_told_elsewhere),
    Check("drill", people.drill_is_recent),
)

__all__ = ["OF_THE_DEPLOYMENT", "OF_THE_STANDBY"]

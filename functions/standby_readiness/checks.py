"""Every check of the standby's region, in the order in which they are shown."""

from functions.standby_readiness import capacity, replicated, serving, stored, watched
from functions.standby_readiness.outcome import Check
from functions.standby_readiness.standby import Standby

CHECKS: tuple[Check[Standby], ...] = (
    Check("vCPUs", capacity.vcpus_suffice),
    Check("group size", capacity.group_can_grow),
    Check("group processes", capacity.processes_run),
    Check("image", serving.image_exists),
    Check("targets", serving.targets_are_healthy),
    Check("listener", serving.listener_forwards),
    Check("certificate", serving.certificate_is_valid),
    Check("release", stored.release_is_there),
    Check("secret", stored.secret_is_there),
    Check("keys", stored.keys_are_enabled),
    Check("state", stored.state_is_kept),
    Check("database", replicated.database_follows),
    Check("lag", replicated.lag_is_small),
    Check("tables", replicated.tables_replicate),
    Check("control function", watched.control_can_run),
    Check("control rules", watched.control_is_called),
    Check("control reports", watched.control_reports),
    Check("alarm actions", watched.alarms_notify),
    Check("subscribers", watched.somebody_is_told),
)

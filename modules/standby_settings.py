"""What the readiness checks of the standby's region expect there."""

from typing import Any

from environments import Environment
from functions.standby_readiness.settings import StandbySettings
from modules.alarm_names import alarm_name, control_kinds, readiness_kinds, topic_name
from modules.database_settings import database_settings
from modules.ports import HTTP, HTTPS


def standby_settings(environment: Environment) -> StandbySettings:
    """The environment's standby, as its file has it."""
    standby, database = environment.dr, database_settings(environment, "dr")
    names = (*environment.dns.names, environment.regional_name("dr"))
    alarms = environment.alarms
    return StandbySettings(
        region=standby.region,
        deployment=environment.name,
        group=standby.auto_scaling_group,
        rest=standby.capacity.desired,
        needed=_needed(environment),
        load_balancer=standby.load_balancer,
        target_group=standby.target_group,
        port=HTTPS if environment.tls else HTTP,
        certified=names if environment.tls else (),
        keys=tuple(_keys(environment)),
        alarms=tuple(
            alarm_name(environment.name, kind)
            for kind in (*control_kinds(environment), *readiness_kinds(environment))
        ),
        topic=topic_name(environment.regional_prefix("dr")),
        recipients=len(alarms.emails) + len(alarms.webhooks),
        state=environment.state.dr.bucket,
        control=environment.control_name if environment.failover.controlled else None,
        releases=environment.releases_bucket("dr")
        if environment.application.kind == "release"
        else None,
        secret=database.secret if database else None,
        database=database.as_variables if database else None,
        lag=_lag(environment),
        tables=tuple(environment.table_variables.values()),
    )


def _needed(environment: Environment) -> int:
    """Instances, once the failover control has woken the standby, or else as it is."""
    own = environment.dr.capacity.desired
    awake = environment.primary.capacity.desired if environment.failover.activation else own
    return max(own, awake)


def _keys(environment: Environment) -> list[str]:
    """The aliases of the region's keys: of alarms and logs, of the database, and of tables."""
    found = [environment.regional_prefix("dr")]
    if environment.data.kind is not None:
        found.append(environment.database("dr"))
    if any(table.own_keys for table in environment.data.tables):
        found.append(environment.tables_key.removeprefix("alias/"))
    return found


def _lag(environment: Environment) -> dict[str, Any]:
    data, kind = environment.data, environment.data.kind
    if kind is None:
        return {}
    return {
        "metric": kind.lag_metric,
        "dimension": kind.dimension,
        "units": kind.lag_units,
        "most": data.lag_seconds,
    }

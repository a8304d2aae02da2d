"""Whether people learn of trouble, can act on it, and have practised it."""

from datetime import UTC, datetime, timedelta
from functools import partial

from environments import ROLES
from functions.failover_control.notes import read_note
from functions.failover_control.place import Place
from functions.standby_readiness.stored import versioned
from functions.standby_readiness.watched import (
    alarms_of,
    is_standbys,
    silent,
    subscribed,
    topic_arn,
)
from modules.alarm_names import alarm_name, all_alarms, global_kinds, global_prefix, topic_name
from modules.regions import GLOBAL_REGION
from operations.checks import Found, Status, each
from operations.readiness.deployment import Deployment
from operations.switch.position import switch_of

# What a drill on the real deployment leaves in the first of the switch's buckets.
LAST_DRILL = "drills/last.json"
PRACTISE_EVERY = timedelta(days=90)


def alarms_are_there(deployment: Deployment) -> Found:
    """Every alarm of the deployment exists, in all regions, and notifies its region's topic."""
    regions = dict.fromkeys(region for region, _ in all_alarms(deployment.environment))
    return each(regions, partial(_alarms_in, deployment))


def _alarms_in(deployment: Deployment, region: str) -> Found:
    environment = deployment.environment
    wanted = [name for where, name in all_alarms(environment) if where == region]
    found = alarms_of(deployment.client("cloudwatch", region), environment.name)
    faults = [f"there is no alarm {name}" for name in wanted if name not in found]
    for name in wanted:
        topic = _topic(deployment, region, name)
        if name in found and topic is not None:
            faults += silent([found[name]], topic)
    for fault in faults:
        yield Status.FAULT, f"{region}: {fault}"
    if not faults:
        yield Status.READY, f"{region}: {len(wanted)}"


def _topic(deployment: Deployment, region: str, alarm: str) -> str | None:
    """ARN of the topic that an alarm is to notify; None for the standby's, whose own check looks
    at its actions."""
    environment = deployment.environment
    if alarm in {alarm_name(environment.name, kind) for kind in global_kinds(environment)}:
        prefix = global_prefix(environment)
    elif region == environment.dr.region and is_standbys(deployment.standby.settings, alarm):
        return None
    else:
        prefix = environment.regional_prefix("primary")
    return topic_arn(region, deployment.number, topic_name(prefix))


def somebody_is_told_elsewhere(deployment: Deployment) -> Found:
    """The topics of the primary's region and of us-east-1 have a subscriber who has confirmed."""
    environment = deployment.environment
    recipients = len(environment.alarms.emails) + len(environment.alarms.webhooks)
    places = (
        (environment.primary.region, environment.regional_prefix("primary")),
        (GLOBAL_REGION, global_prefix(environment)),
    )

    def told(place: tuple[str, str]) -> Found:
        region, prefix = place
        topic = topic_arn(region, deployment.number, topic_name(prefix))
        yield subscribed(deployment.client("sns", region), topic, recipients=recipients)

    return each(places, told)


def buckets_are_versioned(deployment: Deployment) -> Found:
    """Every bucket that changes and repairs depend on is there and keeps old versions: of the
    states, the switch and the releases."""
    environment = deployment.environment
    logs = {environment.logs_bucket(role) for role in ROLES}

    def kept(place: tuple[str, str]) -> Found:
        bucket, region = place
        yield versioned(deployment.client("s3", region), bucket)

    return each(((b, region) for b, region in environment.buckets.items() if b not in logs), kept)


def switch_is_readable(deployment: Deployment) -> Found:
    """Every place of the failover switch can be read, and all say the same."""
    environment = deployment.environment
    if not environment.failover.latches:
        return
    if environment.failover.routing_control is not None:
        setting = switch_of(environment, deployment.client).setting()
        yield _position(is_set=setting is not None)
        return
    marks = {
        place.region: Place(deployment.client("s3", place.region), place.bucket, place.region)
        for place in environment.switch_places
    }
    told = {region: place.mark() is not None for region, place in marks.items()}
    if len(set(told.values())) > 1:
        where = ", ".join(f"{'set' if is_set else 'clear'} in {at}" for at, is_set in told.items())
        yield (
            Status.FAULT,
            f"its places differ: {where}; the failover control makes them agree within a minute",
        )
    else:
        yield _position(is_set=any(told.values()))


def _position(*, is_set: bool) -> tuple[Status, str]:
    if is_set:
        return Status.NOTE, "set: users are on the standby, or on their way there"
    return Status.READY, "clear, in every place"


def drill_is_recent(deployment: Deployment) -> Found:
    """A drill on the real deployment has shown within 90 days that it fails over."""
    place = deployment.environment.switch_places[0]
    found = read_note(deployment.client("s3", place.region), place.bucket, LAST_DRILL)
    if found is None:
        yield Status.NOTE, "never drilled for real: docs/drill.md"
        return
    at, _ = found
    age = datetime.now(UTC) - at
    said = f"last on {at:%Y-%m-%d}, {age.days} days ago"
    yield (Status.READY if age <= PRACTISE_EVERY else Status.NOTE), said

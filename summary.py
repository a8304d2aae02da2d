"""What `main.py` has to say of new stacks: what they are, the recovery time, and warnings."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from emitted import Json, stack_file
from environments import Environment
from environments.advice import advice
from modules.recovery_point import recovery_point, write_recovery
from modules.recovery_time import recovery_time
from modules.user_tail import tail
from report import Report


def summarise(environment: Environment, file: Path, stacks: Mapping[str, Json]) -> Report:
    """The stacks, the worst-case recovery time, when users follow who exceed it, and warnings.

    file: the environment file.
    """
    return Report(
        rows=[
            [
                name,
                regions(stack),
                str(resources(stack)),
                state(stack),
                str(stack_file(Path(), name)),
            ]
            for name, stack in stacks.items()
        ],
        lines=[*of_the_users(environment), *of_the_database(environment)],
        warnings=list(warnings(environment, file, stacks.values())),
    )


def of_the_users(environment: Environment) -> Iterator[str]:
    """The worst-case recovery time, and by when users follow who exceed the TTL."""
    recovery = recovery_time(environment)
    yield (
        f"{environment.dns.domain} recovers from the loss of {environment.primary.region} in at"
        f" most {recovery}"
    )
    yield (
        f"that is for users who honour the TTL; of all users, about {tail(recovery)}: others keep"
        " DNS answers for longer (extrapolated from studies, docs/failover.md)"
    )


def of_the_database(environment: Environment) -> Iterator[str]:
    """The RPO, and when the database takes writes again; nothing without one."""
    point, writes = recovery_point(environment), write_recovery(environment)
    if point is None:
        return
    yield f"the database loses at most the last {point}"
    if writes is None:
        yield "the database takes writes again once somebody runs ./failover data promote"
    else:
        yield f"the database takes writes again in at most {writes}"


def warnings(environment: Environment, file: Path, stacks: Iterable[Json]) -> Iterator[str]:
    """The text of each warning. Alarms are read from the emitted stacks."""
    alarms = [
        alarm
        for stack in stacks
        for alarm in stack["resource"].get("aws_cloudwatch_metric_alarm", {}).values()
    ]
    if not environment.alarms.reach_somebody:
        yield (
            f"{len(alarms)} alarms have no recipients: set alarms.emails or"
            f" alarms.webhooks in {file}"
        )
    mute = [alarm["alarm_name"] for alarm in alarms if not alarm.get("alarm_actions")]
    if mute:
        yield f"alarms without an action: {', '.join(mute)}"
    yield from advice(environment)
    if not environment.tls:
        yield (
            f"plain HTTP: anybody on the network path can read and change what users of"
            f" {environment.dns.domain} see (tls = false in {file})"
        )


def regions(stack: Json) -> str:
    """The regions of the stack's providers."""
    return ", ".join(provider["region"] for provider in stack["provider"]["aws"])


def resources(stack: Json) -> int:
    """How many resources the stack manages."""
    return sum(map(len, stack["resource"].values()))


def state(stack: Json) -> str:
    """Where the stack's state is."""
    ((kind, backend),) = stack["terraform"]["backend"].items()
    if kind == "local":
        return f"local {Path(backend['path']).name}"
    return f"s3://{backend['bucket']}/{backend['key']} ({backend['region']})"

"""What `main.py` prints when it is done: the stacks, the recovery time, and warnings."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.table import Table

from emitted import Json, stack_file
from environments import Environment
from environments.advice import advice
from modules.recovery_point import recovery_point, write_recovery
from modules.recovery_time import recovery_time
from modules.user_tail import tail
from terminal.console import console


def print_summary(environment: Environment, outdir: Path, stacks: Mapping[str, Json]) -> None:
    """Prints a table of the stacks, which are in `outdir`, the worst-case recovery time, and when
    users follow who exceed it."""
    out = console()
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("stack", "region", "resources", "state backend", "output file"):
        justify = "right" if heading == "resources" else "left"
        table.add_column(heading, justify=justify, overflow="fold")
    for name, stack in stacks.items():
        file = stack_file(outdir, name)
        table.add_row(name, regions(stack), str(resources(stack)), state(stack), str(file))
    out.print(table)
    recovery = recovery_time(environment)
    out.print(
        f"{environment.dns.domain} recovers from the loss of {environment.primary.region} in at"
        f" most {recovery}",
        soft_wrap=True,
    )
    out.print(
        f"that is for users who honour the TTL; of all users, about {tail(recovery)}: others keep"
        " DNS answers for longer (extrapolated from studies, docs/failover.md)",
        soft_wrap=True,
    )
    for line in of_the_database(environment):
        out.print(line, soft_wrap=True)


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


def print_warnings(environment: Environment, file: Path, stacks: Mapping[str, Json]) -> None:
    """Prints what you should know before you deploy this, one line each, on stderr.

    file: the environment file.
    """
    for warning in warnings(environment, file, stacks.values()):
        console(stderr=True).print(f"WARNING: {warning}", soft_wrap=True)


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

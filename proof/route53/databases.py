"""What the application makes of its region's database, and which regions' databases take writes."""

from collections.abc import Iterator
from dataclasses import replace

from environments import Environment, Role
from proof.route53.world import RegionState

# The regions whose application fails on its health page while its database takes no writes. The
# standby's serves what it can read: otherwise nobody would be moved before a promotion, and without
# a move, nothing would be promoted.
CONTRACT: frozenset[Role] = frozenset({"primary"})

NOBODY: frozenset[Role] = frozenset()
PRIMARY: frozenset[Role] = frozenset({"primary"})
STANDBY: frozenset[Role] = frozenset({"dr"})


def writers(environment: Environment) -> tuple[frozenset[Role], ...]:
    """The sets of regions whose databases may take writes at one time.

    Of a global database, one member is the writer, or none while that moves. A read replica that
    was promoted is a database of its own, and what it copied may still be there:
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.Promote.html
    """
    kind = environment.data.kind
    one = (PRIMARY, STANDBY, NOBODY)
    return one if kind is None or kind.aurora else (*one, PRIMARY | STANDBY)


def with_databases(
    environment: Environment,
    primary: RegionState,
    standby: RegionState,
    needs_writer: frozenset[Role] = CONTRACT,
) -> Iterator[tuple[RegionState, RegionState]]:
    """Both regions with each state of their databases; as they are without any."""
    if environment.data.kind is None:
        yield primary, standby
        return
    primary, standby = (
        replace(
            state,
            needs_writer=role in needs_writer,
            live_path=environment.application.live_path,
        )
        for role, state in (("primary", primary), ("dr", standby))
    )
    for found in writers(environment):
        yield replace(primary, writes="primary" in found), replace(standby, writes="dr" in found)

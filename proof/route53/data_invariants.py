"""What must hold for users of an application with a database, in every row and at every moment."""

from collections.abc import Callable, Iterator, Sequence

from proof.route53.history import Moment
from proof.route53.invariants import fails_open
from proof.route53.table import Row, serves
from proof.route53.world import RegionState


def users_are_where_writes_are(row: Row) -> bool:
    """Users are not sent to a region that cannot write while the other can, apart from two cases.
    A set switch keeps them on a standby that nobody has promoted yet, as the settings say; and a
    standby that only fails open is passed over, as ever."""
    if row.answered is None or _can_write(row.answered):
        return True
    on_standby = row.answered is row.case.standby
    if not _can_write(row.case.primary if on_standby else row.case.standby):
        return True
    return row.switch_set if on_standby else fails_open(row)


def a_promoted_standby_keeps_its_users(row: Row) -> bool:
    """While the standby's database alone takes writes, users are on it if it can take over: the old
    primary's application fails, even if the switch is clear."""
    case = row.case
    alone = case.standby.can_write and not case.primary.can_write
    return not (alone and row.standby_takes_over) or row.answered is case.standby


DATA_INVARIANTS: tuple[Callable[[Row], bool], ...] = (
    users_are_where_writes_are,
    a_promoted_standby_keeps_its_users,
)


def _can_write(region: RegionState) -> bool:
    """Whether users sent there can write."""
    return serves(region) and region.can_write


def stale_writes(moments: Sequence[Moment]) -> Iterator[Moment]:
    """The moments in which some users write where another region's database is the one that counts:
    the regions' data grow apart."""
    for moment in moments:
        if any(user in moment.writing and user != moment.writer for user in moment.users):
            yield moment


def seconds_without_writes(moments: Sequence[Moment], since: int) -> int | None:
    """Seconds from `since` until every user can write for good; None if never."""
    waiting = [
        moment.at
        for moment in moments
        if moment.at >= since and any(user not in moment.writing for user in moment.users)
    ]
    if not waiting:
        return 0
    return None if waiting[-1] == moments[-1].at else waiting[-1] + 1 - since

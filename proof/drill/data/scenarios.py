"""What happens to the databases alone, between the other scenarios."""

from proof.drill.data.databases import Databases
from proof.drill.scenario import A_WHILE, Times
from proof.drill.stage import Stage

# Seconds for which the regions do not reach each other.
PARTED = 60
# Real seconds for a copy to catch up, by real replication.
CATCH_UP = 20
# Seconds for DNS to say that the primary is healthy.
HEALTHY_AGAIN = 600


def data_of(stage: Stage) -> Databases:
    assert stage.data is not None  # noqa: S101 - only where users write
    return stage.data


async def standby_lost(stage: Stage, times: Times) -> None:
    """Waits until Route 53 has noticed."""
    await stage.lose("dr")
    await stage.clock.sleep(times.detection + A_WHILE)


async def standby_back(stage: Stage, times: Times) -> None:
    """Waits until the copy has what it missed, and Route 53 knows that the region serves."""
    await stage.restore("dr")
    await data_of(stage).until_it_follows(CATCH_UP)
    await stage.clock.sleep(times.detection + times.target + A_WHILE)


async def partition(stage: Stage, _times: Times) -> None:
    """Users reach both regions, which do not reach each other."""
    data = data_of(stage)
    data.part()
    await stage.clock.sleep(PARTED)
    data.heal()
    await data.until_it_follows(CATCH_UP)
    await stage.clock.sleep(A_WHILE)


async def promote(stage: Stage) -> None:
    """The operator does not wait for the control."""
    assert stage.operator is not None  # noqa: S101 - only where users write
    await stage.operator.promote()


async def promoted(stage: Stage, _times: Times) -> None:
    """The control promotes the standby's database once the primary has been down for long enough;
    with manual promotion, the operator does."""
    data, promise = data_of(stage), stage.emitted.data
    assert promise is not None  # noqa: S101 - only where users write
    if promise.write_recovery is None:
        await promote(stage)
    else:
        due = data.lost_at["primary"] + promise.write_recovery
        await stage.clock.until(lambda: data.writer == "dr", due - stage.clock.now)
    await stage.clock.sleep(A_WHILE)


async def resync(stage: Stage, _times: Times) -> None:
    """The operator waits for it."""
    assert stage.operator is not None  # noqa: S101 - only where users write
    await stage.operator.resync()
    await data_of(stage).until_it_follows(CATCH_UP)


async def switchover(stage: Stage, _times: Times) -> None:
    """The writer returns, and the operator waits until DNS says that the primary is healthy."""
    await bring_back(stage)
    await stage.clock.sleep(A_WHILE)


async def bring_back(stage: Stage) -> None:
    """Makes the primary's database the writer, if there is one and it is not."""
    if stage.data is None or stage.operator is None:
        return
    if stage.data.writer != "primary":
        await stage.operator.resync()
        await stage.data.until_it_follows(CATCH_UP)
        await stage.operator.switch_over()
    await stage.dns.until_healthy("primary", HEALTHY_AGAIN)


BEFORE_A_LOSS = (
    ("standby lost", "the standby's region is lost, and users write on", standby_lost),
    ("standby back", "the standby's region is back, and gets what it missed", standby_back),
    ("partition", "the regions do not reach each other for a minute", partition),
)
WITH_DATA = (standby_lost, standby_back, partition, promoted, resync, switchover)

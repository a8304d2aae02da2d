"""The account at the end: for people and for programs, across interrupted runs."""

import json
from collections.abc import Callable

from operations.plans import report
from operations.plans.step import Step
from operations.plans.users import Seen
from tests.operations.plans.chaos import _watched
from tests.operations.plans.outages import lose
from tests.operations.plans.world import World

WorldOf = Callable[[str], World]
AURORA = "aurora-postgresql"


def interrupted(world: World) -> None:
    """Runs `over` until the switch is being set."""

    def armed(step: Step) -> Step:
        if step.name != "set the switch":
            return step
        return Step(
            step.name, step.why, step.done, lambda _: (_ for _ in ()).throw(KeyboardInterrupt())
        )

    with _watched("over", armed):
        assert world.run("over", reason="ticket 4711") == "interrupted"


def test_it_tells_of_interrupted_runs_too(world_of: WorldOf) -> None:
    world = world_of(AURORA)
    interrupted(world)
    assert world.reports[-1].stopped == "interrupted"
    assert "Run `failover over` again: it goes on where it was." in world.said
    assert world.run("over") is None
    told = world.reports[-1]
    assert told.stopped is None
    assert [one.what for one in told.entries].count("began") == 2
    assert (told.entries[0].what, told.entries[0].detail) == ("began", "ticket 4711")
    assert {one.by.rpartition("/")[2] for one in told.entries} == {"ana"}
    assert world.run("over") is None
    assert [one.what for one in world.reports[-1].entries].count("began") == 1


def test_it_says_what_was_promised_and_reached(world_of: WorldOf) -> None:
    world = world_of(AURORA)
    lose("primary")(world)
    world.run("over")
    told = {one.what: one for one in world.reports[-1].measures}
    rto, rpo, writes = told.values()
    assert rto.promised.startswith("118 s = 30 s detection")
    assert rto.reached == "not seen: DNS does not answer"
    assert rpo.promised.startswith("at most 300 s = 60 s lag")
    assert rpo.reached.startswith("promoted; what had not arrived is given up: its lag is unknown")
    assert writes.promised == "once somebody promotes"


def test_a_planned_move_loses_nothing_and_says_so(world_of: WorldOf) -> None:
    world = world_of(AURORA)
    world.run("over")
    told = {one.what: one.reached for one in world.reports[-1].measures}
    assert told["writes lost (RPO)"] == "the writer moved; no write was lost"


def test_it_is_written_for_people_and_for_programs(world_of: WorldOf) -> None:
    world = world_of("no database")
    world.run("over")
    markdown, read = sorted(world.folder.glob("reports/*"), reverse=True)
    assert markdown.name.startswith("awspractice-over-")
    assert "| set the switch | done | the switch is set |" in markdown.read_text()
    parsed = json.loads(read.read_text())
    assert {one["what"]: one["now"] for one in parsed["stands"]}["switch"] == "set"
    assert parsed["users"]["errors"]["DNS does not answer"] > 0


def test_a_report_that_cannot_be_written_is_shown(world_of: WorldOf) -> None:
    world = world_of("no database")
    (world.folder / "reports").touch()
    assert world.run("over") is None
    assert "reports cannot be written (File exists); the report:" in world.said
    assert "# failover over: awspractice, awspractice.space" in world.said


def test_what_users_saw_is_a_share_and_a_table(world_of: WorldOf) -> None:
    world = world_of("no database")
    world.run("over")
    seen = Seen(200, {"ap-south-1": 90, "us-east-1": 90}, 20, {"ap-south-1: timed out": 20})
    told = report.markdown(type(world.reports[0])(**{**vars(world.reports[0]), "users": seen}))
    assert "90.0 % served" in told
    assert "| not served: ap-south-1: timed out | 20 |" in told

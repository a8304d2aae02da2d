"""What people see."""

import io
from collections import Counter
from datetime import timedelta

import pytest
from rich.console import Console

from modules.alarm_names import known_alarms
from operations.status.facts import Fact, Question, Status
from operations.status.screen import screen, table
from tests.operations.status.fakes import THEN, World
from tests.operations.status.test_gathering import Number


def shown(world: World, width: int = 200) -> list[str]:
    observer = world.observer()
    console = Console(file=io.StringIO(), width=width)
    console.print(screen(observer.look(), observer.questions))
    assert isinstance(console.file, io.StringIO)
    lines = console.file.getvalue().splitlines()
    return [" ".join(line.split()) for line in lines if line.strip()]


def test_one_screen(world: World) -> None:
    lines = shown(world)
    alarms = Counter(one.region for one in known_alarms(world.environment))
    assert lines[0].startswith("awspractice: awspractice.space at 20")
    assert lines[1:] == [
        "users",
        "name servers primary, ap-south-1 now",
        "primary in service yes, says Route 53 now",
        "switch",
        "position clear: the primary is in service while it is healthy now",
        "primary, ap-south-1",
        "Route 53 healthy now",
        "load balancer 3 of 3 healthy: 1 of 1 in ap-south-1a, 1 of 1 in ap-south-1b,"
        " 1 of 1 in ap-south-1c now",
        "instances 3 of 3 in service, 0 protected from scale-in: 1 in ap-south-1a,"
        " 1 in ap-south-1b, 1 in ap-south-1c now",
        "standby, us-east-1",
        "Route 53 healthy now",
        "load balancer 3 of 3 healthy: 1 of 1 in us-east-1a, 1 of 1 in us-east-1b,"
        " 1 of 1 in us-east-1c now",
        "instances 3 of 3 in service, 0 protected from scale-in: 1 in us-east-1a,"
        " 1 in us-east-1b, 1 in us-east-1c now",
        "alarms",
        *(f"{region} none of {count} in alarm now" for region, count in alarms.items()),
    ]


def test_it_fits_a_small_terminal(world: World) -> None:
    world.primary.lost = True
    lines = shown(world, width=80)
    assert len(lines) <= 45
    assert lines[1] == "! ap-south-1: nothing there can be read"
    told = "instances myauto in ap-south-1 cannot be read: Connect"
    assert any(line.startswith(told) for line in lines)


def cells(fact: Fact) -> tuple[str, str]:
    """What a fact says, and its age an hour past THEN."""
    status = Status("e", "d", "p", "s", THEN + timedelta(hours=1), 0, [], {"one": fact})
    made = table(status, [Question("one", "section", "one", lambda: Number(1))])
    said, age = (list(column.cells)[1] for column in made.columns[1:])
    return str(said), str(age)


@pytest.mark.parametrize(
    ("before", "age"),
    [
        (timedelta(seconds=-1), "now"),
        (timedelta(seconds=90), "90 s ago"),
        (timedelta(minutes=119), "119 min ago"),
        (timedelta(hours=47), "47 h ago"),
        (timedelta(days=3), "3 d ago"),
    ],
)
def test_the_age_of_a_fact(before: timedelta, age: str) -> None:
    fact = Fact(Number(1), THEN + timedelta(hours=1) - before)
    assert cells(fact)[1] == age


def test_a_fact_without_an_answer_shows_what_was_seen_last() -> None:
    assert cells(Fact(None, None, "lost")) == ("lost", "not seen")
    fact = Fact(Number(7), THEN, "lost")
    assert cells(fact) == (f"lost\nlast seen: {Number(7)}", "60 min ago")

"""docs/operating.md has every fact, with every field."""

import dataclasses
import re

import pytest

from environments import Environment
from operations.status import alarms, databases, instances, names, releases
from operations.status.facts import Value
from operations.status.questions import questions
from operations.switch.position import SwitchPosition
from tests.command_line import ROOT
from tests.operations.preflight.checking import with_dns
from tests.synthesis import example

PAGE = (ROOT / "docs" / "operating.md").read_text()
ROWS = re.findall(
    r"^\| (`.+?) \|.*?\| (.+) \|$",
    PAGE.partition("<!-- facts -->")[2].partition("<!-- end of facts -->")[0],
    re.MULTILINE,
)
VALUES: dict[str, type[Value]] = {
    "serving.name-servers": names.Serving,
    "serving.<resolver>": names.Serving,
    "serving.aliases": names.OtherNames,
    "primary.in-service": names.InService,
    "switch": SwitchPosition,
    "<role>.health": names.RegionHealth,
    "<role>.targets": instances.Targets,
    "<role>.instances": instances.Instances,
    "<role>.release": releases.Release,
    "<role>.database": databases.Database,
    "<role>.replication-lag": databases.ReplicationLag,
    "alarms.<region>": alarms.Alarms,
}


def subjects(environment: Environment) -> set[str]:
    """Those that are asked, as the page calls them."""
    asked = questions(
        environment,
        names=lambda _: pytest.fail("nothing is asked yet"),
        resolvers={"1.1.1.1": lambda _: pytest.fail("nothing is asked yet")},
        connect=lambda *_: pytest.fail("nothing is asked yet"),
    )
    found: set[str] = set()
    for one in asked:
        subject = one.subject.replace("1.1.1.1", "<resolver>")
        subject = re.sub(r"^alarms\..+", "alarms.<region>", subject)
        if subject != "primary.in-service":
            subject = re.sub(r"^(primary|standby)\.", "<role>.", subject)
        found.add(subject)
    return found


def test_every_fact_is_there() -> None:
    told = [name for row, _ in ROWS for name in re.findall(r"`(.+?)`", row)]
    every = with_dns(example("releases"), aliases=["www.ledger.awspractice.space"])
    assert sorted(told) == sorted(VALUES) == sorted(subjects(every))


def test_every_field_is_there() -> None:
    for row, cell in ROWS:
        for subject in re.findall(r"`(.+?)`", row):
            told = set(re.findall(r"`([a-z_]+)`", cell))
            fields = {field.name for field in dataclasses.fields(VALUES[subject])}  # pyright: ignore[reportArgumentType]
            assert fields <= told, subject

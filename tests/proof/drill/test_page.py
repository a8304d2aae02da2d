"""The page and its picture, from made-up evidence."""

import re
import shlex
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from proof.drill.cli import drill
from proof.drill.evidence import per_second, write
from proof.drill.journal import Request
from proof.drill.page import page, repeat
from proof.drill.picture import LATE, look, picture
from proof.drill.settings import Settings


@pytest.fixture
def evidence() -> dict[str, Any]:
    verdicts = [{"expected": "no request fails <once>", "measured": "3 failed", "holds": False}]
    names = ("calm", "region lost")
    return {
        "environment": "demo",
        "domain": "a&b.example",
        "regions": {"primary": "ap-south-1", "dr": "us-east-1"},
        "made": "2026-11-24 10:00 UTC",
        "settings": {
            **{"environment": "demo", "factor": 20.0, "seed": 7, "users": 6, "stacks": None},
            **{"deployed_first": True, "folder": ".local", "output": "drill", "release": None},
            "writes": True,
        },
        "versions": {"terraform": "1.11.4", "web_server": "Apache/2.4.62 (Debian)"},
        "promise": {"terms": "118 s = everything", "with_the_users_timeout": 120, "data": None},
        "data": None,
        "machine": {"clock_stood_still_for": 0.123, "at_most_at_once": 0.05},
        "scenarios": [
            {
                "name": name,
                "title": f"the {name}",
                "began": 20.0 + 200 * number,
                "ended": 220.0 + 200 * number,
                "requests": 9,
                "served": {"primary": 4, "dr": 2},
                "failed": {"timed out": 3},
                "verdicts": verdicts * number,
            }
            for number, name in enumerate(names)
        ],
        "timeline": [
            {"second": 1.0, "kind": "scenario", "what": "before"},
            {"second": 221.0, "kind": "fault", "what": "ap-south-1 is lost"},
            {"second": 300.0, "kind": "fault", "what": "the application in x fails: HTTP 500"},
        ],
        "states": {
            "primary region": [[0.0, "up"], [221.0, "lost"]],
            "third region": [[0.0, "up"]],
            "switch in us-west-2": [[5.0, "clear"], [250.0, "away"]],
        },
        "late": [{"sentence": "the region <is> lost: 98 % of all not meanwhile"}],
        "per_second": [[0, 6, 0, 0], [1, 5, 1, 0], [200, 0, 0, 3], [399, 0, 6, 0]],
    }


def test_the_page_is_self_contained(evidence: dict[str, Any]) -> None:
    text = page(evidence)
    for word in ("<script", "src=", "href=", "url(", "@import", "http"):
        assert word not in text.lower().replace("http 500", "")
    assert "prefers-color-scheme: dark" in text


def test_the_page_says_what_was_found(evidence: dict[str, Any]) -> None:
    text = page(evidence)
    assert "1 of 1 expectations are broken" in text
    assert "a&amp;b.example" in text
    assert "no request fails &lt;once&gt;" in text
    assert "Apache/2.4.62 (Debian)" in text
    assert "20 simulated seconds in a real one" in text
    evidence["scenarios"][1]["verdicts"][0]["holds"] = True
    evidence["settings"]["factor"] = 1.0
    assert "All 1 expectations hold" in page(evidence)
    assert "in real time" in page(evidence)


def test_users_who_follow_late_are_told_and_have_a_lane(evidence: dict[str, Any]) -> None:
    assert "the region &lt;is&gt; lost: 98 % of all not meanwhile" in page(evidence)
    assert LATE not in picture(evidence)
    evidence["states"][LATE] = [[20.0, "primary"], [230.0, "nobody serves 2 of 4"]]
    drawing = picture(evidence)
    assert LATE in drawing
    assert re.search(r'class="state bad"[^>]*><title>nobody serves 2 of 4<', drawing)


def test_the_command_that_repeats_it(evidence: dict[str, Any]) -> None:
    assert repeat(evidence) == "./failover drill -e demo --factor 20 --seed 7 --users 6"
    evidence["settings"] |= {"stacks": "my stacks", "deployed_first": False, "factor": 12.345678}
    evidence["settings"] |= {"environment": "my/demo.toml", "folder": "there", "output": "out"}
    evidence["settings"] |= {"release": "my.tar.gz", "writes": False}
    assert repeat(evidence) == (
        "./failover drill -e my/demo.toml --factor 12.345678 --seed 7 --users 6"
        " --release my.tar.gz --stacks 'my stacks' --folder there --output out --no-deploy"
        " --no-writes"
    )
    assert "my stacks" in page(evidence)


def test_the_command_is_understood_and_means_the_same(
    evidence: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[Settings] = []
    monkeypatch.setattr("proof.drill.drill.run", lambda settings, _: found.append(settings))
    evidence["settings"] |= {"stacks": "my stacks", "deployed_first": False, "output": "out"}
    evidence["settings"]["writes"] = False
    app = typer.Typer()
    app.command()(drill)
    result = CliRunner().invoke(app, shlex.split(repeat(evidence))[2:])
    assert result.exit_code == 0, result.output
    assert found == [
        Settings(
            *("demo", 20, 7, 6, Path("out")), stacks=Path("my stacks"), deploy=False, writes=False
        )
    ]


def test_the_picture_is_drawn_within_its_frame(evidence: dict[str, Any]) -> None:
    drawing = ET.fromstring(picture(evidence))
    _, _, width, height = map(float, drawing.attrib["viewBox"].split())
    rectangles = drawing.findall("rect")
    assert rectangles
    for one in rectangles:
        assert float(one.attrib["x"]) + float(one.attrib["width"]) <= width
        assert float(one.attrib["y"]) + float(one.attrib["height"]) <= height
    words = {text.text for text in drawing.findall("text")}
    assert {"region lost", "ap-south-1 is lost", "fails: HTTP 500", "promised: 120 s"} <= words
    assert {"primary region", "third region", "switch in us-west-2"} <= words
    assert {"lost", "clear", "away"} <= words
    series = {path.attrib["class"] for path in drawing.findall("path") if path.attrib["d"]}
    assert series == {"primary", "standby", "failed"}


@pytest.mark.parametrize(
    ("state", "style"),
    [
        ("up", "fine"),
        ("lost", "bad"),
        ("unhealthy", "bad"),
        ("healthy", "fine"),
        ("0 of 3 healthy", "bad"),
        ("2 of 3 healthy", "fine"),
        ("set", "notable"),
        ("standby, us-east-1", "notable"),
        ("primary, ap-south-1", "fine"),
        ("nobody", "bad"),
    ],
)
def test_how_a_state_looks(state: str, style: str) -> None:
    assert look(state) == style


def test_the_data_has_a_row_in_which_lost_writes_are_marked(evidence: dict[str, Any]) -> None:
    evidence["promise"]["data"] = {"lag": 60, "point": 300, "write_recovery": 663}
    evidence["data"] = {"lost_at": [219.0, 220.5]}
    changes = [[0.0, "primary, x"], [221.0, "nobody"], [350.0, "standby, y"]]
    evidence["states"]["writes go to"] = changes
    drawing = ET.fromstring(picture(evidence))
    states = {one.findtext("title"): one for one in drawing.findall("rect") if len(one)}
    row = [states[state] for _, state in changes]
    assert [one.attrib["class"] for one in row] == ["state fine", "state bad", "state notable"]
    assert len({one.attrib["y"] for one in row}) == 1
    lost = [one for one in drawing.findall("line") if one.attrib["class"] == "lost"]
    ends = float(row[0].attrib["x"]) + float(row[0].attrib["width"])
    top = float(row[0].attrib["y"])
    assert len(lost) == 2
    for one in lost:
        assert ends - 10 < float(one.attrib["x1"]) < ends, "just before the loss"
        assert float(one.attrib["y1"]) < top < float(one.attrib["y2"])
    told = page(evidence)
    assert "loses at most the last 60 s of writes, which return in at most 663 s" in told
    evidence["promise"]["data"]["write_recovery"] = None
    assert "loses at most the last 60 s of writes." in page(evidence)


def test_requests_are_counted_by_the_second_they_began_in() -> None:
    requests = [
        Request(20.4, 20.5, 0, "primary", "served"),
        Request(20.9, 21.4, 1, "dr", "served"),
        Request(22.0, 24.0, 0, None, "timed out"),
    ]
    assert per_second(requests, zero=20) == [[0, 1, 1, 0], [2, 0, 0, 1]]


def test_it_is_written(evidence: dict[str, Any], tmp_path: Any) -> None:
    files = write(tmp_path / "drill", evidence)
    assert [file.name for file in files] == ["evidence.json", "index.html"]
    assert re.match(r"\{\n", files[0].read_text())
    assert files[1].read_text() == page(evidence)

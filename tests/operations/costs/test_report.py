"""A deployment's costs as tables, sentences, JSON, and a picture."""

import json
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from operations.costs.line import total
from operations.costs.picture import COLOURS, picture
from operations.costs.report import Report, as_json, by_stack, by_use, conclusions
from operations.costs.usage import Traffic
from operations.strategies.table import Option
from tests.operations.strategies.conftest import found

SVG = "{http://www.w3.org/2000/svg}"


def test_every_stack_has_its_dearest_resources_the_rest_and_a_sum(mission_costs: Report) -> None:
    rows = by_stack(mission_costs).rows
    for stack in ("primary", "dr", "global"):
        *dearest, others, sums = [row for row in rows if row[0] == stack]
        usd = [float(row[3]) for row in dearest]
        assert len(usd) == 5
        assert usd == sorted(usd, reverse=True)
        assert others[1].endswith("others")
        assert sums[1] == "all"
        assert float(sums[3]) == pytest.approx(sum(usd) + float(others[3]), abs=0.04)
    sums = [float(row[3]) for row in rows if row[1] == "all"]
    assert float(rows[-1][3]) == pytest.approx(sum(sums), abs=0.02)
    assert rows[-1][3] == f"{total(mission_costs.fixed):,.2f}"


def test_all_resources_come_on_demand(mission_costs: Report) -> None:
    rows = by_stack(mission_costs, top=None).rows
    assert not any("others" in row[1] for row in rows)
    assert sum("alarm" in row[1] for row in rows) > 20


def test_the_table_of_use_adds_up(mission_costs: Report) -> None:
    *rows, sums = by_use(mission_costs).rows
    assert float(sums[-1]) == pytest.approx(sum(float(row[-1]) for row in rows), abs=0.1)
    assert all(row[3] for row in rows)
    quantities = {row[0]: row[2] for row in rows}
    assert quantities["load balancer capacity, users"] == "500 LCU-hours"
    assert quantities["firewall, users"] == "10 million requests"


def test_the_conclusions_add_up_and_name_what_is_unsure(mission_costs: Report) -> None:
    said = list(conclusions(mission_costs))
    assert said[0].startswith(f"{mission_costs.total:,.2f} USD a month: ")
    assert "for 10,000,000 requests, 500 GB to users" in said[0]
    assert "us-east-1's prices, for want of ap-south-1's own: flow logs; metric requests." in said
    assert any(line.startswith("Second-hand prices") and "t3.micro" in line for line in said)
    assert said[-1].startswith("Not included: ")
    assert not any("State your traffic" in line for line in said)
    assert any(
        "State your traffic" in line
        for line in conclusions(replace(mission_costs, traffic=Traffic()))
    )


def test_the_standbys_share_is_that_of_the_strategies(mission_costs: Report) -> None:
    options: list[Option] = found("mission")
    shares = {option.strategy: option.usd for option in options}
    assert mission_costs.standby == pytest.approx(shares)
    own = total(line for line in mission_costs.fixed if line.stack in ("dr", "global"))
    assert mission_costs.standby["hot"] == pytest.approx(own)


def test_the_json_has_everything_with_sources(mission_costs: Report) -> None:
    read = json.loads(
        json.dumps(as_json(replace(mission_costs, traffic=Traffic())) | {"traffic": 0})
    )
    stacks = read["stacks"]
    lines = [line for stack in stacks.values() for line in stack["lines"]]
    assert list(stacks) == ["bootstrap", "primary", "dr", "global"]
    assert read["without_traffic"] == pytest.approx(sum(line["usd"] for line in lines))
    assert read["total"] == pytest.approx(read["without_traffic"] + read["use"]["total"])
    for line in (*lines, *read["use"]["lines"]):
        assert line["usd"] == pytest.approx(line["quantity"] * line["price"]["usd"])
        assert line["price"]["date"] >= "2026-11-24"
        assert len(line["price"]["source"]) > 20
    assert all(line["formula"] for line in read["use"]["lines"])
    borrowed = {line["what"] for line in lines if line["price"]["of_another_region"]}
    assert borrowed == {"metric requests"}


def test_the_picture_is_drawn_to_scale_within_its_frame(mission_costs: Report) -> None:
    drawing = ET.fromstring(picture(mission_costs))
    width, height = (float(size) for size in drawing.attrib["viewBox"].split()[2:])
    bars = [one for one in drawing.iter(f"{SVG}rect") if one.find(f"{SVG}title") is not None]
    for one in drawing.iter(f"{SVG}rect"):
        assert 0 <= float(one.attrib["x"]) <= width - float(one.attrib["width"])
        assert 0 <= float(one.attrib["y"]) <= height - float(one.attrib["height"])
    sizes = [(float(one.attrib["width"]), one[0].text or "") for one in bars]
    scales = [size / float(text.rpartition(": ")[2]) for size, text in sizes if size > 50]
    assert scales == pytest.approx([scales[0]] * len(scales), rel=0.01)
    labels = [text.text for text in drawing.iter(f"{SVG}text")]
    assert {"primary", "dr", "global", "use", "sent to users", "everything else"} <= set(labels)
    assert "bootstrap" not in labels, "costs nothing"
    colours = {one.attrib["fill"] for one in bars}
    assert colours >= set(COLOURS)

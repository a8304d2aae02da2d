"""Every resource type, and every function, that the stacks can contain is known to cost or not."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from environments.data import KINDS
from operations.costs.prices import Prices
from operations.costs.resources import COUNTERS, count
from operations.costs.usage import Traffic, usage
from operations.costs.watching import RUNS
from stacks import synthesised
from tests.databases import with_database
from tests.synthesis import example
from tests.variants import changed

ROOT = Path(__file__).parent.parent.parent.parent
SOURCES = [*sorted((ROOT / "modules").rglob("*.py")), *sorted((ROOT / "stacks").rglob("*.py"))]
BINDINGS = "cdktf_cdktf_provider_aws."


def imported() -> Iterator[tuple[str, str]]:
    """What modules and stacks import from the AWS bindings: submodule and name."""
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(BINDINGS):
                yield from ((str(node.module), alias.name) for alias in node.names)


def emittable() -> set[str]:
    """The resource types among them, without providers, data sources and blocks."""
    resources = {(one, name) for one, name in imported() if not name.startswith(("Aws", "Data"))}
    classes = (getattr(importlib.import_module(module), name) for module, name in resources)
    return {one.TF_RESOURCE_TYPE for one in classes if hasattr(one, "TF_RESOURCE_TYPE")}


def test_every_type_that_can_be_emitted_is_known_and_no_other(prices: Prices) -> None:
    """But for a zone, which only a deployment's own account has."""
    known = COUNTERS.keys() | prices.free.keys() | prices.used.keys()
    kinds = emittable()
    assert len(kinds) > 60
    assert sorted(kinds - known) == []
    assert sorted(known - kinds) == ["aws_route53_zone"]


def test_every_function_is_counted() -> None:
    handlers = {
        handler
        for source in SOURCES
        for handler in re.findall(r'^HANDLER = "([\w.]+)"$', source.read_text(), re.MULTILINE)
    }
    assert handlers == RUNS.keys()


@pytest.mark.parametrize(
    "name",
    ["mission", "staging", "releases", "tables", *KINDS, "pilot_light", "other regions"],
)
def test_every_example_can_be_paid_for(name: str, prices: Prices) -> None:
    """Also every variant of what is priced: an instance type, a class, an alarm's period."""
    if name in KINDS:
        environment = with_database(name)
    elif name == "pilot_light":
        environment = changed("pilot_light", "manual", ("us-east-1", "ap-south-1", "eu-west-1"))
    elif name == "other regions":
        place = ("eu-central-1", "eu-west-1", "eu-north-1")
        environment = changed("warm", "automatic", place, record="cname")
    else:
        environment = example(name)
    stacks = synthesised(environment)
    fixed = count(stacks, prices)
    assert {line.stack for line in fixed} >= {"primary", "dr", "global"}
    traffic = Traffic(1e6, 10, writes_gigabytes=1, stored_gigabytes=1, nat_gigabytes=1)
    for line in (*fixed, *usage(environment, stacks, traffic, prices)):
        assert line.usd >= 0
        assert line.region
        assert line.resource

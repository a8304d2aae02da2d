"""Every environment's stacks, given to checkov in one run, since its start takes the longest."""

import json
from dataclasses import replace
from functools import cache

from environments import ROLES, Environment, load_environment
from environments.loading import FOLDER
from policy.checkov import CheckovResult, Report, check_stacks
from tests.applications import KINDS, options, running
from tests.arc import ROUTING_CONTROL
from tests.databases import ENGINES, with_database
from tests.synthesis import EXAMPLE_NAMES, Stacks, example
from tests.variants import PLACES, changed

WITH_ROUTING_CONTROL = "routing_control"
DELIVERED = "delivered"
TABLES = "tables"
SHIPPED = sorted(file.stem for file in FOLDER.glob("*.toml"))
# An example and a shipped environment may have the same name.
EXAMPLE = "{}-example".format


def delivered() -> Environment:
    """Releases, and all that may deliver them."""
    delivery = {"github": "octo-org/shop", "pipeline": "codepipeline"}
    return running("release", options("release"), tables={"delivery": delivery})


def _every_environment() -> dict[str, Environment]:
    """Those without a database, by name."""
    return {
        **{name: load_environment(name) for name in SHIPPED},
        **{EXAMPLE(name): example(name) for name in EXAMPLE_NAMES},
        **{kind: running(kind, options(kind)) for kind in KINDS},
        WITH_ROUTING_CONTROL: changed("hot", "manual", PLACES[-1], routing_control=ROUTING_CONTROL),
        DELIVERED: delivered(),
        TABLES: example(TABLES),
    }


@cache
def _every_report() -> dict[str, Report]:
    """By environment, or by database engine: of that, both regions' stacks."""
    stacks = {
        (name, stack): found.text
        for name, environment in _every_environment().items()
        for stack, found in Stacks(environment).items()
    }
    for engine in ENGINES:
        found = Stacks(with_database(engine))
        stacks |= {(engine, role): found[role].text for role in ROLES}
    # Many are identical, such as most of the shipped files' and of the examples'.
    first = {text: ".".join(place) for place, text in reversed(stacks.items())}
    report = check_stacks({name: json.loads(text) for text, name in first.items()})
    made: dict[str, Report] = {}
    for (name, stack), text in stacks.items():
        failed, passed = (
            frozenset(replace(one, stack=stack) for one in every if one.stack == first[text])
            for every in (report.failed, report.passed)
        )
        before = made.get(name, Report(frozenset(), frozenset()))
        made[name] = Report(before.failed | failed, before.passed | passed)
    return made


def report_of(*names: str) -> Report:
    """What checkov says of these, together."""
    reports = [_every_report()[name] for name in names]
    return Report(
        frozenset[CheckovResult]().union(*(one.failed for one in reports)),
        frozenset[CheckovResult]().union(*(one.passed for one in reports)),
    )

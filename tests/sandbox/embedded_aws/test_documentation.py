"""docs/embedded-aws.md matches the code."""

import re

from sandbox.embedded_aws import documentation
from sandbox.embedded_aws.refusals import RULES
from sandbox.embedded_aws.refusals.rule import STRICTER

PAGE = documentation.FILE.read_text()


def test_the_tables_are_todays() -> None:
    """`make snapshot` rewrites them."""
    assert documentation.documented(PAGE) == PAGE


def test_every_rule_is_a_row_and_says_what_it_refuses() -> None:
    rules = {rule for some in RULES.values() for rule in some}
    assert documentation.rules_table().count("\n") == len(rules) + 2
    for rule in rules:
        assert rule.__doc__, rule
        assert rule.__doc__.startswith("Refuses "), rule


def test_what_aws_takes_is_marked() -> None:
    marked = "**Stricter than AWS:**"
    rows = documentation.rules_table().splitlines()
    assert sum(marked in row for row in rows) == len(STRICTER)
    for asked, said in (
        ("`PutRolePolicy`", "actions, resources and condition keys that do not exist"),
        ("`PutMetricAlarm`", "which notifies nobody"),
        ("`CreateTargetGroup`", "all settings are the same"),
    ):
        assert any(asked in row and marked in row and said in row for row in rows), asked


def test_no_word_is_broken() -> None:
    """A docstring's line may end in a hyphen, but a table row is one line."""
    assert not re.findall(r"\w- \w\S*", documentation.rules_table())


def test_a_page_without_tables_gets_them() -> None:
    marks = [f"<!-- {name} -->\n<!-- end of {name} -->\n" for name in ("rules", "departures")]
    bare = "a\n" + "b\n".join(marks)
    written = documentation.documented(bare)
    assert documentation.rules_table() in written
    assert documentation.departures_table() in written
    assert written.startswith("a\n")

"""docs/environment.md matches the schema."""

import json
import re

import pytest

from environments import documentation
from tests.refresh import SCHEMA_FILE

PAGE = documentation.FILE.read_text()
SCHEMA = json.loads(SCHEMA_FILE.read_text())


def section(heading: str) -> dict[str, list[str]]:
    """A section's rows by key: type, default, limits, meaning."""
    text = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = [
        re.split(r" ?(?<!\\)\| ?", line.strip("|")) for line in text.splitlines() if "|" in line
    ]
    return {row[0].strip("` "): [cell.strip() for cell in row[1:]] for row in rows[2:]}


def test_the_tables_are_of_todays_schema() -> None:
    assert documentation.documented(PAGE, SCHEMA) == PAGE, "run `make snapshot`"


def test_every_key_of_every_table_is_a_row() -> None:
    tables = [SCHEMA, *SCHEMA["$defs"].values()]
    rows = re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)
    assert sorted(rows) == sorted(key for table in tables for key in table["properties"])


@pytest.mark.parametrize(
    ("heading", "key", "kind", "default", "limits"),
    [
        ("Above the first table", "tls", "boolean", "`true`", ""),
        ("Above the first table", "primary", "[table](#primary-and-dr)", "required", ""),
        ("`[dns]`", "zone_id", "string", "none", "`^Z[A-Z0-9]{1,31}$`"),
        ("`[dns]`", "domain", "string", "required", "4 to 64 characters"),
        ("`[data]`", "tables", "list of [tables](#datatables)", "optional", "at most 20 items"),
        ("`[[data.tables]]`", "partition_key_type", "string", '`"S"`', '`"S"`, `"N"`, `"B"`'),
        ("`[firewall]`", "rate_limit", "integer", "`2000`", "10 to 2,000,000,000"),
        ("`[alarms]`", "latency_seconds", "number", "`1.0`", "0.01 to 60"),
        ("`[health_check]`", "interval", "integer", "`10`", "`10`, `30`"),
        ("`[primary]` and `[dr]`", "page", "string", "none", "at least 1 character"),
        ("`[primary]` and `[dr]`", "zones", "list of strings", "required", "2 to 6 items"),
        (
            "`[primary.existing_network]` and `[dr.existing_network]`",
            "load_balancer_security_groups",
            "list of strings",
            "`[]`",
            r"at most 4 items; each `^sg-([0-9a-f]{8}\|[0-9a-f]{17})$`",
        ),
        (
            "Above the first table",
            "tags",
            "table of strings",
            "`{}`",
            "at most 6 keys; each key `^[A-Za-z0-9 _.:/=+@-]{1,127}$`;"
            " each value `^[A-Za-z0-9 _.:/=+@-]{1,255}$`",
        ),
    ],
)
def test_a_row_says_what_the_schema_says(
    heading: str, key: str, kind: str, default: str, limits: str
) -> None:
    assert section(heading)[key][:3] == [kind, default, limits]


def test_a_page_without_tables_gets_them() -> None:
    written = documentation.documented(f"a\n{documentation.BEGIN}{documentation.END}b\n", SCHEMA)
    assert written.startswith(f"a\n{documentation.BEGIN}## Above the first table\n")
    assert written.endswith(f"|\n{documentation.END}b\n")

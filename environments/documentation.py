"""The tables of docs/environment.md, from the JSON Schema: `make snapshot` writes them there."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Schema = dict[str, Any]

FILE = Path(__file__).parent.parent / "docs" / "environment.md"
BEGIN, END = "<!-- keys -->\n", "<!-- end of keys -->\n"
ABOVE_ALL = "Above the first table"
HEADINGS = ("key", "type", "default", "limits", "meaning")
# What a schema bounds, by its keywords.
BOUNDS = (
    ("minimum", "maximum", ""),
    ("minLength", "maxLength", "character"),
    ("minItems", "maxItems", "item"),
    ("minProperties", "maxProperties", "key"),
)


def documented(text: str, schema: Schema) -> str:
    """The page `text`, with the tables of today's `schema` between its marks."""
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}{tables(schema)}{END}{rest.partition(END)[2]}"


def tables(schema: Schema) -> str:
    """A section for each table of an environment file, with a row for each key."""
    headings = {name: _heading(paths) for name, paths in _paths(schema).items()}
    sections = [_section(ABOVE_ALL, schema, headings)]
    sections += [_section(text, schema["$defs"][name], headings) for name, text in headings.items()]
    return "\n".join(sections)


def _paths(schema: Schema) -> dict[str, list[str]]:
    """Where each definition stands in a file: name, dotted paths."""
    found: dict[str, list[str]] = {}

    def visit(table: Schema, prefix: str) -> None:
        for key, body in table["properties"].items():
            given = _given(body)
            name = _definition(given)
            if name is not None:
                path = f"{prefix}{key}"
                found.setdefault(name, []).append(f"[{path}]" if _is_list(given) else path)
                visit(schema["$defs"][name], f"{prefix}{key}.")

    visit(schema, "")
    return found


def _heading(paths: list[str]) -> str:
    *most, last = [f"`[{path}]`" for path in paths]
    return f"{', '.join(most)} and {last}" if most else last


def _section(heading: str, table: Schema, headings: dict[str, str]) -> str:
    """Markdown: a heading, what the table is, its keys."""
    required = table.get("required", [])
    rows = [
        (f"`{key}`", *_row(body, headings, required=key in required))
        for key, body in table["properties"].items()
    ]
    lines = (HEADINGS, ("---",) * len(HEADINGS), *rows)
    grid = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    return f"## {heading}\n{_prose(table)}\n\n{grid}"


def _row(body: Schema, headings: dict[str, str], *, required: bool) -> tuple[str, ...]:
    """A key's type, default, limits and meaning."""
    given = _given(body)
    name = _definition(given)
    if name is not None:
        what = "list of [tables]" if _is_list(given) else "[table]"
        kind, default = f"{what}(#{_anchor(headings[name])})", "optional"
    else:
        kind, default = _type(given), _default(body.get("default"))
    limits = "; ".join(_limits(given)).replace("|", r"\|")
    return kind, "required" if required else default, limits, _prose(body)


def _given(body: Schema) -> Schema:
    """What a value is where it is not left out."""
    return next((one for one in body.get("anyOf", []) if one.get("type") != "null"), body)


def _definition(body: Schema) -> str | None:
    """The name of what a table is, or each of a list of tables."""
    table = body["items"] if _is_list(body) else body
    return table["$ref"].rpartition("/")[2] if "$ref" in table else None


def _is_list(body: Schema) -> bool:
    return body.get("type") == "array"


def _anchor(heading: str) -> str:
    """GitHub's, of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _type(body: Schema) -> str:
    match body["type"]:
        case "array":
            return f"list of {body['items']['type']}s"
        case "object":
            return f"table of {_values(body)['type']}s"
        case kind:
            return kind


def _values(body: Schema) -> Schema:
    """What the values of a table with free keys are."""
    (values,) = body.get("patternProperties", {"": body.get("additionalProperties")}).values()
    return values


def _default(value: Any) -> str:
    return "none" if value is None else f"`{json.dumps(value)}`"


def _limits(body: Schema) -> Iterator[str]:
    if "enum" in body:
        yield ", ".join(f"`{json.dumps(one)}`" for one in body["enum"])
    for least, most, unit in BOUNDS:
        if least in body or most in body:
            yield _range(body.get(least, 0), body.get(most), unit)
    if "pattern" in body:
        yield f"`{body['pattern']}`"
    for pattern in body.get("patternProperties", {}):
        yield f"each key `{pattern}`"
    if body.get("type") == "array":
        yield from (f"each {limit}" for limit in _limits(body["items"]))
    if body.get("type") == "object":
        yield from (f"each value {limit}" for limit in _limits(_values(body)))


def _range(least: float, most: float | None, unit: str) -> str:
    units = f" {unit}{'' if (most or least) == 1 else 's'}" if unit else ""
    if most is None:
        return f"at least {least}{units}"
    return f"at most {most:,}{units}" if least == 0 and unit else f"{least:,} to {most:,}{units}"


def _prose(body: Schema) -> str:
    """A description on one line, as a table's cell takes it."""
    text = " ".join(body["description"].split())
    return text.replace("<", r"\<").replace("|", r"\|")

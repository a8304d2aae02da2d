"""Generates the tables of docs/operating.md about `failover ready`: `make snapshot` writes them."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from operations.checks import Check
from operations.readiness.checks import OF_THE_DEPLOYMENT, OF_THE_STANDBY

FILE = Path(__file__).parent.parent.parent / "docs" / "operating.md"
ADDRESS = re.compile(r"https://\S+")
# Their checks' docstrings speak of the first deployment.
SAID_HERE = {
    "delegation": "The parent zone names the hosted zone's own name servers: without that, nobody"
    " finds the domain."
}


def documented(text: str, breaks: Mapping[str, Iterable[str]]) -> str:
    """The page `text`, with the tables between its markers regenerated.

    breaks: by check, what the tests break on purpose.
    """
    for name, table in (("checks", checks_table()), ("breaks", breaks_table(breaks))):
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
        before, _, rest = text.partition(begin)
        text = f"{before}{begin}{table}{end}{rest.partition(end)[2]}"
    return text


def checks_table() -> str:
    """A row for each check: its name, where it runs, and what must hold."""
    rows = [
        *(_row(check, "the function, and `ready`") for check in OF_THE_STANDBY),
        *(_row(check, "`ready`") for check in OF_THE_DEPLOYMENT),
    ]
    return "\n".join(["| check | run by | what must hold |", "| --- | --- | --- |", *rows, ""])


def breaks_table(breaks: Mapping[str, Iterable[str]]) -> str:
    """A row for each thing that the tests break, with the check that must find it."""
    names = [check.name for check in (*OF_THE_STANDBY, *OF_THE_DEPLOYMENT)]
    rows = [f"| {_line(what)} | {name} |" for name in names for what in breaks.get(name, ())]
    return "\n".join(["| what is broken | found by |", "| --- | --- |", *rows, ""])


def _row(check: Check[Any], run_by: str) -> str:
    said = _line(SAID_HERE.get(check.name) or check.run.__doc__ or "")
    address = ADDRESS.search(check.run.__doc__ or "")
    text = ADDRESS.sub("", said).strip()
    return f"| {check.name} | {run_by} | {f'{text} [Page]({address[0]})' if address else text} |"


def _line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")

"""IAM policies as commands print them with `--policy`."""

import json
from collections.abc import Iterable
from typing import Any

Statement = dict[str, Any]


def formatted(statements: Iterable[Statement]) -> str:
    """The policy of these statements as JSON, formatted for people."""
    found = {"Version": "2012-10-17", "Statement": list(statements)}
    return json.dumps(found, indent=2) + "\n"

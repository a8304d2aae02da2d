"""The mission with another application."""

import json
from typing import Any

from environments import ROLES, Environment
from environments.loading import check
from tests.synthesis import EXAMPLES, example

AMI = "ami-0123456789abcdef0"
# Every option but the kind, with values that are not the defaults.
OPTIONS: dict[str, Any] = {
    "port": 8080,
    "health_check_path": "/health",
    "live_path": "/live",
    "health_check_string": '"status": "ok"',
    "boot": 400,
    "grace": 900,
    "environment": {"GREETING": "it's $HOME"},
    "packages": ["jq", "git"],
    "setup": '#!/bin/bash\necho "it\'s set up"\n',
    "large_requests": True,
}
KINDS = ("page", "release", "image")


def options(kind: str) -> dict[str, Any]:
    """The options that a kind may have."""
    return {key: value for key, value in OPTIONS.items() if (kind, key) != ("image", "packages")}


def running(
    kind: str,
    application: dict[str, Any] | None = None,
    *,
    tables: dict[str, Any] | None = None,
    **top: Any,
) -> Environment:
    """The mission with this application.

    Args:
        kind: The application's kind.
        application: Its other settings.
        tables: By the name of a table, what changes in it.
        top: Keys above the first table.
    """
    content = json.loads(example("mission").model_dump_json(by_alias=True, exclude_none=True))
    content["application"] = {"kind": kind, **(application or {})}
    for role in ROLES:
        if kind != "page":
            del content[role]["page"]
        if kind == "image":
            content[role]["ami"] = AMI
    for table, changes in (tables or {}).items():
        content[table] |= changes
    return check(content | top, EXAMPLES / "application.toml")

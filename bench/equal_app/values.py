"""AWS CDK's arguments from Terraform's values."""

# pyright: basic, reportMissingImports=false

import json
from collections.abc import Callable
from typing import Any

from aws_cdk import CfnTag

Json = dict[str, Any]
Arguments = Callable[[Json], Json]


def same(*names: str, **others: str) -> Arguments:
    """Arguments whose values are Terraform's: `names` by the same name, `others` by another one
    there. The tags too, if there are any."""
    there = dict(zip(names, names, strict=True)) | others
    return lambda body: _picked(body, there) | tagged(body)


def tagged(body: Json) -> Json:
    found = [CfnTag(key=key, value=value) for key, value in body.get("tags", {}).items()]
    return {"tags": found} if found else {}


def document(argument: str, policy: str = "policy", **others: str) -> Arguments:
    """A policy document, and further arguments by Terraform's names for them."""
    return lambda body: {argument: json.loads(body[policy])} | same(**others)(body)


def given(body: Json, **there: str) -> Json:
    """The arguments that have a value."""
    return _picked(body, there)


def _picked(body: Json, there: dict[str, str]) -> Json:
    return {name: body[one] for name, one in there.items() if one in body}


def nothing(_: Json) -> Json:
    return {}

"""JSON on standard output, for programs that read what a table shows to people."""

import dataclasses
import json
from datetime import datetime, timedelta
from enum import Enum

import typer


def print_json(value: object) -> None:
    """Prints dataclasses as objects by field, times as ISO 8601, durations as seconds, and
    enumerations by value. Raises TypeError for anything else that JSON does not know."""
    typer.echo(json.dumps(value, indent=2, default=plain))


def plain(value: object) -> object:
    """For `json.dumps`: what JSON does not know. Raises TypeError for what nobody knows."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = dataclasses.fields(value)
        return {field.name: getattr(value, field.name) for field in fields}
    match value:
        case datetime():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case Enum():
            return value.value
        case _:
            raise TypeError(f"{type(value).__name__} has no JSON")

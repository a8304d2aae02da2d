"""Durations as people write them."""

import re
from datetime import timedelta

import typer

DURATION = re.compile(r"([1-9][0-9]{0,3})([mh])")
UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1)}


def duration(text: str, *, most: timedelta) -> timedelta:
    """The value of an option `--for`: minutes or hours, such as 90m or 2h.

    most: the longest, in whole hours. Raises typer.BadParameter for anything else.
    """
    found = DURATION.fullmatch(text)
    lasts = int(found[1]) * UNITS[found[2]] if found else None
    if lasts is None or lasts > most:
        hours = most // UNITS["h"]
        raise typer.BadParameter(
            f"it takes minutes or hours, such as 90m or 2h, from 1m to {hours}h, not {text!r}",
            param_hint="--for",
        )
    return lasts

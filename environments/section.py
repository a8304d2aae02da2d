"""What every table of an environment file is."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from environments.limits import Limit


class Section(BaseModel):
    """A table of the file: every key known, every type exact, nothing changed afterwards."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True
    )


def between(limit: Limit) -> Any:
    """A number's limits."""
    return Field(ge=limit.least, le=limit.most)


def items(limit: Limit) -> Any:
    """The limits of a list's or a table's number of items."""
    return Field(min_length=limit.least, max_length=limit.most)

"""Writes an environment as a file."""

import tomli_w

from environments.model import Environment


def written(environment: Environment) -> str:
    """The environment as the text of a file, which loads as the same environment. Values that equal
    their defaults are left out."""
    content = environment.model_dump(
        mode="json", by_alias=True, exclude_defaults=True, exclude_none=True
    )
    return tomli_w.dumps(content)

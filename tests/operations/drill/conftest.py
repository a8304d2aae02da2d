"""The examples' emitted stacks, as the drill reads them."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from operations.drill.emitted import Emitted, read_emitted
from tests.conftest import Synthesised


def written(synthesised: Synthesised, folder: Path) -> Path:
    """The stacks, below a folder."""
    for name, stack in synthesised.stacks.items():
        file = folder / "stacks" / name / "cdk.tf.json"
        file.parent.mkdir(parents=True)
        file.write_text(stack.text)
    return folder


@pytest.fixture(scope="session")
def emitted(
    synthesised_by_name: Callable[[str], Synthesised], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Emitted]:
    @cache
    def read(name: str) -> Emitted:
        synthesised = synthesised_by_name(name)
        folder = written(synthesised, tmp_path_factory.mktemp(f"{name}-emitted"))
        return read_emitted(folder, synthesised.environment)

    return read

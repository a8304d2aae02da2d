"""Production's four stacks as last reviewed: any change in what is emitted shows in the diff."""

from pathlib import Path

import pytest

from bindings import toolchain
from bindings.toolchains import DEFAULT
from environments import load_environment
from tests.refresh import SNAPSHOTS
from tests.synthesis import synthesise


@pytest.mark.skipif(toolchain() != DEFAULT, reason="the snapshots are of the default toolchain")
def test_production_is_as_in_the_repository(tmp_path: Path) -> None:
    kept = {file.name.partition(".")[0]: file.read_text() for file in SNAPSHOTS.iterdir()}
    emitted = synthesise(load_environment("production"), tmp_path)
    assert set(kept) == set(emitted)
    for name, stack in emitted.items():
        assert stack.text == kept[name], f"{name} changed; if that is meant, run `make snapshot`"

"""A machine for releases."""

from pathlib import Path

import pytest

from tests.modules.release_machine import ReleaseMachine


@pytest.fixture
def machine(tmp_path: Path) -> ReleaseMachine:
    return ReleaseMachine(tmp_path)

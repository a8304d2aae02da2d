"""Every environment that this repository ships, as emitted."""

from pathlib import Path

import pytest

from environments import Environment, load_environment
from environments.loading import FOLDER
from tests.synthesis import synthesise


@pytest.fixture(scope="session", params=sorted(file.stem for file in FOLDER.glob("*.toml")))
def emitted(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Environment, Path]:
    """An environment, and the folder that holds a folder for each of its stacks."""
    environment = load_environment(request.param)
    outdir = tmp_path_factory.mktemp(request.param) / "cdktf.out"
    synthesise(environment, outdir)
    return environment, outdir / "stacks"

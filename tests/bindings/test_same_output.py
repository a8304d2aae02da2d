"""Every toolchain emits the same JSON, and takes the source's arguments by its own types."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bindings.toolchains import DEFAULT, PROVIDER_6, TERRAIN, Toolchain
from environments import Environment
from environments.loading import check
from tests.bindings.every_toolchain import ROOT, home, python
from tests.databases import ENGINES, with_database
from tests.environments import pairs
from tests.environments.fitting import fitting
from tests.synthesis import EXAMPLES, example
from tests.variants import FAILBACKS, PLACES, STRATEGIES, changed

pytestmark = [pytest.mark.slow, pytest.mark.long]

OTHERS = pytest.mark.parametrize("other", [PROVIDER_6, TERRAIN], ids=lambda one: one.name)
CORE, PROVIDER, SOURCE = (
    "//.metadata.version",
    "terraform.required_providers.aws.version",
    "terraform.required_providers.aws.source",  # "aws" is short for "hashicorp/aws"
)
DIFFERENT = {PROVIDER_6: {PROVIDER}, TERRAIN: {CORE, PROVIDER, SOURCE}}


def environments() -> Iterator[tuple[str, Environment]]:
    """Each example, each strategy with each failback and each engine, and the first pairwise files,
    which have every value of every key."""
    for file in sorted(EXAMPLES.glob("*.toml")):
        yield file.stem, example(file.stem)
    for strategy in STRATEGIES:
        for failback in FAILBACKS:
            yield f"{strategy}-{failback}", changed(strategy, failback, PLACES[0])
        for engine in ENGINES:
            yield f"{strategy}-{engine}", with_database(engine, strategy)
    for number, row in enumerate(pairs.every_value()):
        yield f"pairs-{number}", check(fitting(pairs.file(row, number)), f"{number}.toml")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of environments as JSON."""
    folder = tmp_path_factory.mktemp("environments")
    for name, environment in environments():
        content = environment.model_dump_json(by_alias=True, exclude_none=True)
        (folder / f"{name}.json").write_text(content)
    return folder


def emitted(chosen: Toolchain, files: Path, outdir: Path) -> dict[str, Any]:
    """Every stack of every environment, by its path."""
    python(chosen, "-m", "tests.bindings.emit", str(files), str(outdir))
    return {
        str(file.relative_to(outdir)): json.loads(file.read_text())
        for file in outdir.glob("*/stacks/*/cdk.tf.json")
    }


@pytest.fixture(scope="module")
def expected(files: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return emitted(DEFAULT, files, tmp_path_factory.mktemp("default"))


def differences(one: Any, other: Any, path: str = "") -> Iterator[str]:
    """The dotted paths of all that differs."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted({*one, *other}):
            yield from differences(one.get(key), other.get(key), f"{path}.{key}".lstrip("."))
    elif type(one) is not type(other) or one != other:
        yield path


@OTHERS
def test_only_versions_differ(
    other: Toolchain, files: Path, expected: dict[str, Any], tmp_path: Path
) -> None:
    home(other)
    found = emitted(other, files, tmp_path)
    assert set(found) == set(expected)
    assert len(found) > 4 * len(list(files.iterdir()))
    for name, stack in found.items():
        assert set(differences(expected[name], stack)) == DIFFERENT[other], name
        assert stack["terraform"]["required_providers"]["aws"]["version"] == other.aws_provider


def test_a_difference_is_found_at_any_depth() -> None:
    one = {"a": {"b": [1, {"c": True}]}, "d": None}
    assert list(differences(one, one)) == []
    assert list(differences(one, {"a": {"b": [1, {"c": 1.5}]}, "d": None})) == ["a.b"]
    assert list(differences(one, {"a": {}, "e": ""})) == ["a.b", "e"]
    assert list(differences({"a": 1}, {"a": True})) == ["a"]


@OTHERS
def test_the_source_has_the_types_of_the_bindings(other: Toolchain, tmp_path: Path) -> None:
    """The folders as a move to the toolchain leaves them: with its own names in the imports."""
    checked = ("modules", "stacks")
    for folder in (
        *checked,
        "bindings",
        "emitted",
        "environments",
        "functions",
        "releases",
        "terminal",
    ):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for file in tmp_path.rglob("*.py"):
        file.write_text(renamed(file.read_text(), other))
    settings = {
        "include": checked,
        "typeCheckingMode": "standard",
        "strict": checked,
        "pythonVersion": "3.11",
        "venvPath": str(home(other).parent),
        "venv": other.name,
    }
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings))
    finished = subprocess.run(
        [Path(sys.executable).with_name("basedpyright")],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert finished.returncode == 0, finished.stdout


def renamed(source: str, other: Toolchain) -> str:
    for old, new in ((DEFAULT.provider, other.provider), (DEFAULT.core, other.core)):
        source = re.sub(rf"^( *from ){old}\b", rf"\1{new}", source, flags=re.MULTILINE)
    return source

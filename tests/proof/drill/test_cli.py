"""`failover drill` on the command line, when there is nothing to drill."""

import subprocess
from pathlib import Path

import pytest

from proof.drill.drill import _unknown  # pyright: ignore[reportPrivateUsage]
from proof.drill.settings import DEFAULT_FACTOR
from proof.route53 import UnknownToTheModelError
from tests.command_line_here import failover_here
from tests.synthesis import EXAMPLES


def drill(*arguments: str) -> subprocess.CompletedProcess[str]:
    return failover_here("drill", *arguments)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [(("--factor", "0"), "--factor"), (("--users", "0"), "--users"), (("-e", "x"), "x.toml")],
)
def test_a_mistake(arguments: tuple[str, ...], word: str) -> None:
    finished = drill(*arguments)
    assert finished.returncode == 2
    assert word in finished.stderr


def test_nothing_runs_that_could_be_taken_as_it_is(tmp_path: Path) -> None:
    environment = ("-e", str(EXAMPLES / "mission.toml"))
    finished = drill(*environment, "--no-deploy", "--folder", str(tmp_path / "local"))
    assert finished.returncode == 1
    assert "`failover local up` starts one" in finished.stderr


def test_the_default_factor_is_stated() -> None:
    assert f"{DEFAULT_FACTOR:g}" in drill("--help").stdout


def test_what_the_model_does_not_know_is_found_wherever_it_was_raised() -> None:
    unknown = UnknownToTheModelError("weighted records")
    nested = ExceptionGroup("all", [OSError(), ExceptionGroup("some", [unknown])])
    assert _unknown(unknown) is unknown
    assert _unknown(nested) is unknown
    assert _unknown(ExceptionGroup("all", [OSError()])) is None


def test_a_release_needs_its_archive() -> None:
    finished = drill("-e", str(EXAMPLES / "releases.toml"))
    assert (finished.returncode, finished.stdout) == (1, "")
    assert "--release ARCHIVE" in " ".join(finished.stderr.split())

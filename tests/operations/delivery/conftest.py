"""Both regions of the example with releases, in an embedded AWS of each test's own."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from environments import Role
from operations.delivery import region as delivering
from releases import pack
from sandbox.embedded_aws import EmbeddedAws, cloned
from tests.conftest import ENOUGH_VCPUS, ROOT, Synthesised
from tests.operations.delivery.bare_regions import BareRegion, Regions, bare_regions
from tests.operations.delivery.delivering import log_in
from tests.operations.delivery.fakes import World, world_of

# Seconds in which a release must answer, also on a busy machine.
BOOT = 45
APPLICATION = ROOT / "examples" / "application"


@pytest.fixture(scope="session")
def original(
    new_aws: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EmbeddedAws]:
    """Both regions before the first release, to be cloned."""
    with cloned(new_aws, tmp_path_factory.mktemp("bare")) as one:
        one.aws.allow_vcpus(ENOUGH_VCPUS)
        one.aws.limit_boots(BOOT)
        yield one.aws


@pytest.fixture(scope="session")
def created(
    original: EmbeddedAws, synthesised_by_name: Callable[[str], Synthesised]
) -> tuple[EmbeddedAws, Synthesised]:
    releases = synthesised_by_name("releases")
    bare_regions(original, releases)
    return original, releases


@pytest.fixture
def regions(
    created: tuple[EmbeddedAws, Synthesised],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Regions]:
    """Both regions, in an AWS of the test's own, which the environment's variables lead to."""
    monkeypatch.setattr(delivering, "CLOCK_TICK", 1.0)
    aws, releases = created
    with cloned(aws, tmp_path / "aws") as one:
        log_in(one.aws, monkeypatch)
        yield {role: BareRegion(one.aws, releases.environment, role) for role in ("primary", "dr")}


@pytest.fixture(scope="session")
def archives(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two releases of the example application."""
    folder = tmp_path_factory.mktemp("archives")
    found: list[Path] = []
    for name in ("one", "two"):
        source = folder / name
        shutil.copytree(APPLICATION, source)
        (source / "VERSION").write_text(name)
        found.append(folder / f"{name}.tar.gz")
        pack(source, found[-1])
    return found[0], found[1]


@pytest.fixture
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fake world's clock needs none."""
    monkeypatch.setattr(delivering, "CLOCK_TICK", 0)


@pytest.fixture
def worlds() -> dict[Role, World]:
    """Both regions, which have served a release for a while."""
    return {"primary": world_of("primary"), "dr": world_of("dr")}


@pytest.fixture
def world() -> World:
    """The primary's region."""
    return world_of("primary")

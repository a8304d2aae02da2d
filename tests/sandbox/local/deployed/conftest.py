"""The examples, deployed once, of which every test has a clone of its own."""

import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from emitted import STACK_NAMES
from sandbox import embedded_aws
from sandbox.embedded_aws.process import LOG, RECORD
from sandbox.local.workspace import Workspace
from sandbox.permissions.deployers import as_deployer
from tests.conftest import shared_folder
from tests.lighter_stacks import lighten
from tests.sandbox.local.deployed import deploying
from tests.sandbox.local.deployed.lighter import lightened
from tests.sandbox.local.deployed.system import Deployed, unchanged
from tests.synthesis import EXAMPLE_NAMES, EXAMPLES, example
from tests.terraform_runner import Terraform, forget_checksums

Original = Callable[[str], Deployed]


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is deployed takes minutes, of waiting above all: other tests run meanwhile."""
    if session.config.option.collectonly or shutil.which("terraform") is None:
        return
    names = set[str]().union(*map(_deployed_for, session.items))
    deploying.start(shared_folder(session.config), sorted(names))


def _deployed_for(item: pytest.Item) -> set[str]:
    """The examples that a test needs."""
    used = set[str](getattr(item, "fixturenames", ()))
    if "with_releases" in used:
        return {"releases"}
    if "original" not in used:
        return set()
    callspec = getattr(item, "callspec", None)
    only = callspec.params.get("deployed") if callspec else None
    return {only} if only else {"mission"} if "mission" in used else set(EXAMPLE_NAMES)


@pytest.fixture(scope="session")
def original(runner: Terraform, pytestconfig: pytest.Config) -> Original:
    """An example as it was deployed, to be cloned and not to be touched."""
    shared = shared_folder(pytestconfig)

    @cache
    def deployed_once(name: str) -> Deployed:
        over = deploying.wait_for(shared, name)
        folder = deploying.workspace(shared, name)
        aws = embedded_aws.find(folder)
        assert aws is not None
        as_deployers = name in deploying.AS_DEPLOYERS
        return Deployed(
            environment=example(name),
            file=EXAMPLES / f"{name}.toml",
            workspace=Workspace(folder),
            aws=aws,
            runner=runner,
            printed=over.printed,
            seconds=over.seconds,
            deployers={stack: as_deployer(aws, stack) for stack in STACK_NAMES if as_deployers},
            prepare=lighten if name == deploying.LIGHTER else unchanged,
        )

    return deployed_once


@contextmanager
def cloned(original: Deployed, folder: Path) -> Generator[Deployed]:
    """The same in an AWS and a workspace of its own."""
    own = shutil.ignore_patterns(RECORD, LOG)
    shutil.copytree(original.workspace.folder, folder, symlinks=True, ignore=own)
    for stack in original.environment.stacks:
        forget_checksums(Workspace(folder).stack(original.environment.name, stack))
    with embedded_aws.cloned(original.aws, folder) as one:
        deployers = original.deployers.items()
        yield replace(
            original,
            workspace=Workspace(folder),
            aws=one.aws,
            deployers={
                stack: replace(one.aws, credentials=it.credentials) for stack, it in deployers
            },
        )


@pytest.fixture(params=EXAMPLE_NAMES)
def deployed(
    request: pytest.FixtureRequest, original: Original, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployed]:
    """Each in turn; whatever becomes of it, no other test sees it."""
    with cloned(original(request.param), tmp_path_factory.mktemp(request.param) / "local") as clone:
        yield clone


@pytest.fixture
def lighter(deployed: Deployed) -> Deployed:
    """Each in turn, without what makes Terraform slow."""
    return deployed if deployed.environment.name == deploying.LIGHTER else lightened(deployed)


@pytest.fixture(scope="module")
def mission(original: Original, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """The mission, for all tests of a module."""
    with cloned(original("mission"), tmp_path_factory.mktemp("mission") / "local") as clone:
        yield clone


@pytest.fixture
def with_releases(
    original: Original, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployed]:
    """The example whose instances run releases; none has been delivered."""
    with cloned(original("releases"), tmp_path_factory.mktemp("releases") / "local") as clone:
        yield clone

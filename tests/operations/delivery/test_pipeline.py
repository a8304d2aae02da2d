"""A release that arrives is delivered, by what is emitted: the rule, its input, the steps of the
build, and the build's role."""

import io
import tarfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from environments import Role
from operations.delivery import commands, pipeline, uploading
from operations.delivery.bucket import Current
from operations.delivery.commands import Options
from operations.delivery.deployment import Order
from operations.delivery.region import FailedError
from releases import Pointer, pack, release_key
from releases.pointer import now
from terminal.errors import OperationError
from tests.conftest import Synthesised
from tests.operations.delivery.bare_regions import Regions
from tests.operations.delivery.delivering import QUICK, deploy, digest
from tests.operations.delivery.pipelines import ENVIRONMENT, RegionalPipeline, pipeline_of
from tests.synthesis import example

DIGEST = "a" * 64
STARTED = {"ROLE": "dr", "PIPELINE": "delivery", "EXECUTION": "1234"}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Options]]:
    """What `failover deploy` is asked for."""
    found: list[tuple[str, Options]] = []

    def deploy(release: str, _environment: object, options: Options, _console: object) -> None:
        found.append((release, options))

    monkeypatch.setattr(pipeline, "deploy", deploy)
    return found


def run(monkeypatch: pytest.MonkeyPatch, release: str, kind: str | None = "STANDARD") -> Any:
    class CodePipeline:
        def get_pipeline_execution(self, **asked: str) -> dict[str, Any]:
            assert asked == {"pipelineName": "delivery", "pipelineExecutionId": "1234"}
            return {"pipelineExecution": {"executionType": kind} if kind else {}}

    def client(service: str, region: str) -> CodePipeline:
        assert (service, region) == ("codepipeline", "us-east-1")
        return CodePipeline()

    monkeypatch.setattr(pipeline, "client", client)
    return CliRunner().invoke(pipeline.program, [ENVIRONMENT], env={**STARTED, "RELEASE": release})


@pytest.mark.parametrize("kind", ["STANDARD", None])
def test_it_delivers_to_its_own_region(
    asked: list[tuple[str, Options]], monkeypatch: pytest.MonkeyPatch, kind: str | None
) -> None:
    assert run(monkeypatch, release_key(DIGEST), kind).exit_code == 0
    assert asked == [(DIGEST, Options(only="dr", why="delivery 1234"))]


def test_the_run_of_its_creation_delivers_nothing(
    asked: list[tuple[str, Options]], monkeypatch: pytest.MonkeyPatch
) -> None:
    finished = run(monkeypatch, "none")
    assert finished.exit_code == 0
    assert "no release has arrived" in finished.output
    assert asked == []


@pytest.mark.parametrize("key", ["releases/x.tar.gz", DIGEST, "releases/$(id).tar.gz", "current"])
def test_what_is_no_release_is_not_delivered(
    asked: list[tuple[str, Options]], monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    finished = run(monkeypatch, key)
    assert isinstance(finished.exception, OperationError)
    assert str(finished.exception) == f"{key} is not the key of a release"
    assert asked == []


def upload(regions: Regions, release: Path | str, only: Role | None = None) -> str:
    out = io.StringIO()
    environment = regions["primary"].environment
    uploading.upload(str(release), environment, only, Console(file=out, width=200))
    return out.getvalue()


@pytest.fixture
def pipelines(regions: Regions, releases: Synthesised) -> dict[Role, RegionalPipeline]:
    found: dict[Role, RegionalPipeline] = {
        role: pipeline_of(one, releases) for role, one in regions.items()
    }
    for one in found.values():
        one.create()
    return found


@pytest.mark.slow
def test_a_release_that_arrives_is_delivered_in_both_regions(
    regions: Regions,
    pipelines: dict[Role, RegionalPipeline],
    archives: tuple[Path, Path],
    tmp_path: Path,
) -> None:
    name = digest(archives[0])
    printed = upload(regions, archives[0])
    assert printed.count("has arrived") == 2
    for role, one in pipelines.items():
        (execution,) = one.executions
        assert execution["variables"] == [{"name": "release", "resolvedValue": release_key(name)}]
        finished = one.build(execution, tmp_path / role)
        assert finished.returncode == 0, finished.stdout + finished.stderr
        found = regions[role].current
        assert found is not None
        assert found.release == name
        assert found.why == f"{one.name} {execution['pipelineExecutionId']}"
        assert f"assumed-role/{one.name}-build/" in found.by
        assert regions[role].healthy == 3
        assert "--require-hashes" in (tmp_path / role / "pip.log").read_text()
    assert upload(regions, archives[0]).count("was there, so nothing starts") == 2
    assert [len(one.executions) for one in pipelines.values()] == [1, 1]


@pytest.mark.slow
@pytest.mark.parametrize("lost", ["primary", "dr"])
def test_each_region_delivers_alone_when_the_other_is_dead(
    regions: Regions,
    pipelines: dict[Role, RegionalPipeline],
    archives: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    lost: Role,
) -> None:
    dead = regions[lost].region
    regions["primary"].aws.lose(dead)
    with pytest.raises(OperationError, match=f"not uploaded everywhere:\n  {dead}: "):
        upload(regions, archives[0])
    alive: Role = "dr" if lost == "primary" else "primary"
    (execution,) = pipelines[alive].executions
    assert pipelines[alive].deliver(execution, monkeypatch).exit_code == 0
    assert regions[alive].healthy == 3
    found = regions[alive].current
    assert found is not None
    assert f"assumed-role/{pipelines[alive].name}-build/" in found.by
    regions["primary"].aws.restore(dead)
    printed = upload(regions, digest(archives[0]))
    assert f"{dead}: has arrived" in printed
    assert f"{regions[alive].region}: was there, so nothing starts" in printed
    assert len(pipelines[lost].executions) == 1


@pytest.mark.parametrize("order", ["standby-first", "primary-first"])
def test_an_order_that_pipelines_would_not_keep_is_refused(
    archives: tuple[Path, Path], order: Order
) -> None:
    with pytest.raises(OperationError, match="delivers an archive as soon as it arrives") as told:
        commands.deploy(str(archives[0]), example("releases"), Options(order=order), Console())
    assert "--only" in str(told.value)


@pytest.mark.slow
def test_one_region_alone_can_have_a_release(
    regions: Regions, pipelines: dict[Role, RegionalPipeline], archives: tuple[Path, Path]
) -> None:
    printed = upload(regions, archives[0], "dr")
    assert "standby, us-east-1: has arrived" in printed
    assert "primary" not in printed
    assert [len(pipelines[role].executions) for role in ("primary", "dr")] == [0, 1]


@pytest.mark.slow
def test_the_run_of_the_creation_changes_nothing(
    regions: Regions, pipelines: dict[Role, RegionalPipeline], tmp_path: Path
) -> None:
    finished = pipelines["dr"].build(pipelines["dr"].creation, tmp_path / "dr")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert regions["dr"].current is None


@pytest.fixture
def broken(archives: tuple[Path, Path], tmp_path: Path) -> Path:
    """A release that ends at once."""
    with tarfile.open(archives[0]) as archive:
        archive.extractall(tmp_path / "broken", filter="data")
    (tmp_path / "broken" / "run").write_text("#!/bin/sh\nexit 1\n")
    pack(tmp_path / "broken", tmp_path / "broken.tar.gz")
    return tmp_path / "broken.tar.gz"


LEFT = "Left alone: no failed delivery of this pipeline is current."


@pytest.mark.slow
def test_after_a_release_that_fails_the_pipeline_finds_nothing_to_undo(
    regions: Regions,
    pipelines: dict[Role, RegionalPipeline],
    archives: tuple[Path, Path],
    broken: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither what the build has brought back, although the same role did, nor what somebody has
    delivered by hand before."""
    one = pipelines["dr"]
    upload(regions, archives[0], "dr")
    first = one.executions[-1]
    assert one.deliver(first, monkeypatch).exit_code == 0
    deploy(regions, archives[1], replace(QUICK, only="dr"))
    upload(regions, broken, "dr")
    failed = one.executions[-1]
    finished = one.deliver(failed, monkeypatch)
    assert isinstance(finished.exception, FailedError)
    assert current(regions).release == digest(archives[1])
    assert current(regions).why.startswith("rollback: ")
    assert LEFT in one.deliver(one.fail(failed, first), monkeypatch).output
    assert current(regions).release == digest(archives[1])


def current(regions: Regions) -> Pointer:
    found = regions["dr"].current
    assert found is not None
    return found


@pytest.mark.slow
def test_what_a_killed_build_has_begun_is_undone(
    regions: Regions,
    pipelines: dict[Role, RegionalPipeline],
    archives: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And what somebody has delivered since is not."""
    one = pipelines["dr"]
    upload(regions, archives[0], "dr")
    first = one.executions[-1]
    one.deliver(first, monkeypatch)
    upload(regions, archives[1], "dr")
    killed = one.executions[-1]
    one.deliver(killed, monkeypatch)  # stands for what it had written before it was killed
    assert current(regions).release == digest(archives[1])
    assert one.deliver(one.fail(killed, first), monkeypatch).exit_code == 0
    assert current(regions).release == digest(archives[0])
    assert regions["dr"].healthy == 3
    deploy(regions, archives[1], replace(QUICK, only="dr"))
    assert LEFT in one.deliver(one.fail(killed, first), monkeypatch).output
    assert current(regions).release == digest(archives[1])


@pytest.mark.parametrize(
    ("why", "status", "needless"),
    [
        ("delivery 1234", "Succeeded", True),
        ("delivery 1234", "Failed", False),
        ("delivery 1234", "Stopped", False),
        ("delivery", "Failed", True),
        ("rollback: x", "Failed", True),
        ("another 1234", "Failed", True),
        ("", "Failed", True),
    ],
)
def test_what_going_back_may_undo(
    monkeypatch: pytest.MonkeyPatch, why: str, status: str, *, needless: bool
) -> None:
    class CodePipeline:
        def get_pipeline_execution(self, **_: str) -> dict[str, Any]:
            return {"pipelineExecution": {"status": status}}

    monkeypatch.setattr(pipeline, "client", lambda *_: CodePipeline())
    pointer = Pointer(release=DIGEST, previous=None, by="x", at=now(), why=why)
    one = pipeline.Run("delivery", "9", "us-east-1")
    assert one.is_needless(Current(pointer, "etag", now())) is needless
    assert one.is_needless(None)

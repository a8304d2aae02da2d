"""A release that arrives is delivered, by what is emitted: the rule, its input, the steps of the
build, and the build's role."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from environments import Role
from operations.delivery import pipeline, uploading
from operations.delivery.commands import Options
from releases import release_key
from terminal.errors import OperationError
from tests.conftest import Synthesised
from tests.operations.delivery.bare_regions import Regions
from tests.operations.delivery.delivering import QUICK, deploy, digest
from tests.operations.delivery.pipelines import RegionalPipeline, pipeline_of
from tests.synthesis import EXAMPLES

ENVIRONMENT = str(EXAMPLES / "releases.toml")
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


@pytest.mark.parametrize(("kind", "own"), [("STANDARD", False), (None, False), ("ROLLBACK", True)])
def test_it_delivers_to_its_own_region(
    asked: list[tuple[str, Options]], monkeypatch: pytest.MonkeyPatch, kind: str, *, own: bool
) -> None:
    assert run(monkeypatch, release_key(DIGEST), kind).exit_code == 0
    assert asked == [(DIGEST, Options(only="dr", why="delivery 1234", only_own=own))]


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


def upload(regions: Regions, release: Path | str) -> str:
    out = io.StringIO()
    environment = regions["primary"].environment
    uploading.upload(str(release), environment, Console(file=out, width=200))
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
        current = regions[role].current
        assert current is not None
        assert current.release == name
        assert current.why == f"{one.name} {execution['pipelineExecutionId']}"
        assert f"assumed-role/{one.name}-build/" in current.by
        assert regions[role].healthy == 3
        assert "--require-hashes" in (tmp_path / role / "pip.log").read_text()
    assert upload(regions, archives[0]).count("was there, so nothing starts") == 2
    assert [len(one.executions) for one in pipelines.values()] == [1, 1]


@pytest.mark.slow
def test_each_region_delivers_alone_when_the_other_is_dead(
    regions: Regions,
    pipelines: dict[Role, RegionalPipeline],
    archives: tuple[Path, Path],
    tmp_path: Path,
) -> None:
    regions["primary"].aws.lose("ap-south-1")
    with pytest.raises(OperationError, match="not everywhere:\n  ap-south-1: "):
        upload(regions, archives[0])
    (execution,) = pipelines["dr"].executions
    finished = pipelines["dr"].build(execution, tmp_path / "dr")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert regions["dr"].healthy == 3
    regions["primary"].aws.restore("ap-south-1")
    printed = upload(regions, digest(archives[0]))
    assert "primary, ap-south-1: has arrived" in printed
    assert "standby, us-east-1: was there, so nothing starts" in printed
    assert len(pipelines["primary"].executions) == 1


@pytest.mark.slow
def test_a_run_that_goes_back_leaves_somebody_elses_release_alone(
    regions: Regions, archives: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    back = replace(QUICK, only="dr", only_own=True)
    deploy(regions, archives[0])
    monkeypatch.setattr(
        "operations.delivery.commands._operator", lambda _: "arn:aws:sts::1:assumed-role/build/s1"
    )
    printed = deploy(regions, archives[1], back)
    current = regions["dr"].current
    assert current is not None
    assert current.release == digest(archives[0])
    assert f"standby, us-east-1: left alone, as {current.by} delivered" in printed
    deploy(regions, archives[1], replace(QUICK, only="dr"))
    monkeypatch.setattr(
        "operations.delivery.commands._operator", lambda _: "arn:aws:sts::1:assumed-role/build/s2"
    )
    deploy(regions, archives[0], back)
    current = regions["dr"].current
    assert current is not None
    assert current.release == digest(archives[0]), "another session of the same role's"

"""What `failover ready` prints, and how it ends."""

import io
import json
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError, NoCredentialsError
from rich.console import Console

from functions.standby_readiness.outcome import Check, Found, Status
from operations.readiness import commands
from operations.readiness.checks import OF_THE_DEPLOYMENT, OF_THE_STANDBY
from operations.readiness.deployment import Deployment
from terminal.errors import OperationError
from tests.functions.standby_readiness.fakes import Fake
from tests.operations.readiness.regions import deployment
from tests.synthesis import example


def check(name: str, *statuses: Status) -> Check[Any]:
    def run(_: object) -> Found:
        for status in statuses:
            yield status, f"{name} is {status.value}"

    return Check(name, run)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Has these checks run, and returns what is printed, and the error."""

    def run(
        *of_the_deployment: Check[Any], as_json: bool = False
    ) -> tuple[str, OperationError | None]:
        monkeypatch.setattr(commands, "OF_THE_STANDBY", (check("first", Status.READY),))
        monkeypatch.setattr(commands, "OF_THE_DEPLOYMENT", of_the_deployment)
        console = Console(file=io.StringIO(), width=200)
        error = None
        try:
            commands.ready(deployment(example("mission"), {}), console, as_json=as_json)
        except OperationError as one:
            error = one
        assert isinstance(console.file, io.StringIO)
        return console.file.getvalue(), error

    return run


def test_a_standby_that_could_take_over(here: Any) -> None:
    printed, error = here(check("second", Status.READY, Status.NOTE))
    assert error is None
    assert printed.rstrip().endswith("ready: us-east-1 could take over now")
    assert printed.index("first") < printed.index("second is ready") < printed.index("note")


@pytest.mark.parametrize(
    ("status", "counted"), [(Status.FAULT, "1 fault"), (Status.UNKNOWN, "1 not checked")]
)
def test_one_that_could_not(here: Any, status: Status, counted: str) -> None:
    printed, error = here(check("second", Status.READY, status))
    assert str(error) == f"not ready: {counted}"
    assert f"second is {status.value}" in printed


def test_numbers_and_plurals(here: Any) -> None:
    _, error = here(check("a", Status.FAULT, Status.FAULT, Status.MISSING, Status.UNKNOWN))
    assert str(error) == "not ready: 1 missing, 2 faults, 1 not checked"


def test_json_for_programs(here: Any, capsys: pytest.CaptureFixture[str]) -> None:
    printed, error = here(check("second", Status.FAULT), as_json=True)
    assert printed == ""
    assert error is not None
    assert json.loads(capsys.readouterr().out) == [
        {"what": "first", "status": "ready", "said": "first is ready"},
        {"what": "second", "status": "fault", "said": "second is fault"},
    ]


def test_without_credentials_there_is_one_line() -> None:
    sts = Fake(get_caller_identity=NoCredentialsError())
    there = deployment(example("mission"), {("sts", "us-east-1"): sts})
    with pytest.raises(OperationError, match="AWS cannot be asked: Unable to locate credentials"):
        commands.ready(there, Console(file=io.StringIO()))


def test_without_aws_nothing_is_taken_for_ready() -> None:
    def unreachable(service: str, region: str) -> Any:
        error = EndpointConnectionError(endpoint_url=f"https://{service}.{region}.amazonaws.com")
        raise error

    def nobody(_name: str, _kind: str) -> list[str]:
        raise OperationError("DNS does not answer here")

    there = Deployment(example("mission"), client=unreachable, resolve=nobody)
    outcomes = commands.outcomes_of(there)
    assert {one.status for one in outcomes} == {Status.UNKNOWN}
    of_other_deployments = {"release", "secret", "database", "lag", "tables"}
    of_other_deployments |= {"release parity", "secret copy"}
    names = [one.name for one in (*OF_THE_STANDBY, *OF_THE_DEPLOYMENT)]
    assert {one.what for one in outcomes} == set(names) - of_other_deployments
    assert len(set(names)) == len(names)

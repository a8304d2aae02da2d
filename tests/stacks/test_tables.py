"""The fifth stack: emitted only where it is asked for, and without a trace where it is not."""

from pathlib import Path

from emitted import read, stack_file
from tests.conftest import Synthesised
from tests.synthesis import example, synthesise


def test_it_is_between_bootstrap_and_the_regions(tables: Synthesised) -> None:
    assert list(tables.stacks) == ["bootstrap", "tables", "primary", "dr", "global"]


def test_its_state_is_its_own(tables: Synthesised) -> None:
    backend = tables.stacks["tables"].json["terraform"]["backend"]["s3"]
    assert (backend["bucket"], backend["region"]) == ("tablespractice-state-tables", "us-west-2")
    assert backend["encrypt"] is backend["use_lockfile"] is True
    assert "tables_state" in tables.stacks["bootstrap"].json["resource"]["aws_s3_bucket"]


def test_no_other_stack_refers_to_it(tables: Synthesised) -> None:
    for name in ("primary", "dr", "global"):
        text = tables.stacks[name].text
        assert "aws_dynamodb" not in text
        assert "tablespractice-state-tables" not in text
        assert "terraform_remote_state" not in text


def test_one_that_is_no_longer_asked_for_is_gone(tmp_path: Path) -> None:
    environment = example("tables")
    synthesise(environment, tmp_path)
    assert stack_file(tmp_path, "tables").exists()
    without = {
        "data": environment.data.model_copy(update={"tables": []}),
        "state": environment.state.model_copy(update={"tables": None}),
    }
    synthesise(environment.model_copy(update=without), tmp_path)
    assert list(read(tmp_path)) == ["bootstrap", "primary", "dr", "global"]
    assert not stack_file(tmp_path, "tables").exists()

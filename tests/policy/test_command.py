"""`failover policy` on the command line, docs/rules.md, and folders without stacks."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import failover
from emitted import Deployment, write
from policy.check import broken, rules_markdown
from policy.rules import RULES
from terminal.errors import OperationError
from tests.command_line import failover as run
from tests.policy.conftest import Deploy, copied
from tests.synthesis import EXAMPLES, example

ROOT = Path(__file__).parent.parent.parent
MISSION = str(EXAMPLES / "mission.toml")


@pytest.fixture
def written(deployed: Deploy, tmp_path: Path) -> Path:
    """The mission's stacks as files."""
    write(tmp_path, deployed("mission").stacks)
    return tmp_path


def said(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(failover, ["policy", *arguments])
    assert result.exit_code == code, result.output
    return result.output


def test_docs_rules_md_is_written_by_the_command() -> None:
    """After a change, write the page with `./failover policy --markdown`."""
    assert rules_markdown() in (ROOT / "docs" / "rules.md").read_text()
    assert said("--markdown") == rules_markdown()


def test_each_rule_is_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    shown = said("--rules")
    for rule in RULES:
        assert rule.name in shown
        assert f"| `{rule.name}` | {rule.level} |" in rules_markdown()


def test_sound_stacks_pass_with_a_warning(written: Path) -> None:
    output = said("-e", MISSION, "--stacks", str(written))
    assert "topic_has_a_subscriber" in output
    assert f"{len(RULES)} rules, 0 errors, 3 warnings" in output


def test_a_broken_stack_fails_and_says_where(written: Path, deployed: Deploy) -> None:
    stacks = copied(deployed("mission"))
    del stacks["global"]["resource"]["aws_route53_record"]["primary_record"]["health_check_id"]
    (written / "stacks/global/cdk.tf.json").write_text(json.dumps(stacks["global"]))
    output = said("-e", MISSION, "--stacks", str(written), code=1)
    assert "primary_obeys_a_check" in output
    assert "aws_route53_record.primary_record" in output


@pytest.mark.slow
def test_the_environment_itself_is_checked_without_a_folder(tmp_path: Path) -> None:
    finished = run("policy", "-e", MISSION, environ={"TMPDIR": str(tmp_path)})
    assert finished.returncode == 0, finished.stdout
    assert "awspractice: " in finished.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_stacks_is_told(tmp_path: Path) -> None:
    result = CliRunner().invoke(failover, ["policy", "-e", MISSION, "--stacks", str(tmp_path)])
    assert isinstance(result.exception, OperationError)  # printed by the command line's `main`
    assert f"{tmp_path} contains no stacks" in str(result.exception)
    assert result.output == ""


def test_what_a_rule_cannot_read_is_told(deployed: Deploy) -> None:
    stacks = copied(deployed("mission"))
    stacks["dr"]["resource"]["aws_lb_listener"]["https_listener"]["ssl_policy"] = 12
    with pytest.raises(OperationError, match="tls_suits_users_and_checkers cannot read the stacks"):
        broken(Deployment(example("mission"), stacks))

"""Which Terraform is used, and the message if none can be."""

import json
from pathlib import Path

import pytest

from sandbox.terraform.executable import Executable, find_terraform
from terminal.errors import OperationError


def executable(path: Path, answer: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n/bin/cat <<'END'\n{answer}\nEND\n")
    path.chmod(0o755)
    return path


def versioned(path: Path, version: str) -> Path:
    return executable(path, json.dumps({"terraform_version": version}))


def test_without_terraform_the_message_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(
        OperationError,
        match=r"^Terraform is not on the PATH\. 1\.11\.0 or newer is needed: install it from https://",
    ) as error:
        find_terraform({"PATH": str(tmp_path)})
    assert "FAILOVER_TERRAFORM" in str(error.value)


def test_a_named_terraform_that_is_missing_is_an_error_though_another_is_there(
    tmp_path: Path,
) -> None:
    versioned(tmp_path / "terraform", "1.11.4")
    with pytest.raises(
        OperationError, match=r"^FAILOVER_TERRAFORM names /nowhere/tf, which is not an executable"
    ):
        find_terraform({"PATH": str(tmp_path), "FAILOVER_TERRAFORM": "/nowhere/tf"})


@pytest.mark.parametrize("version", ["1.10.5", "0.15.0", "1.9.12"])
def test_an_old_terraform_is_refused(tmp_path: Path, version: str) -> None:
    old = versioned(tmp_path / "terraform", version)
    with pytest.raises(OperationError) as error:
        find_terraform({"PATH": str(tmp_path)})
    said = str(error.value)
    assert said.startswith(f"{old} is version {version}, which is too old. 1.11.0 or newer")


@pytest.mark.parametrize("version", ["1.11.0", "1.11.4", "1.12.0-beta1", "2.0.0"])
def test_a_new_enough_terraform_is_taken(tmp_path: Path, version: str) -> None:
    path = versioned(tmp_path / "terraform", version)
    assert find_terraform({"PATH": str(tmp_path)}) == Executable(str(path), version)


def test_the_named_terraform_wins(tmp_path: Path) -> None:
    versioned(tmp_path / "terraform", "1.12.0")
    own = versioned(tmp_path / "own/tf", "1.11.1")
    environ = {"PATH": str(tmp_path), "FAILOVER_TERRAFORM": str(own)}
    assert find_terraform(environ) == Executable(str(own), "1.11.1")


def test_a_terraform_may_be_named_by_its_command(tmp_path: Path) -> None:
    versioned(tmp_path / "terraform", "1.12.0")
    tofu = versioned(tmp_path / "tofu", "1.11.1")
    environ = {"PATH": str(tmp_path), "FAILOVER_TERRAFORM": "tofu"}
    assert find_terraform(environ).path == str(tofu)


def test_opentofu_is_taken_where_terraform_is_missing(tmp_path: Path) -> None:
    tofu = versioned(tmp_path / "tofu", "1.11.0")
    assert find_terraform({"PATH": str(tmp_path)}).path == str(tofu)


def test_terraform_comes_before_opentofu(tmp_path: Path) -> None:
    versioned(tmp_path / "tofu", "1.12.0")
    terraform = versioned(tmp_path / "terraform", "1.11.0")
    assert find_terraform({"PATH": str(tmp_path)}).path == str(terraform)


@pytest.mark.parametrize("answer", ["what?", "{}", "[]", "3"])
def test_what_does_not_answer_as_terraform_is_refused(tmp_path: Path, answer: str) -> None:
    path = executable(tmp_path / "terraform", answer)
    with pytest.raises(OperationError, match=f"^{path} does not answer `version -json`"):
        find_terraform({"PATH": str(tmp_path)})


def test_what_fails_is_refused(tmp_path: Path) -> None:
    path = versioned(tmp_path / "terraform", "1.11.0")
    with path.open("a") as file:
        file.write("exit 1\n")
    with pytest.raises(OperationError, match="does not answer `version -json`"):
        find_terraform({"PATH": str(tmp_path)})

"""Runs checkov over the emitted stacks. checkov.toml lists the accepted findings, each with the
reason.

checkov pins versions that conflict with our other dependencies, so `make test` installs it in an
environment of its own. It reads the stacks as Terraform JSON, and needs neither Terraform nor the
network.
"""

import json
import os
import subprocess
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from emitted import Json, write
from terminal.errors import OperationError

ROOT = Path(__file__).parent.parent
EXECUTABLE = ROOT / ".venv" / "policy" / "bin" / "checkov"
SKIPS = Path(__file__).with_suffix(".toml")
# Seconds. An environment takes three on an idle machine.
CHECKOV_TIMEOUT = 300
# Without --skip-download, checkov asks its vendor's platform for links to documentation.
ARGUMENTS = ("--framework", "terraform_json", "--skip-download", "--compact", "--output", "json")
# checkov 3.3.30 gives up on a whole file when the settings of `terraform` are strings. Outputs hold
# nothing that it checks.
UNREAD = ("terraform", "output")
# Kinds of results. Stacks contain no skips themselves: all are in checkov.toml.
FAILED = ("failed_checks", "skipped_checks")
PASSED = "passed_checks"
# A proxy that does not exist: nothing listens on port 9, "discard" in Internet standards.
NOBODY = "http://127.0.0.1:9"


class CheckovError(OperationError):
    """checkov is not installed, or did not run."""


@dataclass(frozen=True, order=True)
class CheckovResult:
    """A check that a resource passed or failed. title: what the check wants."""

    check: str
    stack: str
    address: str
    title: str

    def __str__(self) -> str:
        return f"{self.check} {self.stack}/{self.address}: {self.title}"


@dataclass(frozen=True)
class Report:
    failed: frozenset[CheckovResult]
    passed: frozenset[CheckovResult]


class Skip(BaseModel):
    """A check that some resources may fail."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    check: Annotated[str, Field(pattern=r"^CKV2?_AWS_[0-9]+$")]
    resources: Annotated[list[str], Field(min_length=1)]
    """Patterns of stack and address, such as `bootstrap/aws_s3_bucket.*_state`."""
    reason: Annotated[str, Field(min_length=60)]
    """Why this is not a weakness here, for a security reviewer."""

    def covers(self, result: CheckovResult, pattern: str) -> bool:
        """Whether this is the skip's check, and the pattern matches the resource."""
        place = f"{result.stack}/{result.address}"
        return self.check == result.check and fnmatchcase(place, pattern)


def load_skips(file: Path = SKIPS) -> list[Skip]:
    """Loads a file of skips. Raises CheckovError for one without a reason."""
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
        return TypeAdapter(list[Skip]).validate_python(content.get("skip", []))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise CheckovError(f"{file}: {error}") from None


def not_skipped(failed: Iterable[CheckovResult], skips: Iterable[Skip]) -> list[CheckovResult]:
    """The failed checks that no skip covers."""
    every = [(skip, pattern) for skip in skips for pattern in skip.resources]
    return sorted(one for one in failed if not any(skip.covers(one, p) for skip, p in every))


def stale(failed: Iterable[CheckovResult], skips: Iterable[Skip]) -> list[str]:
    """The skips' patterns that match no failed check, so are no longer needed."""
    every = list(failed)
    return [
        f"{skip.check} {pattern}"
        for skip in skips
        for pattern in skip.resources
        if not any(skip.covers(one, pattern) for one in every)
    ]


def check_stacks(stacks: Mapping[str, Json], executable: Path = EXECUTABLE) -> Report:
    """Runs checkov on stacks, given by name.

    checkov treats each folder as a module, so that equal addresses in different stacks are not
    mixed up. Raises CheckovError if checkov did not run, or did not understand a stack.
    """
    if not executable.is_file():
        raise CheckovError(f"{executable} is not there: run `make test`, which installs it")
    with tempfile.TemporaryDirectory() as folder:
        readable = {
            name: {key: value for key, value in stack.items() if key not in UNREAD}
            for name, stack in stacks.items()
        }
        write(Path(folder), readable)
        found = _results(_run(executable, Path(folder)))
    addresses = {name: dict(_addresses(stack)) for name, stack in stacks.items()}
    failed = frozenset(_result(one, addresses) for kind in FAILED for one in found.get(kind, []))
    passed = frozenset(_result(one, addresses) for one in found.get(PASSED, []))
    unchecked = set(stacks) - {one.stack for one in passed}
    if unchecked:
        raise CheckovError(f"checkov found nothing to check in {', '.join(sorted(unchecked))}")
    return Report(failed, passed)


def _run(executable: Path, folder: Path) -> str:
    """checkov's report on a folder. It sees none of the user's settings, neither from the
    environment nor from files, and cannot reach the network through a proxy."""
    proxies = {f"{scheme}_proxy": NOBODY for scheme in ("http", "https", "all")}
    environ = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(folder),
        "CKV_SKIP_PACKAGE_UPDATE_CHECK": "true",
        "LOG_LEVEL": "ERROR",
        "PYTHONWARNINGS": "ignore",
        **proxies,
        **{name.upper(): value for name, value in proxies.items()},
    }
    try:
        finished = subprocess.run(  # noqa: S603
            [str(executable), "--directory", str(folder), *ARGUMENTS],
            cwd=folder,
            env=environ,
            capture_output=True,
            text=True,
            timeout=CHECKOV_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CheckovError(f"checkov did not run: {error}") from None
    # 1 means that checks failed.
    if finished.returncode not in {0, 1} or finished.stderr:
        raise CheckovError(f"checkov ended with {finished.returncode}: {finished.stderr}")
    return finished.stdout


def _results(output: str) -> dict[str, list[Json]]:
    """The report's results by kind. Raises CheckovError if checkov could not parse a stack."""
    try:
        report: Any = json.loads(output)
        errors, results = report["summary"]["parsing_errors"], report["results"]
    except (ValueError, KeyError, TypeError):
        raise CheckovError(f"checkov gave no report, but: {output}") from None
    if errors:
        raise CheckovError("checkov does not understand a stack")
    return results


def _addresses(stack: Json) -> Iterator[tuple[str, str]]:
    """Each resource's address by checkov's name for it, which mostly leaves out the type. That is
    unambiguous: no two constructs of a stack have the same name."""
    for block, prefix in (("resource", ""), ("data", "data.")):
        for kind, resources in stack.get(block, {}).items():
            for name in resources:
                yield f"{block}.{name}", f"{prefix}{kind}.{name}"


def _result(one: Json, addresses: Mapping[str, Mapping[str, str]]) -> CheckovResult:
    stack, resource = Path(one["file_path"]).parent.name, one["resource"]
    address = addresses[stack].get(resource, resource)
    return CheckovResult(one["check_id"], stack, address, one["check_name"])

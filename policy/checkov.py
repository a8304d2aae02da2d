"""Runs checkov over the emitted stacks. What it may find is in checkov.toml, each with the reason.

checkov pins other versions of what the rest uses: it is installed apart, by `make test`. It reads
the stacks as Terraform JSON, needs no Terraform and talks to nobody.
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

from emitted import Json, stack_file
from terminal.errors import OperationError

ROOT = Path(__file__).parent.parent
EXECUTABLE = ROOT / ".venv" / "policy" / "bin" / "checkov"
SKIPS = Path(__file__).with_suffix(".toml")
# Seconds; an environment takes three, on a machine that does nothing else.
CHECKOV_TIMEOUT = 300
# --skip-download: else it asks its maker's platform for links to documentation.
ARGUMENTS = ("--framework", "terraform_json", "--skip-download", "--compact", "--output", "json")
# Settings of the block `terraform` are texts, at which checkov 3.3.30 gives up the whole file; the
# outputs hold nothing that it checks.
UNREAD = ("terraform", "output")
# Of results. No stack has a skip in itself: all are in checkov.toml.
FAILED = ("failed_checks", "skipped_checks")
PASSED = "passed_checks"
# What a proxy would be: nobody listens on the port that Internet standards call "discard".
NOBODY = "http://127.0.0.1:9"


class CheckovError(OperationError):
    """checkov is not there, or did not check."""


@dataclass(frozen=True, order=True)
class CheckovResult:
    """A check that a resource failed, or passed. title: what it wants."""

    check: str
    stack: str
    address: str
    title: str

    def __str__(self) -> str:
        return f"{self.check} {self.stack}/{self.address}: {self.title}"


@dataclass(frozen=True)
class Report:
    """What checkov found."""

    failed: frozenset[CheckovResult]
    passed: frozenset[CheckovResult]


class Skip(BaseModel):
    """A check that some resources need not pass."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    check: Annotated[str, Field(pattern=r"^CKV2?_AWS_[0-9]+$")]
    resources: Annotated[list[str], Field(min_length=1)]
    """Stack and address, such as `bootstrap/aws_s3_bucket.*_state`."""
    reason: Annotated[str, Field(min_length=60)]
    """Why that is no weakness here, for somebody who reviews security."""

    def covers(self, result: CheckovResult, pattern: str) -> bool:
        """Whether one of its patterns matches."""
        place = f"{result.stack}/{result.address}"
        return self.check == result.check and fnmatchcase(place, pattern)


def load_skips(file: Path = SKIPS) -> list[Skip]:
    """The skips of a file. Raises CheckovError for one without a reason."""
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
        return TypeAdapter(list[Skip]).validate_python(content.get("skip", []))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise CheckovError(f"{file}: {error}") from None


def not_skipped(failed: Iterable[CheckovResult], skips: Iterable[Skip]) -> list[CheckovResult]:
    """What failed and no skip covers."""
    every = [(skip, pattern) for skip in skips for pattern in skip.resources]
    return sorted(one for one in failed if not any(skip.covers(one, p) for skip, p in every))


def stale(failed: Iterable[CheckovResult], skips: Iterable[Skip]) -> list[str]:
    """The skips' patterns that match nothing that failed: what they excused is gone."""
    every = list(failed)
    return [
        f"{skip.check} {pattern}"
        for skip in skips
        for pattern in skip.resources
        if not any(skip.covers(one, pattern) for one in every)
    ]


def check_stacks(stacks: Mapping[str, Json], executable: Path = EXECUTABLE) -> Report:
    """What checkov finds in stacks, by name. It takes each folder for a module of its own: what is
    connected to a resource of one stack is not to that of the same address in another.

    Raises CheckovError where checkov did not run, or did not understand a stack.
    """
    if not executable.is_file():
        raise CheckovError(f"{executable} is not there: run `make test`, which installs it")
    with tempfile.TemporaryDirectory() as folder:
        for name, stack in stacks.items():
            file = stack_file(Path(folder), name)
            file.parent.mkdir(parents=True)
            readable = {key: value for key, value in stack.items() if key not in UNREAD}
            file.write_text(json.dumps(readable, indent=1), encoding="utf-8")
        found = _results(_run(executable, Path(folder)))
    addresses = {name: dict(_addresses(stack)) for name, stack in stacks.items()}
    failed = frozenset(_result(one, addresses) for kind in FAILED for one in found.get(kind, []))
    passed = frozenset(_result(one, addresses) for one in found.get(PASSED, []))
    unchecked = set(stacks) - {one.stack for one in passed}
    if unchecked:
        raise CheckovError(f"checkov found nothing to check in {', '.join(sorted(unchecked))}")
    return Report(failed, passed)


def _run(executable: Path, folder: Path) -> str:
    """checkov's report of a folder. No setting of the user's reaches it, be it in the environment
    or in a file, and no proxy leads it out."""
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
    # 1: there are failed checks.
    if finished.returncode not in {0, 1} or finished.stderr:
        raise CheckovError(f"checkov ended with {finished.returncode}: {finished.stderr}")
    return finished.stdout


def _results(output: str) -> dict[str, list[Json]]:
    """By kind, what is in a report. Raises CheckovError for one of what was not understood."""
    try:
        report: Any = json.loads(output)
        errors, results = report["summary"]["parsing_errors"], report["results"]
    except (ValueError, KeyError, TypeError):
        raise CheckovError(f"checkov gave no report, but: {output}") from None
    if errors:
        raise CheckovError("checkov does not understand a stack")
    return results


def _addresses(stack: Json) -> Iterator[tuple[str, str]]:
    """By checkov's name for it, each resource's address: checkov leaves the type out of most. No
    two constructs of a stack have the same name."""
    for block, prefix in (("resource", ""), ("data", "data.")):
        for kind, resources in stack.get(block, {}).items():
            for name in resources:
                yield f"{block}.{name}", f"{prefix}{kind}.{name}"


def _result(one: Json, addresses: Mapping[str, Mapping[str, str]]) -> CheckovResult:
    stack, resource = Path(one["file_path"]).parent.name, one["resource"]
    address = addresses[stack].get(resource, resource)
    return CheckovResult(one["check_id"], stack, address, one["check_name"])

"""Runs Terraform on one stack and follows its progress."""

import json
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from modules.versions import aws_provider
from sandbox.terraform.mirror import MIRROR_VARIABLE, provider_folder
from terminal.errors import OperationError

# Seconds for an interrupted Terraform to save its state and release its lock.
INTERRUPT_TIMEOUT = 60
# What `init` prints if it cannot get a provider, for Terraform and OpenTofu.
NO_PROVIDER = ("Failed to query available provider packages", "Failed to install provider")

NONE: Mapping[str, str] = {}


class TerraformError(OperationError):
    """Terraform failed; the message is its own."""


@dataclass
class Progress:
    """The progress of an apply, in resources."""

    planned: dict[str, str] = field(default_factory=dict[str, str])
    """The planned action by resource address: create, update, delete ..."""
    under_way: set[str] = field(default_factory=set[str])
    done: set[str] = field(default_factory=set[str])

    @property
    def remaining(self) -> set[str]:
        """The addresses that are not done yet."""
        return self.planned.keys() - self.done

    def follow(self, event: Mapping[str, Any]) -> None:
        """Records one line of Terraform's output:
        https://developer.hashicorp.com/terraform/internals/machine-readable-ui"""
        match event:
            case {
                "type": "planned_change",
                "change": {"resource": {"addr": addr}, "action": action},
            }:
                self.planned[addr] = action
            case {"type": "apply_start", "hook": {"resource": {"addr": addr}}}:
                self.under_way.add(addr)
            case {"type": "apply_complete", "hook": {"resource": {"addr": addr}, "action": done}}:
                self.under_way.discard(addr)
                half = self.planned.get(addr) == "replace" and done == "delete"
                if addr in self.planned and not half:  # a data source is not in the plan
                    self.done.add(addr)
            case {"type": "apply_errored", "hook": {"resource": {"addr": addr}}}:
                self.under_way.discard(addr)
            case _:
                pass


class Terraform:
    """One Terraform executable, and the environment variables that it runs with.

    Its methods take extra `variables` for one run.
    """

    def __init__(self, executable: str, environ: Mapping[str, str]) -> None:
        self._executable = executable
        self._environ = dict(environ)
        self._running: set[subprocess.Popen[str]] = set()
        self._lock = threading.Lock()
        self._interrupted = False

    def init(self, folder: Path, log: Path, variables: Mapping[str, str] = NONE) -> None:
        """Installs the provider and configures the backend. Raises TerraformError."""
        arguments = ("init", "-input=false", "-no-color", "-reconfigure")
        code, lines = self._run(folder, log, *arguments, variables=variables)
        if code != 0:
            said = "\n".join(lines).strip()
            if any(sign in said for sign in NO_PROVIDER):
                said = _without_provider(said)
            raise TerraformError(said)

    def apply(
        self,
        folder: Path,
        log: Path,
        observe: Callable[[Mapping[str, Any]], None],
        variables: Mapping[str, str] = NONE,
        *,
        destroy: bool = False,
    ) -> None:
        """Applies the stack, or destroys it; `observe` receives each event. Raises
        TerraformError."""
        said: list[str] = []

        def follow(line: str) -> None:
            event = _event(line)
            observe(event)
            if event.get("@level") == "error":
                said.append(_diagnostic(event))

        arguments = ("apply", "-json", "-auto-approve", "-input=false")
        if destroy:
            arguments = (*arguments, "-destroy")
        code, lines = self._run(folder, log, *arguments, variables=variables, follow=follow)
        if code != 0:
            raise TerraformError("\n".join(said or lines[-10:]))

    def interrupt(self) -> None:
        """Asks every running Terraform to save its state and exit, waits for all of them, and kills
        those that take too long. No further ones can start."""
        with self._lock:
            self._interrupted = True
            running = list(self._running)
        for process in running:
            _signal(process, signal.SIGINT)
        try:
            for process in running:
                process.wait(INTERRUPT_TIMEOUT)
        except subprocess.TimeoutExpired:
            pass
        finally:  # also if the user interrupts the wait
            for process in running:
                _signal(process, signal.SIGKILL)

    def _run(
        self,
        folder: Path,
        log: Path,
        *arguments: str,
        variables: Mapping[str, str],
        follow: Callable[[str], None] | None = None,
    ) -> tuple[int, list[str]]:
        """Its exit code and its output, which is also appended to `log`."""
        lines: list[str] = []
        process = self._start(folder, arguments, variables)
        try:
            with log.open("a") as file, process:
                assert process.stdout is not None  # noqa: S101 # stdout=PIPE
                for line in process.stdout:
                    file.write(line)
                    lines.append(line.rstrip())
                    if follow is not None:
                        follow(line)
            return process.returncode, lines
        finally:
            with self._lock:
                self._running.discard(process)

    def _start(
        self, folder: Path, arguments: Sequence[str], variables: Mapping[str, str]
    ) -> subprocess.Popen[str]:
        with self._lock:
            if self._interrupted:
                raise TerraformError("interrupted")
            process = subprocess.Popen(
                [self._executable, *arguments],
                cwd=folder,
                env={**self._environ, **variables},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,  # a terminal's Ctrl-C reaches it only through `interrupt`
            )
            self._running.add(process)
            return process


def _signal(process: subprocess.Popen[str], number: signal.Signals) -> None:
    """Signals Terraform and its provider."""
    if process.poll() is None:
        with suppress(ProcessLookupError, PermissionError):  # it has just ended
            os.killpg(process.pid, number)


def _event(line: str) -> dict[str, Any]:
    try:
        event = json.loads(line)
    except ValueError:
        return {}
    return cast("dict[str, Any]", event) if isinstance(event, dict) else {}


def _diagnostic(event: Mapping[str, Any]) -> str:
    diagnostic = event.get("diagnostic", {})
    where = f" ({diagnostic['address']})" if "address" in diagnostic else ""
    detail = diagnostic.get("detail", "").strip()
    return f"{event['@message']}{where}" + (f"\n{detail}" if detail else "")


def _without_provider(said: str) -> str:
    return (
        f"Terraform cannot get the AWS provider {aws_provider()}, from its registry or a mirror."
        f" If the registry is unreachable, set {MIRROR_VARIABLE} to a folder that holds"
        f" {provider_folder()}."
        f" Terraform said:\n{said}"
    )

"""An instance that runs the user's release, by the steps of the emitted user data."""

import re
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from emitted.user_data import printed
from modules.user_data import APPLICATION_FOLDER, ENVIRONMENT_FILE, FETCHER, UNIT_FILE
from proof.drill.bucket_copy import AWS, BucketCopy
from proof.drill.process_groups import Process, ProcessGroups, nobody
from proof.drill.reading import EmittedRegion
from sandbox.embedded_aws.instances.environment_file import read_environment
from sandbox.embedded_aws.instances.health_checks import HealthCheck, passes
from sandbox.embedded_aws.instances.running import LAST_LINES, LONGEST, PATH
from terminal.errors import OperationError

# What fetch-release calls, with GNU's options, besides what every system has.
NEEDED = ("bash", "sha256sum", "timeout", "tar", "python3")
ETC = str(Path(ENVIRONMENT_FILE).parent)
PORT = re.compile(r'^PORT=".*"$', re.MULTILINE)
RELEASE = "FAILOVER_RELEASE"
NOTHING: Mapping[str, str] = MappingProxyType({})
# No shell may see more in it than one word.
PLAIN = re.compile(r"[\w./-]+")
# Real seconds: to fetch and to install, and to answer. The clock does not wait for so long.
FETCH_TIMEOUT = 120
START_TIMEOUT = 30


def check_tools() -> None:
    """Raises OperationError where the emitted steps cannot run."""
    missing = [name for name in NEEDED if shutil.which(name, path=PATH) is None]
    if missing:
        raise OperationError(
            "a release is started by the emitted user data's own steps, which need"
            f" {', '.join(missing)} in {PATH}, as every Linux has"
        )


class ReleaseServer:
    """One instance. folder: stands for the instance's file system, and is created here.

    copy: of the bucket that the emitted user data names. copies: where all copies are. variables:
    replace those that the user data gives the application.
    """

    def __init__(
        self,
        region: EmittedRegion,
        folder: Path,
        port: int,
        *,
        copy: BucketCopy,
        copies: Path,
        groups: ProcessGroups,
        variables: Mapping[str, str] = NOTHING,
    ) -> None:
        if not PLAIN.fullmatch(str(folder)):
            raise OperationError(f"no release can be run in {folder}: set TMPDIR to a plain path")
        self.port = port
        self.release: str | None = None
        self._folder = folder
        self._copy = copy
        self._groups = groups
        self._given = variables
        self._process: Process | None = None
        self._stopped = False
        self._log = folder / "output.log"
        self._check = HealthCheck(region.balancer.path, region.matcher, region.balancer.timeout)
        self._places = {APPLICATION_FOLDER: str(folder / "application"), ETC: str(folder / "etc")}
        self._write(_files(region.user_data), AWS.format(copies=copies))

    def _write(self, files: Mapping[str, str], aws: str) -> None:
        """Writes what the user data prints, with the drill's folders and port."""
        for part in (*self._places.values(), self._folder / "bin"):
            Path(part).mkdir(parents=True)
        self._folder.chmod(0o755)
        self._unit = _settings(self._moved(files[UNIT_FILE]))
        self._fetcher = self._folder / Path(FETCHER).name
        self._fetcher.write_text(self._moved(files[FETCHER]))
        environment = PORT.sub(f'PORT="{self.port}"', self._moved(files[ENVIRONMENT_FILE]))
        Path(self._moved(ENVIRONMENT_FILE)).write_text(environment)
        (self._folder / "bin" / "aws").write_text(aws)
        (self._folder / "bin" / "aws").chmod(0o755)
        user = nobody()
        if user is not None:
            for part in self._places.values():
                shutil.chown(part, user, user)

    def _moved(self, text: str) -> str:
        for path, own in self._places.items():
            text = text.replace(path, own)
        return text

    def fetch(self) -> None:
        """Runs the emitted fetch-release, which also runs the release's own `install`. Raises
        OperationError where it fails, and NoAnswerError while the region is lost."""
        self._copy.refresh()
        path = {"PATH": f"{self._folder / 'bin'}:{PATH}"}
        bash = shutil.which("bash", path=PATH) or "bash"
        self._begin([bash, str(self._fetcher)], self._folder, path)
        status = self._wait()
        if status != 0 and not self._stopped:
            raise OperationError(f"{FETCHER} fails: {self.printed()}")
        if not self._stopped:
            self.release = self._variables()[RELEASE]

    def _wait(self) -> int:
        process = self._process
        assert process is not None  # noqa: S101 - it has just been started
        try:
            return process.wait(FETCH_TIMEOUT)
        except subprocess.TimeoutExpired:
            raise OperationError(f"{FETCHER} does not end: {self.printed()}") from None
        finally:
            self._process = None
            self._groups.end(process)

    def start(self) -> None:
        """Runs the emitted unit's ExecStart, as systemd would."""
        folder = Path(self._unit["WorkingDirectory"][-1])
        self._begin(self._unit["ExecStart"][-1].split(), folder, self._variables())

    def _begin(self, command: list[str], folder: Path, environment: Mapping[str, str]) -> None:
        try:
            self._process = self._groups.start(command, folder, environment, self._log)
        except OSError as error:
            raise OperationError(f"a release does not start: {error}") from None

    def _variables(self) -> dict[str, str]:
        """The unit's, and systemd's own PATH."""
        files = [Path(one).read_text() for one in self._unit["EnvironmentFile"]]
        read = {name: value for one in files for name, value in read_environment(one).items()}
        return {"PATH": PATH, **read, **self._given}

    def wait_until_it_serves(self) -> None:
        """Raises OperationError if it never passes the load balancer's health check."""
        process = self._process
        runs = lambda: process is not None and process.poll() is None  # noqa: E731
        failure = passes(self._check, self.port, START_TIMEOUT, runs)
        if failure is not None and not self._stopped:
            said = self.printed() or "it printed nothing"
            raise OperationError(
                f"a release does not serve {self._check.path}: {failure.description}: {said}"
            )

    def fail(self, *, fails: bool) -> None:
        """Makes the application hang, or go on: nobody can tell a release to answer 500."""
        if self._process is not None:
            self._groups.signal(self._process, signal.SIGSTOP if fails else signal.SIGCONT)

    def stop(self) -> None:
        self._stopped = True
        process, self._process = self._process, None
        if process is not None:
            self._groups.end(process)

    def printed(self) -> str:
        """The last lines of what it printed."""
        text = self._log.read_bytes()[-LONGEST:].decode(errors="replace")
        return "\n".join(text.strip().splitlines()[-LAST_LINES:])


def _files(script: str) -> dict[str, str]:
    """What the user data prints. Raises OperationError where a file is missing."""
    found = printed(script)
    for path in (ENVIRONMENT_FILE, FETCHER, UNIT_FILE):
        if path not in found:
            raise OperationError(f"the emitted user data writes no {path}")
    return {path: one.text for path, one in found.items()}


def _settings(unit: str) -> dict[str, list[str]]:
    """A unit's settings, each with all of its values."""
    read: dict[str, list[str]] = {}
    for line in unit.splitlines():
        name, separator, value = line.partition("=")
        if separator:
            read.setdefault(name, []).append(value)
    return read

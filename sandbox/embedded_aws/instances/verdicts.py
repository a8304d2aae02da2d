"""Whether a release passes a health check once it is started. No AWS is needed."""

import hashlib
import socket
from dataclasses import dataclass

from environments.instance_types import Architecture
from releases import ReleaseError, read_release
from sandbox.embedded_aws.instances.health_checks import (
    LOOPBACK,
    NO_ANSWER,
    Failure,
    HealthCheck,
    passes,
)
from sandbox.embedded_aws.instances.running import RunningRelease, private_folder


@dataclass(frozen=True)
class Verdict:
    """How a release did, and what the console of an instance says of it."""

    failure: Failure | None
    """None for a healthy one."""
    told: str


@dataclass(frozen=True)
class Trial:
    """A release, and how an instance would start and a load balancer check it."""

    digest: str
    architecture: Architecture
    environment: tuple[tuple[str, str], ...]
    """Of the instance; PORT is replaced by a free one."""
    check: HealthCheck

    def judge(self, content: bytes, seconds: float) -> Verdict:
        """Starts the release really. content: of the archive. seconds: to install it and until it
        passes."""
        if (found := hashlib.sha256(content).hexdigest()) != self.digest:
            return failed(f"sha256 does not match: the archive's is {found}")
        port = _free_port()
        with private_folder(self._variables(port)) as folder:
            archive = folder.path / "release.tar.gz"
            archive.write_bytes(content)
            try:
                read_release(archive, self.architecture)
            except ReleaseError as error:
                return failed(str(error).removeprefix(f"{archive} "))
            release = folder.start(archive)
            failure = passes(self.check, port, seconds, lambda: release.runs)
            return self._verdict(failure, release, seconds)

    def _variables(self, port: int) -> dict[str, str]:
        return {**dict(self.environment), "PORT": str(port), "FAILOVER_RELEASE": self.digest}

    def _verdict(self, failure: Failure | None, release: RunningRelease, seconds: float) -> Verdict:
        printed, runs = release.printed(), release.runs
        said = f"\n{printed}" if printed else ""
        if failure is None:
            return Verdict(None, f"GET {self.check.path} passes{said}")
        if failure is NO_ANSWER and runs:
            return Verdict(failure, f"nothing listens on PORT after {seconds:g} s{said}")
        return Verdict(failure, f"{failure.description}{said}")


def failed(why: str) -> Verdict:
    """Of a release that cannot be started, so that nothing listens on the port."""
    return Verdict(NO_ANSWER, why)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind((LOOPBACK, 0))
        return free.getsockname()[1]

"""What the instance's environment says, and the secret that it names."""

from __future__ import annotations

import ipaddress
import json
import os
import ssl
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

ENGINES = {
    "aurora-postgresql": 5432,
    "rds-postgres-replica": 5432,
    "aurora-mysql": 3306,
    "rds-mysql-replica": 3306,
}
# Amazon's certificate authorities for databases, which systems do not know by themselves: put
# https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem next to this file, of this name.
AUTHORITIES = Path(__file__).with_name("rds-ca.pem")
# Seconds that the AWS command line may take, and between two looks at a secret.
CLI_TIMEOUT = 10
PAUSE = 2


class SettingsError(Exception):
    """A variable that is missing or wrong."""


class SecretError(Exception):
    """A secret that cannot be read."""


@dataclass(frozen=True)
class Settings:
    """Where the database is. engine: None without one. hosts: the writer's and then, where it is
    another, the readers'."""

    engine: str | None
    hosts: tuple[str, ...] = ()
    port: int = 0
    name: str = ""
    secret: str = ""
    region: str = "unknown"
    verifies: bool = True

    def tls(self) -> ssl.SSLContext | None:
        """None where it is off."""
        if not self.verifies:
            return None
        context = ssl.create_default_context()
        if AUTHORITIES.exists():
            context.load_verify_locations(AUTHORITIES)
        return context


def read_settings(environ: os._Environ[str] | dict[str, str] = os.environ) -> Settings:
    """Raises SettingsError, with every mistake."""
    region = environ.get("FAILOVER_REGION", "unknown")
    engine = environ.get("DATABASE_ENGINE", "none")
    if engine == "none":
        return Settings(None, region=region)
    needed = {name: environ.get(f"DATABASE_{name}", "") for name in ("HOST", "NAME", "SECRET")}
    wrong = [f"DATABASE_{name} is missing" for name, value in needed.items() if not value]
    port = environ.get("DATABASE_PORT", "") or str(ENGINES.get(engine, 0))
    tls = environ.get("DATABASE_TLS", "verify")
    if engine not in ENGINES:
        wrong.append(f"DATABASE_ENGINE is {engine!r}, and none of {', '.join(ENGINES)}, none")
    if not port.isdecimal():
        wrong.append(f"DATABASE_PORT is {port!r}, and no number")
    if tls not in ("verify", "off"):
        wrong.append(f"DATABASE_TLS is {tls!r}, and neither verify nor off")
    reader = environ.get("DATABASE_READER_HOST", "") or needed["HOST"]
    hosts = tuple(dict.fromkeys((needed["HOST"], reader)))
    if tls == "off" and not all(map(_is_loopback, hosts)):
        wrong.append("DATABASE_TLS is off, which is only for a database on this machine")
    if wrong:
        raise SettingsError("; ".join(wrong))
    where = (hosts, int(port), needed["NAME"], needed["SECRET"])
    return Settings(engine, *where, region=region, verifies=tls == "verify")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass(frozen=True)
class Credentials:
    """Who the database is told that this is."""

    username: str
    password: str


class Secret:
    """A secret of Secrets Manager in this region: JSON with `username` and `password`."""

    def __init__(self, name: str, region: str) -> None:
        self._name, self._region = name, region
        self._lock = threading.Lock()
        self._known: Credentials | None = None
        self._read = -float(PAUSE)
        self._trouble = ""

    def get(self) -> Credentials:
        """As read last; reads it the first time. Raises SecretError."""
        with self._lock:
            return self._known or self._fetch()

    def renew(self, refused: Credentials) -> Credentials:
        """After the database refused some: what another thread has read since, or what is there
        now, but not at every request. Raises SecretError."""
        with self._lock:
            if self._known not in (None, refused):
                return self._known
            return self._fetch()

    def _fetch(self) -> Credentials:
        if time.monotonic() - self._read < PAUSE:
            raise SecretError(self._trouble or f"secret {self._name} was read a moment ago")
        self._read, self._trouble = time.monotonic(), ""
        try:
            self._known = _credentials(self._name, self._printed())
        except SecretError as error:
            self._trouble = str(error)
            raise
        return self._known

    def _printed(self) -> str:
        command = ["aws", "secretsmanager", "get-secret-value", "--secret-id", self._name]
        output = ["--region", self._region, "--query", "SecretString", "--output", "text"]
        try:
            done = subprocess.run(  # noqa: S603
                [*command, *output],
                capture_output=True,
                text=True,
                check=False,
                timeout=CLI_TIMEOUT,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise SecretError(f"secret {self._name}: {error}") from None
        if done.returncode != 0:
            said = done.stderr.strip().splitlines() or ["aws fails"]
            raise SecretError(f"secret {self._name}: {said[-1]}")
        return done.stdout


def _credentials(name: str, text: str) -> Credentials:
    try:
        read = json.loads(text)
        return Credentials(str(read["username"]), str(read["password"]))
    except (ValueError, KeyError, TypeError):
        raise SecretError(f"secret {name} is no JSON with username and password") from None

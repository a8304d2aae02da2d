"""The ledger, started as systemd starts it, with an AWS command line that is made up."""

import http.client
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from environments import Role
from proof.drill.postgres.replication import DATABASE, USER, ReplicatedDatabase
from proof.drill.web_server import LOOPBACK, free_port
from tests.proof.drill.postgres.client import until

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "ledger"
REGIONS: dict[Role, str] = {"primary": "ap-south-1", "dr": "us-east-1"}
SECRET = "ledger/database"
PYTHON = f'#!/bin/sh\nexec {sys.executable} "$@"\n'
# Stands for the AWS command line.
AWS = """\
#!/bin/sh
echo "$*" >>"{folder}/calls"
case "$*" in
*"--secret-id {secret} "*) cat "{folder}/secret.json" ;;
*) echo "An error occurred (ResourceNotFoundException)" >&2; exit 254 ;;
esac
"""
# Whatever is run, no AWS is reached.
NO_AWS = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_ENDPOINT_URL": "http://127.0.0.1:1"}
Answer = tuple[int, dict[str, Any]]


@dataclass
class Application:
    """A started one, of a region."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def ask(self, method: str, path: str, content: object = None) -> Answer:
        """On a connection of its own."""
        body = None if content is None else json.dumps(content)
        with closing(http.client.HTTPConnection(LOOPBACK, self.port, timeout=8)) as connection:
            connection.request(method, path, body)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())

    def health(self) -> tuple[int, str]:
        status, content = self.ask("GET", "/health")
        return status, content["status"]

    def is_live(self) -> bool:
        """What the load balancer asks."""
        status, content = self.ask("GET", "/live")
        return (status, content["status"]) == (200, "live")

    def add(self, id: str, text: str = "") -> Answer:
        return self.ask("POST", "/entries", {"id": id, "text": text})

    def keys(self) -> list[str]:
        """All that it has, page by page."""
        found, last = list[str](), 0
        while True:
            status, page = self.ask("GET", f"/entries?after={last}&limit=500")
            assert status == 200
            if not page["entries"]:
                return found
            found += [one["id"] for one in page["entries"]]
            last = page["entries"][-1]["number"]

    def end(self) -> str:
        """Ends it as systemd does; returns what it printed."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            assert self.process.wait(10) == 0
        return self.log.read_text()


@dataclass
class Bench:
    """Applications, and the secret that they read."""

    folder: Path
    started: list[Application] = field(default_factory=list[Application])

    def tell(self, password: str) -> None:
        """Changes the secret."""
        content = json.dumps({"username": USER, "password": password})
        (self.folder / "secret.json").write_text(content)

    def calls(self) -> list[str]:
        """The command lines of `aws`."""
        file = self.folder / "calls"
        return file.read_text().splitlines() if file.exists() else []

    def start(self, **variables: str) -> Application:
        port, log = free_port(), self.folder / f"{len(self.started)}.log"
        path = f"{self.folder / 'bin'}:/usr/bin:/bin"
        with log.open("wb") as written:
            process = subprocess.Popen(
                [str(EXAMPLE / "run")],
                cwd=EXAMPLE,
                env={"PATH": path, "PORT": str(port), **NO_AWS, **variables},
                stdout=written,
                stderr=written,
            )
        one = Application(process, port, log)
        self.started.append(one)
        until(lambda: process.poll() is not None or "listens on port" in log.read_text())
        return one

    def of(self, database: ReplicatedDatabase, role: Role, **variables: str) -> Application:
        """A region's, with the region's database."""
        return self.start(
            DATABASE_ENGINE="aurora-postgresql",
            DATABASE_PORT=str(database.servers[role].port),
            DATABASE_NAME=DATABASE,
            DATABASE_SECRET=SECRET,
            FAILOVER_REGION=REGIONS[role],
            **{"DATABASE_HOST": LOOPBACK, "DATABASE_TLS": "off", **variables},
        )


@contextmanager
def made_bench(folder: Path) -> Iterator[Bench]:
    one = Bench(folder / "bench")
    (one.folder / "bin").mkdir(parents=True)
    aws = AWS.format(folder=one.folder, secret=SECRET)
    for name, content in (("aws", aws), ("python3", PYTHON)):
        (one.folder / "bin" / name).write_text(content)
        (one.folder / "bin" / name).chmod(0o755)
    yield one
    for application in one.started:
        printed = application.end() if application.process.poll() is None else ""
        assert "Traceback" not in printed
        assert "error:" not in printed

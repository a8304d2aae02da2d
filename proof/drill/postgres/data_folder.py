"""A PostgreSQL server's files, and the programs that make them."""

import ctypes
import re
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

from proof.drill.postgres.software import Programs
from proof.drill.process_groups import nobody
from proof.drill.web_server import LOOPBACK
from terminal.errors import OperationError

# The servers' owner, whom the drill uses. The application has a user of its own.
OWNER = "drill"
# A write is acknowledged once it is in the writer's log. `fsync` is off: what a killed process has
# written stays with the kernel, so this loses only what the machine itself would lose in a power
# cut, which no drill plays. Logs are kept for `pg_rewind`, and for a standby that was away.
SETTINGS = """\
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 60
shared_buffers = 16MB
fsync = off
synchronous_commit = on
wal_level = replica
wal_log_hints = on
wal_keep_size = 256MB
max_wal_size = 256MB
max_wal_senders = 5
wal_sender_timeout = 5s
wal_receiver_timeout = 5s
wal_receiver_status_interval = 1s
wal_retrieve_retry_interval = 200ms
track_commit_timestamp = on
hot_standby = on
lc_messages = 'C'
timezone = 'UTC'
"""
SEGMENT = 4  # MB in each file of the log: 16, the default, are mostly empty here
STANDBY = "standby.signal"
TIMEOUT = 120  # real seconds
LAST = 2_000  # characters of what was printed
# https://man7.org/linux/man-pages/man2/shmctl.2.html
IPC_RMID = 0


class DataFolder:
    """The files of one server, and those it needs next to them.

    folder: private, and created here. password: of OWNER, the same for all servers that replicate.
    Raises OperationError, with what was printed, for a program that fails.
    """

    def __init__(self, folder: Path, programs: Programs, password: str) -> None:
        self.folder = folder
        self.path = folder / "data"
        self.password = password
        self.programs = programs
        self.environment = {"PATH": str(programs.folder), "PGPASSFILE": str(folder / "pgpass")}
        folder.mkdir(parents=True)
        self._write(folder / "password", password)
        self._write(folder / "pgpass", f"{LOOPBACK}:*:*:{OWNER}:{password}\n")
        user = nobody()
        if user is not None:
            shutil.chown(folder, user, user)

    def create(self) -> None:
        """An empty database."""
        owner = (f"--username={OWNER}", f"--pwfile={self.folder / 'password'}")
        kind = ("--encoding=UTF8", "--locale=C", "--data-checksums", f"--wal-segsize={SEGMENT}")
        where = ("--pgdata", str(self.path))
        self._run("initdb", *where, "--auth=scram-sha-256", "--no-sync", *owner, *kind)
        with (self.path / "postgresql.conf").open("a") as file:
            file.write(SETTINGS)

    def copy(self, source: int) -> None:
        """A copy of what the server at a port has, in place of all that was here."""
        shutil.rmtree(self.path, ignore_errors=True)
        what = (f"--dbname={reach(source, TIMEOUT)}", "--pgdata", str(self.path))
        self._run("pg_basebackup", *what, "--wal-method=stream", "--checkpoint=fast", "--no-sync")

    def rewind(self, source: int) -> None:
        """Undoes what the server at a port never had. Fails where the logs kept do not reach back
        far enough."""
        self.mark_standby(standby=False)  # `pg_rewind` recovers a killed server as a writer
        where = f"{reach(source, TIMEOUT)} dbname=postgres"
        what = ("--target-pgdata", str(self.path), "--source-server", where)
        self._run("pg_rewind", *what, "--no-sync")

    def mark_standby(self, *, standby: bool) -> None:
        """A file and no setting, so that it stays a standby however it ends."""
        if standby:
            self._write(self.path / STANDBY, "")
        else:
            (self.path / STANDBY).unlink(missing_ok=True)

    def end_of_log(self) -> int:
        """Of a server that is stopped: where its last checkpoint begins, in bytes of the log."""
        said = self._run("pg_controldata", str(self.path))
        found = re.search(r"^Latest checkpoint location: +(\w+)/(\w+)$", said, re.MULTILINE)
        if found is None:
            raise OperationError(f"pg_controldata names no checkpoint: {said}")
        return (int(found[1], 16) << 32) + int(found[2], 16)

    def free_memory(self) -> None:
        """Removes the shared memory that a killed server leaves behind."""
        with suppress(OSError, IndexError, ValueError):
            # A clean stop removes this file. Its seventh line names the segment, after its key.
            segment = (self.path / "postmaster.pid").read_text().splitlines()[6].split()[1]
            ctypes.CDLL(None).shmctl(int(segment), IPC_RMID, None)

    def _write(self, file: Path, text: str) -> None:
        file.write_text(text)
        file.chmod(0o600)
        user = nobody()
        if user is not None:
            shutil.chown(file, user, user)

    def _run(self, program: str, *arguments: str) -> str:
        user = nobody()
        done = subprocess.run(
            [self.programs[program], *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=TIMEOUT,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
        )
        if done.returncode != 0:
            said = (done.stderr or done.stdout).strip()[-LAST:]
            raise OperationError(f"{program} fails in {self.folder}: {said}")
        return done.stdout


def reach(port: int, seconds: int) -> str:
    """How PostgreSQL's own programs connect; the password is in a file of theirs. seconds: until
    they give up."""
    return f"host={LOOPBACK} port={port} user={OWNER} connect_timeout={seconds}"

"""A database in two regions: one takes the writes, the other follows over a link.

It stands for an Aurora Global Database, or an RDS instance and its cross-region replica: the calls
to those in the embedded AWS drive the operations here.
"""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Literal

from environments import OTHER, ROLE_NAMES, ROLES, Role
from proof.drill.postgres.history import History
from proof.drill.postgres.lag import Lag, measure
from proof.drill.postgres.link import Link
from proof.drill.postgres.server import ERRORS, Server, new_password, quoted
from proof.drill.postgres.software import Programs
from proof.drill.postgres.state import State
from proof.drill.process_groups import ProcessGroups
from terminal.errors import OperationError

Rejoined = Literal["rewound", "copied"]
DATABASE = "ledger"
USER = "application"
# Real seconds for a standby to follow its writer, and to get all that the writer had at its end.
DRAIN_TIMEOUT = 10
LOOK = 0.02


class ReplicatedDatabase:
    """Both regions' servers. Every method may be called from any thread; operations wait for each
    other, and raise OperationError where AWS would refuse them or where they fail.

    folder: new, and open to nobody's passage if this process is root's. delay: seconds that each
    byte between the regions takes, one way. now: the clock of these seconds and of `history`. name:
    the database's. password: of USER, who owns the database; by default a new one.
    """

    def __init__(
        self,
        folder: Path,
        programs: Programs,
        *,
        delay: float,
        now: Callable[[], float] = time.monotonic,
        name: str = DATABASE,
        password: str | None = None,
    ) -> None:
        self.history = History(now)
        self.name = name
        self.version = programs.version
        self.password = password or new_password()  # of USER
        self._groups = ProcessGroups()
        self._lock = threading.RLock()
        owner = new_password()
        self.servers: dict[Role, Server] = {
            role: Server(role, folder / role, programs, self._groups, owner) for role in ROLES
        }
        # How the other region reaches each.
        self._links = {role: Link(self.servers[role].port, delay, now) for role in ROLES}
        self._state = State({"primary": "writer", "dr": "standby"}, lost=frozenset(ROLES))

    def create(self) -> None:
        """Deploys it: the primary writes, the standby follows. The first copy is made without the
        distance, since no drill plays the deployment."""
        with self._lock:
            writer = self.servers["primary"]
            writer.create()
            self._start("primary")
            writer.query(f"CREATE ROLE {USER} LOGIN PASSWORD {quoted(self.password)}")
            writer.query(f"CREATE DATABASE {self.name} OWNER {USER}")
            self.servers["dr"].copy(writer.port)
            self._start("dr")

    @property
    def state(self) -> State:
        """As of now; it waits for no operation."""
        return self._state

    @property
    def writer(self) -> Role | None:
        """The region that takes writes; None while none does."""
        return self._state.writer

    @property
    def lag(self) -> Lag | None:
        """How far the standby is behind; None where either does not answer, or none follows."""
        writer = self.writer
        if writer is None or self._state.of(OTHER[writer]) != "standby":
            return None
        return measure(self.servers[writer], self.servers[OTHER[writer]])

    @property
    def replicates(self) -> bool:
        """Whether the standby has caught up, and gets each write as it is made."""
        writer = self.writer
        if writer is None or self._state.of(OTHER[writer]) != "standby":
            return False
        source, standby = self.servers[writer], self.servers[OTHER[writer]]
        try:
            # In this order: what streams now is at least as new as the timeline seen before.
            return standby.timeline() == source.timeline() and source.streams_to(standby.name)
        except ERRORS:
            return False

    @property
    def carried(self) -> int:
        """Bytes that have crossed the distance."""
        return sum(link.carried for link in self._links.values())

    def change_password(self, password: str) -> None:
        """Changes USER's, as a secret's rotation does. Open connections stay open."""
        with self._lock:
            writer = self.writer
            if writer is None:
                raise OperationError("no region takes writes, so no password can be changed")
            self.servers[writer].query(f"ALTER ROLE {USER} PASSWORD {quoted(password)}")
            self.password = password

    def lose(self, role: Role) -> None:
        """A region is gone: all of its processes, and what was on its way to the other."""
        with self._lock:
            for link in self._links.values():
                link.drop()
            self._kill(role)
            self._state = self._state.lose(role)

    def restore(self, role: Role) -> None:
        """A lost region returns. A writer that nobody replaced takes writes again, one that was
        fenced is read-only, and a standby catches up."""
        with self._lock:
            if role not in self._state.lost:
                raise OperationError(f"the {ROLE_NAMES[role]}'s database is not lost")
            self._start(role)

    def partition(self) -> None:
        """The regions no longer reach each other. Both go on."""
        with self._lock:
            for link in self._links.values():
                link.cut()
            self._state = replace(self._state, partitioned=True)

    def heal(self) -> None:
        """Ends a partition. What waited is delivered."""
        with self._lock:
            for link in self._links.values():
                link.mend()
            self._state = replace(self._state, partitioned=False)

    def fail_over(self, to: Role, *, allow_data_loss: bool, fences: bool = True) -> None:
        """Promotes the standby, whatever the writer has that it has not.

        The old writer is fenced first: it takes no write again until it has rejoined, however it
        ends and starts. So does Aurora, where the old writer's storage stops taking writes; AWS
        calls this best effort. An old writer that it does not reach in time goes on taking writes,
        which are lost once it rejoins but for a snapshot: `fences=False` plays that.
        https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html
        """
        with self._lock:
            if not allow_data_loss:
                raise OperationError("a failover can lose writes, which was not allowed")
            self._require_standby(to)
            old = OTHER[to]
            runs = old not in self._state.lost
            if fences:
                self._kill(old)
            self._state = self._state.make(old, "fenced" if fences else "unfenced")
            self._links[old].drop()
            self._promote(to)
            if runs and fences:
                self._start(old)

    def rejoin(self, role: Role) -> Rejoined:
        """Makes a replaced writer the standby of the new one: undoes what that never had or, where
        its logs do not reach back far enough, copies everything. A standby is copied anew.

        Aurora does this by itself after a failover; an RDS replica has to be created anew.
        """
        with self._lock:
            source = OTHER[role]
            if self.writer != source or role in self._state.lost:
                raise OperationError(
                    f"the {ROLE_NAMES[role]}'s database cannot rejoin: both regions must be there,"
                    " and the other one must take writes"
                )
            self._require_link()
            self._stop(role)
            how = self._catch_up(role, source)
            self._state = self._state.make(role, "standby")
            self._start(role)
            return how

    def switch_over(self, to: Role) -> None:
        """Swaps the regions' parts without losing a write: stops the writer, and promotes the other
        once it has everything. If that takes too long, all is as it was before."""
        with self._lock:
            self._require_standby(to)
            old = OTHER[to]
            self._require_link()
            if not _within(DRAIN_TIMEOUT, lambda: self.replicates):
                raise OperationError(
                    f"the {ROLE_NAMES[to]}'s database does not follow the writer: only a failover"
                    " is possible"
                )
            clean = self._stop(old)
            if not (clean and self._has_all(to, self.servers[old].end_of_log())):
                self._start(old)
                raise OperationError(
                    f"the {ROLE_NAMES[to]}'s database did not get all writes within"
                    f" {DRAIN_TIMEOUT} s: the {ROLE_NAMES[old]}'s takes writes again"
                )
            self._state = self._state.make(old, "standby")
            self._promote(to)
            self._start(old)

    def close(self) -> None:
        """Ends everything."""
        with self._lock:
            for role in ROLES:
                self._kill(role)
                self.servers[role].close()
            for link in self._links.values():
                link.close()
            self._groups.close()

    def _start(self, role: Role) -> None:
        """Starts a region's server as what it is."""
        server = self.servers[role]
        match self._state.parts[role]:
            case "writer" | "unfenced":
                self.history.begin(role)
                server.start()
                self.history.took(role)
            case "standby":
                server.follow(self._links[OTHER[role]].port)
            case "fenced":
                server.start_fenced()
        self._state = self._state.find(role)

    def _kill(self, role: Role) -> None:
        self.history.stopping(role)
        self.servers[role].kill()
        self.history.end(role)

    def _stop(self, role: Role) -> bool:
        self.history.stopping(role)
        clean = self.servers[role].stop()
        self.history.end(role)
        return clean

    def _promote(self, to: Role) -> None:
        self.history.begin(to)
        self.servers[to].promote()
        self.history.took(to)
        self._state = self._state.make(to, "writer")

    def _catch_up(self, role: Role, source: Role) -> Rejoined:
        """Gives a stopped server what the writer has."""
        port = self._links[source].port
        if self._state.parts[role] != "standby":
            self.servers[source].checkpoint()
            with suppress(OperationError):
                self.servers[role].rewind(port)
                return "rewound"
        self.servers[role].copy(port)
        return "copied"

    def _has_all(self, role: Role, end: int) -> bool:
        """Whether a standby gets a writer's log up to its end."""

        def has_it() -> bool:
            with suppress(*ERRORS):
                return self.servers[role].progress().position > end
            return False

        return _within(DRAIN_TIMEOUT, has_it)

    def _require_standby(self, role: Role) -> None:
        found = self._state.of(role)
        if found != "standby":
            raise OperationError(
                f"the {ROLE_NAMES[role]}'s database cannot be promoted: it is {found}"
            )

    def _require_link(self) -> None:
        if self._state.partitioned:
            raise OperationError("the regions do not reach each other")


def _within(seconds: float, condition: Callable[[], bool]) -> bool:
    """Waits for it, and returns whether it came to hold."""
    latest = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > latest:
            return False
        time.sleep(LOOK)
    return True

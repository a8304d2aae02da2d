"""What `failover status` does."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any

from rich.console import Console
from rich.live import Live

from environments import Environment
from functions.failover_control.endpoint import Lookup
from operations.aws import Connect, client
from operations.status.attention import attention
from operations.status.facts import Facts, Question, Status
from operations.status.gathering import gather, remembering
from operations.status.questions import questions
from operations.status.screen import screen
from operations.switch.name_servers import NameServers, asking, here, resolver_at
from operations.target import SWITCHES
from terminal.as_json import print_json
from terminal.errors import OperationError

# Of Cloudflare, Google and Quad9. Each answers from caches near whoever asks.
RESOLVERS = ("1.1.1.1", "8.8.8.8", "9.9.9.9")
# Seconds that everything may take together.
DEADLINE = 10.0


@dataclass
class Observer:
    """Looks at one deployment, as often as it is asked to.

    lookup: asks the zone's name servers; by default, those there are. resolvers: addresses of
    public ones. seconds: how long one look may take. subjects: what to ask; None is everything.
    connect: makes AWS clients.
    """

    environment: Environment
    lookup: Lookup | None = None
    resolvers: Sequence[str] = ()
    seconds: float = DEADLINE
    subjects: Sequence[str] | None = None
    connect: Connect | None = None
    questions: list[Question] = field(init=False)
    _facts: Facts = field(default_factory=dict[str, Any], init=False)

    def __post_init__(self) -> None:
        connect = cache(self.connect or partial(client, seconds=self.seconds))
        everything = questions(
            self.environment,
            names=asking(self.lookup or NameServers(self.environment.dns.zone)),
            resolvers={address: resolver_at(address) for address in self.resolvers},
            connect=connect,
        )
        wanted = self.subjects
        self.questions = [one for one in everything if wanted is None or one.subject in wanted]

    def look(self) -> Status:
        """Asks everything now. A fact without an answer keeps what an earlier look found."""
        asked_at, began = datetime.now(UTC), time.monotonic()
        self._facts = remembering(self._facts, gather(self.questions, self.seconds))
        return Status(
            environment=self.environment.name,
            domain=self.environment.dns.domain,
            primary=self.environment.primary.region,
            standby=self.environment.dr.region,
            asked_at=asked_at,
            seconds=round(time.monotonic() - began, 1),
            attention=attention(self.environment, self._facts),
            facts=self._facts,
        )


def default_resolvers() -> Sequence[str]:
    """Those to ask if nobody names any: none where AWS is on this machine."""
    return () if here() else RESOLVERS


def show(observer: Observer, console: Console, *, as_json: bool = False) -> None:
    """Shows a deployment once. Raises OperationError if nothing at all could be read."""
    status = observer.look()
    if as_json:
        print_json(status)
    else:
        console.print(screen(status, observer.questions))
    if all(one.error is not None for one in status.facts.values()):
        again = f": if the AWS on this machine was started anew, {SWITCHES}" if here() else ""
        raise OperationError(f"nothing could be read, neither from DNS nor from AWS{again}")


def watch(
    observer: Observer,
    console: Console,
    every: float,
    *,
    sleep: Callable[[float], object] = time.sleep,
) -> None:
    """Shows a deployment again and again, until interrupted. every: seconds between two looks.

    Without a terminal, each look is printed below the last one.
    """
    try:
        if not console.is_terminal:
            while True:
                console.print(screen(observer.look(), observer.questions))
                sleep(every)
        with Live(console=console, auto_refresh=False) as live:
            while True:
                live.update(screen(observer.look(), observer.questions), refresh=True)
                sleep(every)
    except KeyboardInterrupt:
        return

"""A region's load balancer on loopback, by the emitted listeners and target group."""

import asyncio
import ssl
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from proof.drill.clock import Clock
from proof.drill.entrances import Entrance, Tls, own, redirected
from proof.drill.listener import PortListener
from proof.drill.targets import Target, healthy
from proof.route53.configuration import ModelLoadBalancer

LOOPBACK = "127.0.0.1"
# Seconds that a target has to answer: the load balancer's idle timeout, by default.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#connection-idle-timeout
IDLE_TIMEOUT = 60


class Balancer:
    """Probes its targets and passes requests on to the healthy ones, or redirects.

    entrances: what it answers; each listens at this address and one of `ports`, by its own port.
    certify: gives an entrance its side of TLS. changed: is called when a target's state changed.
    """

    def __init__(
        self,
        clock: Clock,
        settings: ModelLoadBalancer,
        matcher: str,
        *,
        entrances: Sequence[Entrance],
        address: str,
        ports: Mapping[int, int],
        certify: Callable[[Tls], ssl.SSLContext],
    ) -> None:
        self.targets: dict[str, Target] = {}
        self.changed: Callable[[], None] = lambda: None
        self.lost = False
        self.listeners = {
            one.port: PortListener(
                *(address, ports[one.port], partial(self._serve, one)),
                tls=certify(one.tls) if one.tls else None,
            )
            for one in entrances
        }
        self._clock = clock
        self._settings = settings
        self._matcher = matcher
        self._turn = 0
        self._tasks: dict[str, asyncio.Task[None]] = {}

    @property
    def registered(self) -> int:
        """How many targets there are."""
        return len(self.targets)

    @property
    def healthy(self) -> int:
        """How many of them are healthy."""
        return sum(target.state == "healthy" for target in self.targets.values())

    def register(self, name: str, port: int) -> None:
        """Adds a target."""
        self.targets[name] = Target(port, self._settings)
        self._tasks[name] = asyncio.create_task(self._probe(self.targets[name]))
        self.changed()

    def deregister(self, name: str) -> None:
        """Takes a target away."""
        del self.targets[name]
        self._tasks.pop(name).cancel()
        self.changed()

    async def lose(self) -> None:
        """The region is lost: nobody reaches it, and nothing is known of its targets."""
        self.lost = True
        for listener in self.listeners.values():
            await listener.lose()

    async def open(self) -> None:
        """Answers: for the first time, or is back as it was. What its security groups let nobody
        into hangs."""
        for port, listener in self.listeners.items():
            let_in = self._settings.lets_in("A", port)
            await (listener.open() if let_in else listener.lose())
        self.lost = False

    async def close(self) -> None:
        """Ends it."""
        for task in self._tasks.values():
            task.cancel()
        for listener in self.listeners.values():
            await listener.close()

    async def _probe(self, target: Target) -> None:
        while True:
            if not self.lost:
                with self._clock.process():
                    success = await healthy(
                        self._clock,
                        LOOPBACK,
                        target.port,
                        settings=self._settings,
                        matcher=self._matcher,
                    )
                before = target.state
                target.learn(success=success)
                if target.state != before:
                    self.changed()
            await self._clock.sleep(self._settings.interval)

    async def _serve(
        self, entrance: Entrance, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            if entrance.redirect is None:
                writer.write(await self._answer(head))
            else:
                writer.write(redirected(entrance.redirect, head, entrance))
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            return  # the client is gone, or is none

    async def _answer(self, head: bytes) -> bytes:
        """What a target says. Without a registered target 503; with unhealthy ones alone, all of
        them are asked in turn.

        https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
        https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
        """
        everyone = list(self.targets.values())
        if not everyone:
            return own("503 Service Temporarily Unavailable")
        well = [target for target in everyone if target.state == "healthy"] or everyone
        self._turn += 1
        try:
            async with self._clock.timeout(IDLE_TIMEOUT):
                with self._clock.process():
                    return await forwarded(head, well[self._turn % len(well)].port)
        except TimeoutError:
            return own("504 Gateway Time-out")
        except OSError:
            return own("502 Bad Gateway")


async def forwarded(head: bytes, port: int) -> bytes:
    """A target's answer to a request without a body. Raises OSError."""
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    try:
        writer.write(head)
        answer = await reader.read(-1)
    finally:
        writer.transport.abort()
    return answer or own("502 Bad Gateway")

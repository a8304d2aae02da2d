"""A region's load balancer on loopback, built from the emitted listeners and target group."""

import asyncio
import re
import ssl
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial

from proof.drill.clock import Clock
from proof.drill.entrances import Entrance, Tls, own, redirected
from proof.drill.listener import PortListener
from proof.drill.targets import Target, healthy
from proof.route53.configuration import ModelLoadBalancer

LOOPBACK = "127.0.0.1"
# Seconds a target has to answer: the load balancer's default idle timeout.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#connection-idle-timeout
IDLE_TIMEOUT = 60
LENGTH = re.compile(rb"(?im)^content-length: (\d+)\r$")
CLOSES = re.compile(rb"(?im)^connection: close\r$")
# What a client that keeps its connection sends, and what its target gets instead.
KEEPS, CLOSE = b"Connection: keep-alive\r\n", b"Connection: close\r\n"


class Balancer:
    """Probes its targets and forwards requests to the healthy ones, or redirects.

    entrances: the listeners; each listens on `address` and the entry in `ports` for its own port.
    certify: makes an entrance's TLS context. keep_alive: seconds for which a client may keep its
    connection. changed: called when a target's state changes.
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
        keep_alive: float,
    ) -> None:
        self.targets: dict[str, Target] = {}
        self.changed: Callable[[], None] = lambda: None
        self.lost = False
        self.hangs = False
        """Whether the drill has stopped the targets' processes: the clock does not wait for
        them."""
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
        self._keep_alive = keep_alive
        self._turn = 0
        self._tasks: dict[str, asyncio.Task[None]] = {}

    @property
    def registered(self) -> int:
        return len(self.targets)

    @property
    def healthy(self) -> int:
        return sum(target.state == "healthy" for target in self.targets.values())

    def register(self, name: str, port: int) -> None:
        self.targets[name] = Target(port, self._settings)
        self._tasks[name] = asyncio.create_task(self._probe(self.targets[name]))
        self.changed()

    def deregister(self, name: str) -> Target:
        """Sends a target nothing more; requests to it may still be open."""
        target = self.targets.pop(name)
        self._tasks.pop(name).cancel()
        self.changed()
        return target

    async def lose(self) -> None:
        """Loses the region: nobody can connect, and probing stops."""
        self.lost = True
        for listener in self.listeners.values():
            await listener.lose()

    async def open(self) -> None:
        """Starts serving, initially or after a loss. Ports that the security groups close leave
        clients hanging."""
        for port, listener in self.listeners.items():
            let_in = self._settings.lets_in("A", port)
            await (listener.open() if let_in else listener.lose())
        self.lost = False

    async def close(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        for listener in self.listeners.values():
            await listener.close()

    async def _probe(self, target: Target) -> None:
        while True:
            if not self.lost:
                with self._process():
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
        """Answers a client, again and again if it keeps its connection: after `keep_alive`, once
        more. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html
        """
        ends = self._clock.now + self._keep_alive
        try:
            kept = True
            while kept:
                head = await reader.readuntil(b"\r\n\r\n")
                body = await _body(head, reader)
                kept = self._clock.now < ends and not CLOSES.search(head)
                if entrance.redirect is None:
                    answer = await self._answer(head.replace(KEEPS, CLOSE) + body)
                else:
                    answer = redirected(entrance.redirect, head, entrance)
                writer.write(answer)
                await writer.drain()
                framed = LENGTH.search(answer.partition(b"\r\n\r\n")[0] + b"\r\n")
                kept = kept and framed is not None
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            return  # the client is gone, or does not speak HTTP

    async def _answer(self, request: bytes) -> bytes:
        """A target's answer. With no registered target it is a 503; when all are unhealthy,
        requests rotate over all of them.
        https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
        https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
        """
        everyone = list(self.targets.values())
        if not everyone:
            return own("503 Service Temporarily Unavailable")
        well = [target for target in everyone if target.state == "healthy"] or everyone
        self._turn += 1
        target = well[self._turn % len(well)]
        target.open += 1
        try:
            async with self._clock.timeout(IDLE_TIMEOUT):
                with self._process():
                    return await forwarded(request, target.port)
        except TimeoutError:
            return own("504 Gateway Time-out")
        except OSError:
            return own("502 Bad Gateway")
        finally:
            target.open -= 1

    def _process(self) -> AbstractContextManager[None]:
        return nullcontext() if self.hangs else self._clock.process()


async def _body(head: bytes, reader: asyncio.StreamReader) -> bytes:
    """What follows a request's head."""
    found = LENGTH.search(head)
    return await reader.readexactly(int(found[1])) if found else b""


async def forwarded(request: bytes, port: int) -> bytes:
    """Forwards a request, and returns the answer. Raises OSError."""
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    try:
        writer.write(request)
        answer = await reader.read(-1)
    finally:
        writer.transport.abort()
    return answer or own("502 Bad Gateway")

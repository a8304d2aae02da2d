"""Users who write, through a real load balancer to a made-up application."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import dns.resolver
import pytest

from environments import Role
from proof.drill.data.writers import Writer, Written, failures, stubborn
from proof.drill.reading import Emitted, EmittedRegion
from proof.drill.users import Web
from tests.proof.drill.conftest import ADDRESS, Bench, run, serving

ROLES: dict[str, Role] = {ADDRESS: "dr"}
URL = "https://awspractice.space/"


@asynccontextmanager
async def application(statuses: list[int], keys: list[str]) -> AsyncGenerator[int]:
    """Answers with one status after the other, and the last from then on; yields its port."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        if head.startswith("POST /entries "):
            length = int(head.partition("Content-Length: ")[2].partition("\r\n")[0])
            keys.append(json.loads(await reader.readexactly(length))["id"])
            status = statuses.pop(0) if len(statuses) > 1 else statuses[0]
        else:
            status = 200
        writer.write(f"HTTP/1.1 {status} -\r\nContent-Length: 0\r\n\r\n".encode())

    async with serving(answer) as port:
        yield port


@pytest.fixture
def region(emitted: Callable[[str], Emitted]) -> EmittedRegion:
    return emitted("mission").regions["primary"]


def written(
    region: EmittedRegion,
    folder: Path,
    statuses: list[int],
    attempts: int,
    *,
    lookup: Callable[[str], Awaitable[str]] | None = None,
) -> tuple[Written, list[str]]:
    """What a user is told in some attempts, and the keys that the application gets."""
    found, keys = Written(), list[str]()

    async def what(bench: Bench) -> None:
        web = Web(bench.ports, bench.authority.user())
        rest: dict[str, Any] = {"roles": ROLES, "clock": bench.clock, "written": found}
        writer = Writer("user-1", lookup or stubborn(ADDRESS), url=URL, web=web, **rest)
        async with application(statuses, keys) as port:
            bench.balancer.register("one", port)
            writing = asyncio.create_task(writer.run(0))
            await bench.clock.until(lambda: len(found.writes) >= attempts, 60)
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)

    run(region, folder, what)
    return found, keys


def test_each_entry_is_written_until_it_is_acknowledged(
    region: EmittedRegion, tmp_path: Path
) -> None:
    found, keys = written(region, tmp_path, [201, 503, 500, 200, 201], 5)
    assert keys[:5] == ["user-1-0", "user-1-1", "user-1-1", "user-1-1", "user-1-2"]
    assert found.outcomes[:5] == ["written", "HTTP 503", "HTTP 500", "written", "written"]
    assert [one.role for one in found.writes[:5]] == ["dr", None, None, "dr", "dr"]
    assert [one.created for one in found.writes[:5]] == [True, False, False, False, True]
    assert [one.key for one in found.writes[:5]] == keys[:5]
    assert all(one.began <= one.ended for one in found.writes)
    assert failures(found.between(0, 1000))["HTTP 503"] == 1
    assert found.between(found.writes[-1].ended, 1000)[0][0] == found.writes[-1]
    assert found.between(0, found.writes[0].ended) == []


def test_a_name_that_is_not_there_is_a_failed_write(region: EmittedRegion, tmp_path: Path) -> None:
    async def nobody(_: str) -> str:
        raise dns.resolver.NXDOMAIN

    found, keys = written(region, tmp_path, [201], 1, lookup=nobody)
    assert (found.outcomes[0], found.writes[0].role, keys) == ("no answer from DNS", None, [])

"""All users of a drill."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any
from urllib.parse import urljoin, urlsplit

import dns.asyncresolver

from environments import ROLES, Role
from proof.drill.journal import Journal
from proof.drill.loopback import ADDRESSES
from proof.drill.reading import Emitted
from proof.drill.users import EVERY, Pages, User, Web

# One in this many users starts at http://.
BY_HTTP = 6


def asked(emitted: Emitted, *, releases: bool) -> tuple[str, Pages]:
    """The URL that users ask for, and what tells who answered. Of a release, only the path of its
    health check is known."""
    addresses: dict[Role, list[str]] = {role: [ADDRESSES[role]] for role in ROLES}
    if releases:
        path = emitted.regions["primary"].health_path
        return urljoin(emitted.url, path), Pages(None, addresses)
    pages: dict[Role, str] = {role: emitted.regions[role].page for role in ROLES}
    return urljoin(emitted.url, "/"), Pages(pages, addresses)


def crowd(
    emitted: Emitted,
    count: int,
    *,
    web: Web,
    resolver: Callable[[], dns.asyncresolver.Resolver],
    journal: Journal,
    releases: bool,
) -> list[Coroutine[Any, Any, None]]:
    """The users, ready to start: as many of each name."""
    url, pages = asked(emitted, releases=releases)
    path = urlsplit(url).path
    urls = [url, *(urljoin(alias, path) for alias in emitted.alias_urls)]
    return [
        User(
            number,
            resolver(),
            url=starts_at(number, urls),
            web=web,
            pages=pages,
            journal=journal,
        ).run(EVERY * number / count)
        for number in range(count)
    ]


def starts_at(number: int, urls: Sequence[str]) -> str:
    """Where a user starts: at each name in turn, and some by plain HTTP."""
    turn, which = divmod(number, len(urls))
    url = urls[which]
    return url if turn % BY_HTTP else url.replace("https:", "http:", 1)

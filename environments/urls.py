"""Host names, URLs and e-mail addresses: what each may be, by itself. Each validator returns the
value, or raises ValueError."""

import re

from environments import limits

LABEL = re.compile(rf"(?!-)[A-Za-z0-9-]{limits.LABEL.of_a_pattern}(?<!-)")
MAX_PORT = 65535


def host_name(value: str) -> bool:
    """Whether it is a host's name, or an IPv4 address."""
    labels = value.split(".")
    return len(value) <= limits.HOST_NAME.most and all(map(LABEL.fullmatch, labels))


def relative(path: list[str]) -> bool:
    """Whether a path has elements that whoever resolves it takes for another place."""
    return "." in path or ".." in path


def _server(url: str) -> tuple[str, str, list[str]]:
    """A URL's host, port and path."""
    server, *path = url.removeprefix("https://").split("/")
    host, _, port = server.partition(":")
    return host, port, path


def endpoint_url(value: str) -> str:
    """A URL of the right form, whose host, port and path are checked."""
    host, port, path = _server(value)
    if not host_name(host) or not 1 <= int(port or 443) <= MAX_PORT or relative(path):
        raise ValueError(
            f"must be a URL with a host's name, a port of at most {MAX_PORT} if any, and no . or .."
            " between slashes"
        )
    return value


def https_url(value: str) -> str:
    """What SNS calls. Credentials in it would be in the state and in every plan."""
    if not re.fullmatch(r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*/?", value):
        raise ValueError(
            "must be a URL such as https://alerts.example.com/sns, without user, password and query"
        )
    host = _server(value)[0]
    if host.rpartition(".")[2].isdigit() or "." not in host or host.endswith(".localhost"):
        raise ValueError(
            "must name a host that SNS can resolve in public DNS, such as alerts.example.com, and"
            " not an address, a name without a dot or localhost"
        )
    return endpoint_url(value)


def page_url(value: str) -> str:
    """What mails link, followed by #section. A password in it would be sent to many."""
    path = r"(/([A-Za-z0-9._~@:+=,-]|%[0-9A-Fa-f]{2})+)*/?"
    if not re.fullmatch(rf"https://[A-Za-z0-9.-]+(:[0-9]{{1,5}})?{path}", value):
        raise ValueError(
            "must be a page's URL such as https://github.com/you/repo/blob/main/docs/alarms.md,"
            " without user, password, query and #section"
        )
    return endpoint_url(value)


def email_address(value: str) -> str:
    """An address of the right form, whose host and local part are checked."""
    local, _, host = value.partition("@")
    if not all(local.split(".")) or not host_name(host):
        raise ValueError("must be an e-mail address such as oncall@example.com")
    return value

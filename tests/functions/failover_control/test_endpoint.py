"""The endpoint's health as seen through DNS."""

import socket
from typing import Any

import pytest

from functions.failover_control.agreed import HEALTHY_ADDRESS, UNHEALTHY_ADDRESS
from functions.failover_control.endpoint import Health, addresses_of, health
from tests.functions.failover_control.world import HEALTH_NAME


def shown(*addresses: str) -> Health:
    asked: list[str] = []

    def lookup(name: str) -> set[str]:
        asked.append(name)
        return set(addresses)

    found = health(HEALTH_NAME, lookup)
    assert asked == [HEALTH_NAME]
    return found


def test_each_of_the_two_addresses_stands_for_a_status() -> None:
    assert shown("192.0.2.1") is Health.HEALTHY
    assert shown("192.0.2.2") is Health.UNHEALTHY


@pytest.mark.parametrize(
    "addresses",
    [
        [],
        [HEALTHY_ADDRESS, UNHEALTHY_ADDRESS],
        ["198.51.100.7"],
        [UNHEALTHY_ADDRESS, "198.51.100.7"],
        [HEALTHY_ADDRESS, "198.51.100.7"],
    ],
    ids=["none", "both", "another", "unhealthy and another", "healthy and another"],
)
def test_from_any_other_answer_nothing_is_concluded(addresses: list[str]) -> None:
    assert shown(*addresses) is Health.UNKNOWN


def test_the_resolver_is_asked_for_ipv4_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def getaddrinfo(*arguments: Any) -> list[Any]:
        asked.append(arguments)
        # A resolver may return duplicates.
        return 2 * [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 0))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    assert addresses_of(HEALTH_NAME) == {"192.0.2.1"}
    assert [(name, family) for name, _, family, _ in asked] == [(HEALTH_NAME, socket.AF_INET)]


@pytest.mark.parametrize(
    "error",
    [
        socket.gaierror(socket.EAI_NONAME, "Name or service not known"),
        socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"),
        TimeoutError("timed out"),
    ],
    ids=["no such name", "no resolver", "timeout"],
)
def test_a_resolver_without_an_answer_gives_no_address(
    monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    def getaddrinfo(*_: Any) -> None:
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    assert addresses_of(HEALTH_NAME) == set()
    assert health(HEALTH_NAME, addresses_of) is Health.UNKNOWN

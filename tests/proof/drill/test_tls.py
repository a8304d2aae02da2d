"""The drill's authority: who trusts whom, and with which TLS versions."""

import ssl
from pathlib import Path

import pytest

from proof.drill.entrances import Tls
from proof.drill.tls import Authority, checker, oldest
from proof.route53 import UnknownToTheModelError

NAMES = ("example.com", "eu-west-1.example.com")
BOTH = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
NEW = "ELBSecurityPolicy-TLS13-1-3-2021-06"


def shaken(client: ssl.SSLContext, server: ssl.SSLContext, name: str = NAMES[0]) -> str | None:
    """The TLS version that both sides agree on, without a network."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client.wrap_bio(to_client, to_server, server_hostname=name),
        server.wrap_bio(to_server, to_client, server_side=True),
    ]
    version = None
    while ends:
        for end in list(ends):
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
            ends.remove(end)
            version = end.version()
    return version


def test_a_user_trusts_the_names_alone(tmp_path: Path) -> None:
    authority = Authority()
    server = authority.server(Tls(NAMES, BOTH), tmp_path)
    for name in NAMES:
        assert shaken(authority.user(), server, name) == "TLSv1.3"
    for name in ("www.example.com", "com", "example.org"):
        with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
            shaken(authority.user(), server, name)


def test_a_user_trusts_no_other_authority(tmp_path: Path) -> None:
    server = Authority().server(Tls(NAMES, BOTH), tmp_path)
    for user in (Authority().user(), ssl.create_default_context()):
        with pytest.raises(ssl.SSLCertVerificationError):
            shaken(user, server)


def test_a_checker_takes_any_certificate_by_tls_1_2(tmp_path: Path) -> None:
    server = Authority().server(Tls(("somebody.else",), BOTH), tmp_path)
    assert shaken(checker(), server) == "TLSv1.2"


def test_a_checker_may_not_speak_tls_1_3(tmp_path: Path) -> None:
    authority = Authority()
    server = authority.server(Tls(NAMES, NEW), tmp_path)
    assert shaken(authority.user(), server) == "TLSv1.3"
    with pytest.raises(ssl.SSLError):
        shaken(checker(), server)


def test_no_key_is_left_behind(tmp_path: Path) -> None:
    Authority().server(Tls(NAMES, BOTH), tmp_path)
    assert list(tmp_path.iterdir()) == []
    Authority().issue(NAMES, tmp_path / "x.pem")
    assert (tmp_path / "x.pem").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("policy", "version"),
    [
        (BOTH, ssl.TLSVersion.TLSv1_2),
        ("ELBSecurityPolicy-TLS13-1-2-2021-06", ssl.TLSVersion.TLSv1_2),
        (NEW, ssl.TLSVersion.TLSv1_3),
    ],
)
def test_a_policy_tells_the_oldest_version(policy: str, version: ssl.TLSVersion) -> None:
    assert oldest(policy) == version


@pytest.mark.parametrize(
    "policy", ["ELBSecurityPolicy-2016-08", "ELBSecurityPolicy-TLS13-1-0-2021-06", "TLS13-1-2-x"]
)
def test_a_policy_that_is_not_known_is_an_error(policy: str) -> None:
    with pytest.raises(UnknownToTheModelError, match=policy):
        oldest(policy)

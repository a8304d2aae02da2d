"""How Route 53's checkers see a load balancer, with real requests."""

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from proof.drill.entrances import Tls
from proof.drill.probing import Probing
from proof.drill.reading import Emitted, EmittedRegion
from proof.drill.tls import Authority
from proof.route53.configuration import EndpointCheck
from tests.proof.drill.conftest import Bench, run, target

CHECK = "aws_route53_health_check.primary_health_check"


def probed(found: Emitted, region: EmittedRegion, folder: Path, status: int = 200) -> bool:
    """Whether one probe of the primary's emitted check succeeds when the target answers this
    status."""
    outcomes: list[bool] = []

    async def what(bench: Bench) -> None:
        balancers = {region.region: bench.balancer}
        chance = random.Random(0)
        probing = Probing(bench.clock, found.configuration, balancers, {}, chance)
        check = found.configuration.checks[CHECK]
        assert isinstance(check, EndpointCheck)
        async with target(status, "page") as port:
            bench.balancer.register("one", port)
            outcomes.append(await probing._ask(check))  # pyright: ignore[reportPrivateUsage]

    run(region, folder, what)
    return outcomes[0]


@pytest.fixture
def mission(emitted: Callable[[str], Emitted]) -> Emitted:
    return emitted("mission")


def with_tls(region: EmittedRegion, **changes: Any) -> EmittedRegion:
    entrances = (
        replace(one, tls=one.tls and replace(one.tls, **changes)) for one in region.entrances
    )
    return replace(region, entrances=tuple(entrances))


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (302, True), (500, False)])
def test_a_probe_is_the_targets_answer_over_https(
    mission: Emitted, tmp_path: Path, status: int, healthy: bool
) -> None:
    assert probed(mission, mission.regions["primary"], tmp_path, status) == healthy


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (500, False)])
def test_without_tls_it_is_so_over_http(
    plain: Emitted, tmp_path: Path, status: int, healthy: bool
) -> None:
    assert probed(plain, plain.regions["primary"], tmp_path, status) == healthy


def test_no_checker_looks_at_the_certificate(mission: Emitted, tmp_path: Path) -> None:
    region = with_tls(mission.regions["primary"], names=("somebody.else",))
    assert probed(mission, region, tmp_path)


def test_no_checker_is_promised_to_speak_tls_1_3(mission: Emitted, tmp_path: Path) -> None:
    new = with_tls(mission.regions["primary"], policy="ELBSecurityPolicy-TLS13-1-3-2021-06")
    assert not probed(mission, new, tmp_path)


def test_a_listener_that_is_gone_is_a_failure(mission: Emitted, tmp_path: Path) -> None:
    primary = mission.regions["primary"]
    http = tuple(one for one in primary.entrances if one.tls is None)
    assert not probed(mission, replace(primary, entrances=http), tmp_path)


def test_a_checker_tells_which_name_it_means(
    mission: Emitted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    real = Authority.server

    def listening(self: Authority, tls: Tls, folder: Path) -> Any:
        context = real(self, tls, folder)
        context.sni_callback = lambda _, name, __: told.append(name)
        return context

    monkeypatch.setattr(Authority, "server", listening)
    assert probed(mission, mission.regions["primary"], tmp_path)
    assert told == ["ap-south-1.awspractice.space"]

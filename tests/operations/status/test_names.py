"""What DNS says of a deployment, and who says it."""

import pytest

from functions.failover_control.agreed import HEALTHY_ADDRESS, UNHEALTHY_ADDRESS
from functions.failover_control.endpoint import Health
from operations.status.names import in_service, other_names, region_health, serving
from operations.switch import name_servers
from operations.switch.name_servers import Ask, asking, resolver_at
from terminal.errors import OperationError
from tests.dns_server import name_server, silent_server
from tests.operations.preflight.checking import with_dns
from tests.operations.status.fakes import PRIMARY, STANDBY, World


def ask(world: World) -> Ask:
    return asking(lambda name: world.dns.get(name, set()))


@pytest.mark.parametrize(
    ("answered", "said", "wrong"),
    [
        ({PRIMARY}, "primary, ap-south-1", False),
        ({STANDBY}, "standby, us-east-1", True),
        ({"192.0.2.7"}, "neither region: 192.0.2.7", True),
        ({PRIMARY, STANDBY}, f"neither region: {STANDBY}, {PRIMARY}", True),
    ],
)
def test_whose_addresses_the_domain_has(
    world: World, answered: set[str], said: str, *, wrong: bool
) -> None:
    world.dns[world.environment.dns.domain] = answered
    found = serving(world.environment, ask(world))
    assert str(found) == said
    assert found.wrong is wrong


def test_a_domain_without_an_answer_is_an_error(world: World) -> None:
    del world.dns[world.environment.dns.domain]
    with pytest.raises(OperationError, match=r"awspractice\.space has no answer"):
        serving(world.environment, ask(world))


def test_a_region_without_a_name_hides_nothing_of_the_other(world: World) -> None:
    del world.dns[world.environment.regional_name("dr")]
    assert serving(world.environment, ask(world)).role == "primary"


def test_a_resolver_says_for_how_long_its_users_keep_the_answer(world: World) -> None:
    with name_server(world.dns, ttl=23) as address:
        found = serving(world.environment, resolver_at(address))
    assert str(found) == "primary, ap-south-1 (TTL 23 s)"
    assert found.ttl == 23


def test_each_resolver_is_asked_by_itself(world: World) -> None:
    """One has moved, one is late, and one is dead."""
    moved = {**world.dns, world.environment.dns.domain: {STANDBY}}
    with (
        pytest.MonkeyPatch.context() as patch,
        name_server(moved) as quick,
        name_server(world.dns, ttl=40) as late,
        silent_server() as dead,
    ):
        patch.setattr(name_servers, "TIMEOUT", 0.2)
        patch.setattr(name_servers, "LIFETIME", 0.4)
        status = world.observer(resolvers=(quick, late, dead)).look()
    roles = {
        address: getattr(status.facts[f"serving.{address}"].value, "role", None)
        for address in (quick, late, dead)
    }
    assert roles == {quick: "standby", late: "primary", dead: None}
    assert status.facts[f"serving.{dead}"].error == "no answer in 0.4 s"
    assert f"resolver {quick} still leads users to us-east-1, for 5 s more" in status.attention


@pytest.mark.parametrize(
    ("addresses", "status"),
    [
        ({HEALTHY_ADDRESS}, Health.HEALTHY),
        ({UNHEALTHY_ADDRESS}, Health.UNHEALTHY),
        ({"192.0.2.9"}, Health.UNKNOWN),
    ],
)
def test_the_health_of_a_region_and_whether_the_primary_is_in_service(
    world: World, addresses: set[str], status: Health
) -> None:
    world.dns[world.environment.health_name("primary")] = addresses
    world.dns[world.environment.in_service_name] = addresses
    found = region_health(world.environment, "primary", ask(world))
    assert found.status is status
    assert found.wrong is (status is not Health.HEALTHY)
    assert in_service(world.environment, ask(world)).status is status


def test_a_pilot_light_sleeps(world: World) -> None:
    failover = world.environment.failover.model_copy(update={"strategy": "pilot_light"})
    environment = world.environment.model_copy(update={"failover": failover})
    world.dns[environment.health_name("dr")] = {UNHEALTHY_ADDRESS}
    found = region_health(environment, "dr", ask(world))
    assert str(found) == "unhealthy, as a pilot light is while it sleeps"
    assert not found.wrong


def test_what_dns_does_not_say_is_an_error(world: World) -> None:
    world.dns.clear()
    with pytest.raises(OperationError, match=r"primary-health\..* has no answer"):
        region_health(world.environment, "primary", ask(world))


WWW, SHOP = "www.awspractice.space", "shop.awspractice.space"


@pytest.fixture
def several(world: World) -> World:
    """A world with two other names, which follow the domain."""
    world.environment = with_dns(world.environment, aliases=[WWW, SHOP])
    world.dns.update({WWW: {PRIMARY}, SHOP: {PRIMARY}})
    return world


def test_other_names_that_follow_the_domain(several: World) -> None:
    for serves in (PRIMARY, STANDBY):
        several.dns.update({name: {serves} for name in several.environment.dns.names})
        found = other_names(several.environment, ask(several))
        assert (str(found), found.wrong) == ("2 of 2 lead where awspractice.space does", False)


@pytest.mark.parametrize(
    ("answered", "where"),
    [
        ({STANDBY}, "standby, us-east-1"),
        ({"192.0.2.7"}, "neither region: 192.0.2.7"),
        (set[str](), f"{WWW} has no answer"),
    ],
)
def test_another_name_that_is_answered_differently(
    several: World, answered: set[str], where: str
) -> None:
    several.dns[WWW] = answered
    status = several.observer().look()
    fact = status.facts["serving.aliases"]
    assert str(fact.value) == f"1 of 2 lead where awspractice.space does; {WWW}: {where}"
    assert fact.wrong
    assert f"{WWW} is not answered as awspractice.space is: {where}" in status.attention


def test_without_an_answer_for_the_domain_there_is_nothing_to_compare(several: World) -> None:
    del several.dns[several.environment.dns.domain]
    with pytest.raises(OperationError, match=r"^awspractice\.space has no answer"):
        other_names(several.environment, ask(several))


def test_without_other_names_nobody_asks_for_them(world: World) -> None:
    assert "serving.aliases" not in world.observer().look().facts

"""The operator's commands for the switch: what they do, say and refuse."""

import io
import json
from collections.abc import Callable, Iterator

import pytest
from rich.console import Console

from environments import Environment
from functions.failover_control.agreed import HEALTHY_ADDRESS, UNHEALTHY_ADDRESS
from functions.failover_control.switch import Place, Switch
from operations.switch import commands
from proof.route53.simulated_aws import S3, SimulatedClock
from sandbox.embedded_aws import EmbeddedAws
from terminal.errors import OperationError
from tests.synthesis import example

pytestmark = pytest.mark.slow

DOMAIN = "www.staging.example.com"
PRIMARY, STANDBY = f"eu-central-1.{DOMAIN}", f"eu-west-1.{DOMAIN}"
# The primary serves, and both are healthy.
CALM = {
    f"primary-health.{DOMAIN}": {HEALTHY_ADDRESS},
    f"standby-health.{DOMAIN}": {HEALTHY_ADDRESS},
    f"primary-in-service.{DOMAIN}": {HEALTHY_ADDRESS},
    DOMAIN: {"203.0.113.1", "203.0.113.2"},
    PRIMARY: {"203.0.113.2", "203.0.113.3"},
    STANDBY: {"198.51.100.1"},
}


@pytest.fixture(scope="module")
def environment(aws: EmbeddedAws) -> Environment:
    """Staging, with only the switch's buckets created."""
    found = example("staging")
    for place in found.switch_places:
        elsewhere = {"CreateBucketConfiguration": {"LocationConstraint": place.region}}
        given = elsewhere if place.region != "us-east-1" else {}
        aws.client("s3", place.region).create_bucket(Bucket=place.bucket, **given)
    return found


@pytest.fixture(autouse=True)
def credentials(aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    for name, value in aws.variables.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(autouse=True)
def clear(aws: EmbeddedAws, environment: Environment) -> Iterator[None]:
    yield
    for region in aws.lost:
        aws.restore(region)
    for place in environment.switch_places:
        for key in ("failed-over", "cleared", "note"):
            aws.client("s3", place.region).delete_object(Bucket=place.bucket, Key=key)


@pytest.fixture
def console() -> Console:
    return Console(file=io.StringIO(), width=200)


def said(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def lookup(**changes: set[str]) -> Callable[[str], set[str]]:
    """DNS on a calm day, except for these of the primary's names."""
    named = {f"{name.replace('_', '-')}.{DOMAIN}": value for name, value in changes.items()}
    return lambda name: {**CALM, **named}.get(name, set())


def set_it(
    environment: Environment,
    console: Console,
    reason: str = "it limps",
    dns: Callable[[str], set[str]] | None = None,
) -> None:
    commands.set_switch(
        environment, by="asha", reason=reason, console=console, lookup=dns or lookup()
    )


def clear_it(
    environment: Environment,
    console: Console,
    dns: Callable[[str], set[str]],
    *,
    force: bool = False,
) -> None:
    commands.clear_switch(
        environment, by="ravi", reason="repaired", force=force, console=console, lookup=dns
    )


def test_it_shows_a_calm_day(environment: Environment, console: Console) -> None:
    commands.show(environment, console, lookup=lookup())
    rows = [" ".join(row.split()) for row in said(console).splitlines() if row.strip()]
    assert rows == [
        "users",
        "name servers primary, eu-central-1 now",
        "primary in service yes, says Route 53 now",
        "switch",
        "position clear: the primary is in service while it is healthy now",
        "primary, eu-central-1",
        "Route 53 healthy now",
        "standby, eu-west-1",
        "Route 53 healthy now",
        "instances there is no Auto Scaling group staging-web in eu-west-1 not seen",
    ]


def test_what_is_set_is_shown_with_its_reason(environment: Environment, console: Console) -> None:
    set_it(environment, console)
    assert "set: users move to eu-west-1, and stay there" in said(console)
    commands.show(environment, console, lookup=lookup())
    assert "by asha: it limps" in said(console)


@pytest.mark.parametrize(
    ("health", "says"),
    [
        ({UNHEALTHY_ADDRESS}, "eu-west-1 does not serve yet; users move there once it does"),
        (set(), "users move to eu-west-1 if it serves, which DNS does not say"),
    ],
)
def test_it_promises_no_standby_that_does_not_serve(
    environment: Environment, console: Console, health: set[str], says: str
) -> None:
    set_it(environment, console, dns=lookup(standby_health=health))
    assert said(console).strip() == f"set: {says}"


def test_what_route_53_still_takes_for_set_is_shown(
    environment: Environment, console: Console
) -> None:
    """As in the first seconds after a clear."""
    commands.show(environment, console, lookup=lookup(primary_in_service={UNHEALTHY_ADDRESS}))
    assert "clear: the primary is in service while it is healthy" in said(console)
    assert "no, says Route 53: it is not healthy, or the switch is set" in said(console)


@pytest.mark.parametrize("gone", ["eu-west-1", "us-east-1"])
def test_one_place_suffices_and_the_other_is_told_of(
    environment: Environment, console: Console, aws: EmbeddedAws, gone: str
) -> None:
    aws.lose(gone)
    set_it(environment, console)
    assert f"not yet set in {gone}: " in said(console)
    assert "set: users move to eu-west-1, and stay there" in said(console)
    clear_it(environment, console, lookup())
    assert f"not yet clear in {gone}: " in said(console)
    assert "clear: users return" in said(console)


def test_the_first_reason_stays(environment: Environment, console: Console) -> None:
    set_it(environment, console)
    set_it(environment, console, "another")
    assert "is already set; its original reason is kept" in said(console)
    commands.show(environment, console, lookup=lookup())
    assert "it limps" in said(console)
    assert "another" not in said(console)


def test_a_healthy_primary_is_put_back_in_service(
    environment: Environment, console: Console
) -> None:
    set_it(environment, console)
    clear_it(environment, console, lookup())
    assert "clear: users return to eu-central-1" in said(console)
    commands.show(environment, console, lookup=lookup())
    assert "clear, since 20" in said(console)


def test_an_unhealthy_primary_is_not(environment: Environment, console: Console) -> None:
    set_it(environment, console)
    sick = lookup(primary_health={UNHEALTHY_ADDRESS})
    for force in (False, True):
        with pytest.raises(OperationError, match="the primary is not healthy"):
            clear_it(environment, console, sick, force=force)
    assert commands.switch_of(environment).setting() is not None


def test_one_of_which_nothing_is_known_is_put_back_by_force(
    environment: Environment, console: Console
) -> None:
    set_it(environment, console)
    silent = lookup(primary_health=set())
    with pytest.raises(OperationError, match="--force clears the switch anyway"):
        clear_it(environment, console, silent)
    clear_it(environment, console, silent, force=True)
    assert commands.switch_of(environment).setting() is None


def test_all_of_it_works_while_the_primarys_region_is_gone(
    environment: Environment, console: Console, aws: EmbeddedAws
) -> None:
    aws.lose(environment.primary.region)
    set_it(environment, console)
    gone = lookup(primary_health=set())
    commands.show(environment, console, lookup=gone)
    clear_it(environment, console, gone, force=True)
    assert "by asha: it limps" in said(console)
    assert "not yet" not in said(console)


def test_without_its_places_nothing_is_claimed(
    environment: Environment, console: Console, aws: EmbeddedAws
) -> None:
    for place in environment.switch_places:
        aws.lose(place.region)
    with pytest.raises(OperationError, match=r"not known whether .* is set .*-dr-switch in eu"):
        set_it(environment, console)
    with pytest.raises(OperationError, match=r"is cleared .*-global-switch in us-east-1"):
        clear_it(environment, console, lookup())
    commands.show(environment, console, lookup=lookup())
    assert "cannot be read" in said(console)
    assert "healthy" in said(console), "DNS answers all the same"


def test_where_s3_refuses_nobody_moves(
    environment: Environment, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SimulatedClock()
    places = [
        Place(S3(clock, lambda: True, lambda: False), place.bucket, place.region)
        for place in environment.switch_places
    ]
    monkeypatch.setattr(commands, "switch_of", lambda _: Switch(places))
    with pytest.raises(
        OperationError, match=r"cannot be set, and no users move .*-dr-switch in eu"
    ):
        set_it(environment, console)
    with pytest.raises(OperationError, match=r"cannot be cleared .*-global-switch in us-east-1"):
        clear_it(environment, console, lookup())


def test_automatic_failback_has_no_switch(environment: Environment, console: Console) -> None:
    failover = environment.failover.model_copy(update={"failback": "automatic"})
    with pytest.raises(OperationError, match=r'failover\.failback is "automatic"'):
        set_it(environment.model_copy(update={"failover": failover}), console)


def test_it_shows_as_json_what_status_does(
    environment: Environment, console: Console, capsys: pytest.CaptureFixture[str]
) -> None:
    set_it(environment, console)
    commands.show(environment, console, lookup=lookup(), as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert found["facts"]["switch"]["value"]["position"] == "set"
    assert found["standby"] == environment.dr.region
    assert "standby.targets" not in found["facts"]


@pytest.mark.parametrize(
    ("answered", "shown"),
    [
        ({"198.51.100.1"}, "standby, eu-west-1 now"),
        ({"192.0.2.77"}, "neither region: 192.0.2.77 now"),
        (set(), f"{DOMAIN} has no answer not seen"),
    ],
)
def test_it_shows_who_serves(
    environment: Environment, console: Console, answered: set[str], shown: str
) -> None:
    dns = {**CALM, DOMAIN: answered}
    commands.show(environment, console, lookup=lambda name: dns.get(name, set()))
    (row,) = [row for row in said(console).splitlines() if "name servers" in row]
    assert " ".join(row.split()) == f"name servers {shown}"

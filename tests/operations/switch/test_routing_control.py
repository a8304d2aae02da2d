"""The operator's commands for a switch that is an ARC routing control."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from rich.console import Console

from environments import Environment, RoutingControl
from functions.failover_control.agreed import HEALTHY_ADDRESS
from functions.failover_control.routing_control import CLUSTER_TIMEOUTS, RoutingControlSwitch
from operations.status import commands as status_module
from operations.switch import commands
from operations.switch import position as position_module
from sandbox.embedded_aws.client import NOTHING_OF_THE_USERS
from terminal.errors import OperationError
from tests.arc import ARN, ENDPOINTS, FIRST, ROUTING_CONTROL, SERVICE, Cluster
from tests.synthesis import example


@pytest.fixture
def environment() -> Environment:
    staging = example("staging")
    control = RoutingControl.model_validate(ROUTING_CONTROL)
    failover = staging.failover.model_copy(update={"routing_control": control})
    return staging.model_copy(update={"failover": failover})


@pytest.fixture
def s3(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The standby's region, with only the bucket for the notes."""
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    for name, value in {**NOTHING_OF_THE_USERS, **keys}.items():
        monkeypatch.setenv(name, value)
    region = environment.dr.region
    with mock_aws():
        client = boto3.Session().client("s3", region_name=region)
        client.create_bucket(
            Bucket=environment.switch_bucket,
            CreateBucketConfiguration={"LocationConstraint": region},
        )
        yield client


@pytest.fixture
def cluster(s3: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:  # noqa: ARG001
    """Its endpoints are tried in the file's order."""
    with Cluster().answering() as one:
        others = position_module.client

        def client(service: str, region: str, **options: Any) -> Any:
            if service != SERVICE:
                return others(service, region)
            assert options.pop("config") is CLUSTER_TIMEOUTS
            return one.client_of(region, options.pop("endpoint_url"))

        monkeypatch.setattr(position_module, "client", client)
        monkeypatch.setattr(status_module, "client", client)
        monkeypatch.setattr(position_module, "in_random_order", lambda given: [*given.items()])
        yield one


@pytest.fixture
def console() -> Console:
    return Console(file=io.StringIO(), width=400)


def said(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def position(environment: Environment, console: Console) -> str:
    """The switch's position, as shown."""
    commands.show(environment, console, lookup=lambda _: {HEALTHY_ADDRESS})
    rows = [" ".join(row.split()) for row in said(console).splitlines()]
    row = [row for row in rows if row.startswith("position ")][-1]
    return row.removeprefix("position ").removesuffix(" now").removesuffix(" not seen")


def set_it(environment: Environment, console: Console) -> None:
    commands.set_switch(
        environment,
        by="asha",
        reason="it limps",
        console=console,
        lookup=lambda _: {HEALTHY_ADDRESS},
    )


def clear_it(environment: Environment, console: Console) -> None:
    commands.clear_switch(
        environment,
        by="ravi",
        reason="repaired",
        force=False,
        console=console,
        lookup=lambda _: {HEALTHY_ADDRESS},
    )


def test_it_is_set_and_shown_with_its_reason(
    environment: Environment, console: Console, cluster: Cluster
) -> None:
    cluster.reads("On")
    cluster.turns("Off")
    set_it(environment, console)
    assert "set: users move to eu-west-1, and stay there" in said(console)
    cluster.reads("Off")
    assert position(environment, console).endswith("by asha: it limps")


def test_one_that_is_set_is_not_set_again(
    environment: Environment, console: Console, cluster: Cluster
) -> None:
    cluster.reads("Off")
    set_it(environment, console)
    assert "is already set" in said(console)


def test_it_is_cleared_and_shown_with_the_time(
    environment: Environment, console: Console, cluster: Cluster
) -> None:
    cluster.turns("On")
    clear_it(environment, console)
    assert "clear: users return to eu-central-1" in said(console)
    cluster.reads("On")
    assert position(environment, console).startswith("clear, since 20")


def test_one_that_was_moved_elsewhere_is_shown_as_such(
    environment: Environment, console: Console, cluster: Cluster
) -> None:
    cluster.reads("Off")
    assert position(environment, console) == (
        "set; who set it, when and why is unknown: there is no note of it"
    )


def test_without_the_bucket_its_position_is_shown_all_the_same(
    environment: Environment, console: Console, cluster: Cluster, s3: Any
) -> None:
    s3.delete_bucket(Bucket=environment.switch_bucket)
    cluster.reads("Off")
    assert "the note cannot be read: An error occurred (NoSuchBucket)" in position(
        environment, console
    )
    cluster.reads("On")
    assert position(environment, console) == "clear: the primary is in service while it is healthy"


def test_a_lost_cluster_is_named(
    environment: Environment, console: Console, cluster: Cluster
) -> None:
    for region in ENDPOINTS:
        cluster.lose(region)
    with pytest.raises(OperationError) as caught:
        set_it(environment, console)
    told = str(caught.value)
    assert told.startswith(
        f"the switch cannot be set, and no users move (routing control {ARN}): no endpoint of"
    )
    assert all(f"{region}: Could not connect" in told for region in ENDPOINTS)
    with pytest.raises(OperationError, match=r"cannot be cleared \(routing control"):
        clear_it(environment, console)
    shown = position(environment, console)
    assert shown.startswith("cannot be read: no endpoint of the ARC cluster did it")


def test_lost_answers_are_not_taken_for_a_refusal(
    environment: Environment, console: Console, cluster: Cluster
) -> None:
    """Users may have moved, so no message may say otherwise."""

    def told(act: Callable[[Environment, Console], None]) -> str:
        for region in ENDPOINTS:
            cluster.loses_the_answer(at=region)
        with pytest.raises(OperationError) as caught:
            act(environment, console)
        assert "`failover switch show` until it can tell, or try again" in str(caught.value)
        return str(caught.value)

    cluster.reads("On", times=2)
    found = told(set_it)
    assert found.startswith(f"not known whether the switch is set (routing control {ARN}): no end")
    assert "the control is still On, and what was sent may yet arrive" in found
    cluster.reads("Off")
    assert told(clear_it).startswith("not known whether the switch is cleared (routing control ")


def test_a_set_whose_answers_are_lost_is_said_to_be_done_where_it_is(
    environment: Environment, console: Console, cluster: Cluster
) -> None:
    cluster.reads("On")
    for region in ENDPOINTS:
        cluster.loses_the_answer(at=region)
    cluster.reads("Off")
    set_it(environment, console)
    assert "set: users move to eu-west-1, and stay there" in said(console)


@pytest.mark.usefixtures("s3")
def test_its_clients_are_of_the_clusters_endpoints(environment: Environment) -> None:
    switch = commands.switch_of(environment)
    assert isinstance(switch, RoutingControlSwitch)
    client = switch._client((FIRST, ENDPOINTS[FIRST]))
    assert client.meta.endpoint_url == ENDPOINTS[FIRST]
    assert client.meta.region_name == FIRST
    assert client.meta.config.connect_timeout == 2

"""An ARC cluster of three endpoints. moto has none: botocore's stubs answer in its place, once for
each call that a test expects, and check both what is asked and what is answered."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import boto3
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError
from botocore.stub import Stubber

ARN = (
    "arn:aws:route53-recovery-control::111122223333:controlpanel/0123456789abcdef0123456789abcdef"
    "/routingcontrol/0123456789abcdef"
)
ENDPOINTS = {
    region: f"https://host-{region}.route53-recovery-cluster.{region}.amazonaws.com/v1"
    for region in ("us-west-2", "ap-southeast-2", "eu-west-1")
}
ROUTING_CONTROL = {"arn": ARN, "endpoints": ENDPOINTS}

FIRST, SECOND, THIRD = ENDPOINTS
SERVICE = "route53-recovery-cluster"
# As botocore's stubs watch it; of those that watch, the first to come is asked first.
CALLED = "before-parameter-build.*.*"
STATE = {"RoutingControlArn": ARN, "RoutingControlName": "mission-primary"}


@cache
def client(region: str) -> Any:
    """boto3 takes its time over a new client: there is one of each endpoint for all tests."""
    return boto3.Session().client(
        SERVICE,
        region_name=region,
        endpoint_url=ENDPOINTS[region],
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


class Cluster:
    """made: the endpoints of which somebody made a client."""

    def __init__(self) -> None:
        self.made: list[tuple[str, str]] = []
        self._stubs = {region: Stubber(client(region)) for region in ENDPOINTS}
        self._lost: set[str] = set()
        self._unanswered: list[str] = []
        self._then_gone: set[str] = set()
        self._surprises: list[str] = []

    def client_of(self, region: str, url: str) -> Any:
        assert url == ENDPOINTS[region]
        self.made.append((region, url))
        return client(region)

    def reads(self, state: str, *, at: str = FIRST, times: int = 1) -> None:
        """Somebody is to ask for the state, so often, and is told this one."""
        for _ in range(times):
            self._stubs[at].add_response(
                "get_routing_control_state",
                {**STATE, "RoutingControlState": state},
                {"RoutingControlArn": ARN},
            )

    def turns(self, state: str, *, at: str = FIRST) -> None:
        """Somebody is to turn the control."""
        self._stubs[at].add_response(
            "update_routing_control_state",
            {},
            {"RoutingControlArn": ARN, "RoutingControlState": state},
        )

    def refuses(self, operation: str, code: str, *, at: str) -> None:
        """Somebody is to ask for this, and is refused."""
        self._stubs[at].add_client_error(operation, code, f"{code} at {at}")

    def loses_the_answer(self, *, at: str, then_gone: bool = False) -> None:
        """Somebody is to turn the control, and never hears whether it was. then_gone: nor does
        anybody answer there from then on."""
        self._unanswered.append(at)
        self._then_gone |= {at} if then_gone else set()

    def lose(self, region: str) -> None:
        """From now on nobody answers there."""
        self._lost.add(region)

    @contextmanager
    def answering(self) -> Iterator["Cluster"]:
        """All that was to be asked is asked by the end, and nothing else."""
        watched = {region: self._watch(region) for region in ENDPOINTS}
        for region, stub in self._stubs.items():
            client(region).meta.events.register_first(CALLED, watched[region])
            stub.activate()
        try:
            yield self
        finally:
            for region, stub in self._stubs.items():
                client(region).meta.events.unregister(CALLED, watched[region])
                stub.deactivate()
        for stub in self._stubs.values():
            stub.assert_no_pending_responses()
        assert self._unanswered == []
        assert self._surprises == []

    def _watch(self, region: str) -> Callable[..., None]:
        """botocore's own error for a call that has no stub would pass for an endpoint's."""

        def called(model: Any, **_: Any) -> None:
            if region in self._lost:
                raise EndpointConnectionError(endpoint_url=ENDPOINTS[region])
            if region in self._unanswered and model.name == "UpdateRoutingControlState":
                self._unanswered.remove(region)
                self._lost |= self._then_gone & {region}
                raise ReadTimeoutError(endpoint_url=ENDPOINTS[region])
            try:
                self._stubs[region].assert_no_pending_responses()
            except AssertionError:
                return
            self._surprises.append(region)

        return called

"""An ARC cluster of three endpoints.

moto has none, so botocore's stubs stand in: one response for each call that a test expects, and
both requests and responses are validated.
"""

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
# The event that botocore's stubs listen to; handlers run in the order of registration.
CALLED = "before-parameter-build.*.*"
STATE = {"RoutingControlArn": ARN, "RoutingControlName": "mission-primary"}


@cache
def client(region: str) -> Any:
    """Creating a boto3 client is slow, so all tests share one for each endpoint."""
    return boto3.Session().client(
        SERVICE,
        region_name=region,
        endpoint_url=ENDPOINTS[region],
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


class Cluster:
    """made: the endpoints for which a client was created."""

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
        """Expects the state to be read `times` times, and answers with this one."""
        for _ in range(times):
            self._stubs[at].add_response(
                "get_routing_control_state",
                {**STATE, "RoutingControlState": state},
                {"RoutingControlArn": ARN},
            )

    def turns(self, state: str, *, at: str = FIRST) -> None:
        """Expects the control to be turned."""
        self._stubs[at].add_response(
            "update_routing_control_state",
            {},
            {"RoutingControlArn": ARN, "RoutingControlState": state},
        )

    def refuses(self, operation: str, code: str, *, at: str) -> None:
        """Expects this call, and refuses it."""
        self._stubs[at].add_client_error(operation, code, f"{code} at {at}")

    def loses_the_answer(self, *, at: str, then_gone: bool = False) -> None:
        """Expects the control to be turned, but loses the answer. then_gone: the endpoint never
        answers again."""
        self._unanswered.append(at)
        self._then_gone |= {at} if then_gone else set()

    def lose(self, region: str) -> None:
        """Makes the endpoint stop answering."""
        self._lost.add(region)

    @contextmanager
    def answering(self) -> Iterator["Cluster"]:
        """Checks at the end that every expected call was made, and no other."""
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
        """Records calls without a stub: botocore's own error would look like an endpoint's."""

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

"""The failover switch for organisations with an ARC cluster: a routing control's state.

On: the primary is in service; Off: it is not. Five regions hold the state, and three are enough:
https://docs.aws.amazon.com/r53recovery/latest/dg/routing-control.update.api.html
"""

import logging
import random
from collections import deque
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from botocore.config import Config  # pyright: ignore[reportMissingTypeStubs]
from botocore.exceptions import (  # pyright: ignore[reportMissingTypeStubs]
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
)

from functions.failover_control.agreed import CLEARED_KEY, NOTE_KEY
from functions.failover_control.notes import code_of, note, read_note, written_at
from functions.failover_control.switch import Moved, Position, Setting, UncertainError, Unnoted

CLUSTER_SERVICE = "route53-recovery-cluster"
# For a cluster's clients: the next endpoint is the retry, and two may be in lost regions.
CLUSTER_TIMEOUTS = Config(
    connect_timeout=2, read_timeout=4, retries={"mode": "standard", "total_max_attempts": 1}
)
ON, OFF = "On", "Off"
# Raised before anything is sent. There is only one attempt, so no earlier one was sent either.
NEVER_SENT = (NoCredentialsError, EndpointConnectionError, ConnectTimeoutError)
# The only refusal that does not say how far the cluster got.
BROKE_OFF = "InternalServerException"

Endpoint = tuple[str, str]
"""A region, and the cluster's URL there."""
ClientOf = Callable[[str, str], Any]
"""Creates a client for an endpoint."""

log = logging.getLogger(__name__)


class ClusterError(BotoCoreError):
    """No endpoint of the cluster did what it was asked; the message gives the reason for each."""

    fmt = "no endpoint of the ARC cluster did it: {reasons}"

    def __init__(self, failures: Sequence[tuple[str, Exception]], *, more: str = "") -> None:
        self.failures = tuple(failures)
        """Each endpoint's region, and what went wrong there."""
        told = "; ".join(f"{region}: {error}" for region, error in failures)
        super().__init__(reasons=told + more)  # pyright: ignore[reportUnknownMemberType]


class UnconfirmedError(ClusterError, UncertainError):
    """No endpoint confirmed that it changed the control, but one may have done so."""

    fmt = "no endpoint of the ARC cluster confirms it: {reasons}"


def in_random_order(endpoints: Mapping[str, str]) -> list[Endpoint]:
    """The endpoints in random order, as AWS recommends, so that not every caller starts with the
    same one:
    https://docs.aws.amazon.com/r53recovery/latest/dg/route53-arc-best-practices.html
    """
    return random.sample(sorted(endpoints.items()), k=len(endpoints))


class RoutingControlSwitch:
    """A `FailoverSwitch` that is a routing control.

    ARC alone is the source of truth. Who moved it, when and why is noted in the bucket, best
    effort. Failing to write a note is only logged: it neither keeps the switch from moving nor
    makes the move look like a failure. Failing to read one does not hide that the switch is set.
    Moving the control by other means leaves no note, so an old one may be shown.

    client_of: creates a boto3 client for an endpoint. s3: a client for the bucket's region.
    endpoints: the cluster's, in the order to try them in.

    Every method raises ClusterError if no endpoint answers; `set` and `clear` raise its subclass
    UnconfirmedError if the control may have changed anyway.
    """

    def __init__(
        self, client_of: ClientOf, s3: Any, *, bucket: str, arn: str, endpoints: Sequence[Endpoint]
    ) -> None:
        self._client_of = client_of
        self._s3 = s3
        self._bucket = bucket
        self._arn = arn
        # The one that answered last comes first.
        self._endpoints = deque(endpoints)
        self._clients: dict[Endpoint, Any] = {}

    def setting(self) -> Setting | Unnoted | None:
        """How the switch was set, or None while the primary is in service."""
        if self._is_on():
            return None
        try:
            found = read_note(self._s3, self._bucket, NOTE_KEY)
        except (BotoCoreError, ClientError) as error:
            return Unnoted(f"the note cannot be read: {error}")
        if found is None:
            return Unnoted("there is no note of it")
        at, said = found
        return Setting(at, said.get("by", "unknown"), said.get("reason", ""))

    def set(
        self,
        *,
        by: str,
        reason: str,
        as_of: datetime | None = None,  # noqa: ARG002
    ) -> Moved:
        """Takes the primary out of service; the first reason is kept. as_of is ignored: ARC keeps
        no times, so whoever moves the control last wins."""
        if not self._is_on():
            return Moved(changed=False, is_set=True)
        self._turn(OFF)
        with self._noting("set"):
            # Replaces a note that an earlier clear failed to delete.
            self._s3.put_object(Bucket=self._bucket, Key=NOTE_KEY, Body=note(by, reason))
        return Moved(changed=True, is_set=True)

    def clear(self, *, by: str, reason: str) -> Moved:
        """Puts the primary back in service."""
        # Written first: late alarms are compared with this note's time.
        with self._noting("about to be cleared"):
            self._s3.put_object(Bucket=self._bucket, Key=CLEARED_KEY, Body=note(by, reason))
        self._turn(ON)
        with self._noting("clear"):
            self._s3.delete_object(Bucket=self._bucket, Key=NOTE_KEY)
        return Moved(changed=True, is_set=False)

    def cleared_at(self) -> datetime | None:
        """When the switch was last cleared; None if it never was. Raises if S3 does not say: a late
        alarm must not latch just because it is unknown whether it was dealt with."""
        return written_at(self._s3, self._bucket, CLEARED_KEY)

    def reconcile(self) -> Position:
        """Returns the position only: ARC itself makes its regions agree."""
        return Position(is_set=not self._is_on())

    def _is_on(self) -> bool:
        answer = self._ask(
            lambda client: client.get_routing_control_state(RoutingControlArn=self._arn)
        )
        return answer["RoutingControlState"] == ON

    def _turn(self, state: str) -> None:
        """Changes the control's state. If an answer is lost, the request may have arrived, so ARC
        is asked for the state. If that is still the old one, it may yet change."""
        try:
            self._ask(
                lambda client: client.update_routing_control_state(
                    RoutingControlArn=self._arn, RoutingControlState=state
                )
            )
        except ClusterError as error:
            if not any(_may_have_arrived(failure) for _, failure in error.failures):
                raise
            try:
                turned = self._is_on() == (state == ON)
            except ClusterError:
                more = "; the control's state cannot be read either"
                raise UnconfirmedError(error.failures, more=more) from None
            if not turned:
                before = OFF if state == ON else ON
                more = f"; the control is still {before}, and what was sent may yet arrive"
                raise UnconfirmedError(error.failures, more=more) from None

    def _ask(self, call: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        """The first answer that an endpoint gives. Raises ClusterError.

        A refusal is no answer: a region in trouble may well refuse.
        """
        failures: list[tuple[str, Exception]] = []
        for _ in range(len(self._endpoints)):
            endpoint = self._endpoints[0]
            try:
                return call(self._client(endpoint))
            except (BotoCoreError, ClientError) as error:
                failures.append((endpoint[0], error))
                self._endpoints.rotate(-1)
        raise ClusterError(failures)

    def _client(self, endpoint: Endpoint) -> Any:
        if endpoint not in self._clients:
            self._clients[endpoint] = self._client_of(*endpoint)
        return self._clients[endpoint]

    @contextmanager
    def _noting(self, position: str) -> Generator[None]:
        """Wraps the writing of a note, and logs that there is none if it fails."""
        try:
            yield
        except (BotoCoreError, ClientError) as error:
            log.warning("the switch is %s, and no note says so: %s", position, error)


def _may_have_arrived(error: Exception) -> bool:
    """Whether a request that failed like this may have taken effect."""
    if isinstance(error, ClientError):
        return code_of(error) == BROKE_OFF
    return not isinstance(error, NEVER_SENT)

"""In front of moto, which lacks it: Amazon Application Recovery Controller's zonal shifts.

Load balancers with zonal shift turned on are its resources, in their own region. It keeps shifts
and refuses what ARC refuses; the name server leaves a shifted zone's addresses out.
https://docs.aws.amazon.com/arc-zonal-shift/latest/api/Welcome.html
"""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from moto.backends import get_backend
from moto.moto_api._internal import mock_random

from sandbox.embedded_aws import requests
from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.calls.reading import read

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SERVICE = "arc-zonal-shift"
ATTRIBUTE = "zonal_shift.config.enabled"
# https://docs.aws.amazon.com/arc-zonal-shift/latest/api/API_StartZonalShift.html
EXPIRES_IN = re.compile(r"([1-9][0-9]*)(m|h)")
LONGEST = timedelta(hours=72)
UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1)}

Json = dict[str, Any]


@dataclass
class Shift:
    """A zonal shift, which expires by itself."""

    id: str
    region: str
    resource: str
    """ARN of the load balancer."""
    away_from: str
    """The zone's ID, such as aps1-az1."""
    start: datetime
    expiry: datetime
    comment: str
    cancelled: bool = False

    @property
    def status(self) -> str:
        if self.cancelled:
            return "CANCELED"  # codespell:ignore
        return "ACTIVE" if datetime.now(UTC) < self.expiry else "EXPIRED"

    def told(self) -> Json:
        """As in an answer; times in seconds of Unix time."""
        return {
            "zonalShiftId": self.id,
            "resourceIdentifier": self.resource,
            "awayFrom": self.away_from,
            "startTime": self.start.timestamp(),
            "expiryTime": self.expiry.timestamp(),
            "status": self.status,
            "comment": self.comment,
        }


SHIFTS: dict[str, Shift] = {}
"""By ID, in the order of their start."""


def with_zonal_shifts(application: "WSGIApplication") -> "WSGIApplication":
    """The same AWS, with ARC's zonal shifts."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        asked = requests.scope(environ)
        call = read(environ) if asked and asked.service == SERVICE else None
        if call is None:
            return application(environ, start_response)
        if call.operation not in OPERATIONS:
            raise NotImplementedError("autoshifts and practice runs")
        try:
            told = OPERATIONS[call.operation](call)
        except Refusal as refused:
            return requests.refuse(environ, start_response, refused)
        status = "201 Created" if call.operation == "StartZonalShift" else "200 OK"
        content = json.dumps(told).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(content)))]
        start_response(status, headers)
        return [content]

    return answer


def shifted_zones(balancer_arn: str) -> set[str]:
    """The IDs of the zones that users are shifted away from, of a load balancer."""
    return {one.away_from for one in _active(balancer_arn)}


def _start(call: Call) -> Json:
    asked = call.parameters
    arn, zone = asked["resourceIdentifier"], asked["awayFrom"]
    zones = _zones(call, arn)
    lasts = _duration(asked["expiresIn"])
    if zone not in zones:
        raise Refusal("ValidationException", f"{arn} is not in the Availability Zone {zone}")
    if _active(arn):
        raise Refusal("ConflictException", f"{arn} has an active zonal shift", status=409)
    now = datetime.now(UTC)
    identifier = str(mock_random.uuid4())
    shift = Shift(identifier, call.region, arn, zone, now, now + lasts, asked["comment"])
    SHIFTS[identifier] = shift
    return shift.told()


def _update(call: Call) -> Json:
    shift = _changeable(call)
    if "expiresIn" in call.parameters:
        shift.expiry = datetime.now(UTC) + _duration(call.parameters["expiresIn"])
    shift.comment = call.parameters.get("comment", shift.comment)
    return shift.told()


def _cancel(call: Call) -> Json:
    shift = _changeable(call)
    shift.cancelled = True
    return shift.told()


def _list(call: Call) -> Json:
    """All in one page."""
    asked = call.parameters
    found = [
        shift.told()
        for shift in SHIFTS.values()
        if shift.region == call.region
        and asked.get("status", shift.status) == shift.status
        and asked.get("resourceIdentifier", shift.resource) == shift.resource
    ]
    return {"items": found}


def _list_resources(call: Call) -> Json:
    """All in one page."""
    found = [
        {"arn": arn, "name": name, "availabilityZones": zones, **_state(arn, zones)}
        for arn, (name, zones) in _resources(call).items()
    ]
    return {"items": found}


def _get_resource(call: Call) -> Json:
    arn = call.parameters["resourceIdentifier"]
    zones = _zones(call, arn)
    return {"arn": arn, "name": _resources(call)[arn][0], **_state(arn, zones)}


def _state(arn: str, zones: list[str]) -> Json:
    active = _active(arn)
    shifted = {shift.away_from for shift in active}
    return {
        "appliedWeights": {zone: 0.0 if zone in shifted else 1.0 for zone in zones},
        "zonalShifts": [{**shift.told(), "appliedStatus": "APPLIED"} for shift in active],
        "autoshifts": [],
        "zonalAutoshiftStatus": "DISABLED",
    }


def _active(arn: str) -> list[Shift]:
    return [one for one in SHIFTS.values() if one.resource == arn and one.status == "ACTIVE"]


def _changeable(call: Call) -> Shift:
    identifier = call.parameters["zonalShiftId"]
    shift = SHIFTS.get(identifier)
    if shift is None or shift.region != call.region:
        message = f"the zonal shift {identifier} does not exist"
        raise Refusal("ResourceNotFoundException", message, status=404)
    if shift.status != "ACTIVE":
        message = f"the zonal shift {identifier} is {shift.status}"
        raise Refusal("ConflictException", message, status=409)
    return shift


def _resources(call: Call) -> dict[str, tuple[str, list[str]]]:
    """The region's load balancers that take zonal shifts: name and zone IDs by ARN."""
    balancers: Any = get_backend("elbv2")[call.account][call.region].load_balancers
    zones: Any = get_backend("ec2")[call.account][call.region].describe_availability_zones()
    ids = {zone.name: zone.zone_id for zone in zones}
    return {
        arn: (one.name, [ids[zone.zone_name] for zone in one.availability_zones])
        for arn, one in balancers.items()
        if one.attrs.get(ATTRIBUTE) == "true"
    }


def _zones(call: Call, arn: str) -> list[str]:
    known = _resources(call)
    if arn not in known:
        message = f"{arn} is not a resource that takes zonal shifts in {call.region}"
        raise Refusal("ResourceNotFoundException", message, status=404)
    return known[arn][1]


def _duration(text: str) -> timedelta:
    found = EXPIRES_IN.fullmatch(text)
    lasts = int(found[1]) * UNITS[found[2]] if found else LONGEST * 2
    if lasts > LONGEST:
        raise Refusal("ValidationException", f"expiresIn must be at most 72h, and is {text}")
    return lasts


OPERATIONS: dict[str, Callable[[Call], Json]] = {
    "CancelZonalShift": _cancel,
    "GetManagedResource": _get_resource,
    "ListManagedResources": _list_resources,
    "ListZonalShifts": _list,
    "StartZonalShift": _start,
    "UpdateZonalShift": _update,
}

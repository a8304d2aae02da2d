"""The embedded AWS's own controls, under a path that AWS does not have.

GET    /_embedded/outages              the lost regions, as a JSON list
PUT    /_embedded/outages/REGION       loses a region
DELETE /_embedded/outages/REGION       brings it back
GET    /_embedded/mail                 the mails that alarms have sent, the oldest first, as a JSON
                                       list of {to, subject, text}
PUT    /_embedded/zone-ids/NAME/ID     gives the next hosted zone NAME this ID; in another account,
                                       with a trailing /ACCOUNT
PUT    /_embedded/quotas/CODE/VALUE    sets an account quota in all regions, or in one with a
                                       trailing /REGION
PUT    /_embedded/regions/REGION       enables an opt-in region for the account
DELETE /_embedded/regions/REGION       disables it
GET    /_embedded/needs/ROLE           what a role's requests have needed so far, as a JSON list
                                       of action, resource, region and detail
PUT    /_embedded/certificates/SECONDS how long ACM takes to issue a validated certificate
PUT    /_embedded/warm-up/SECONDS      how long a new instance warms up during an instance refresh
PUT    /_embedded/boots/SECONDS        how long a new instance may take to start its release
PUT    /_embedded/variables/FILE      gives instances' releases further variables, by region: the
                                       JSON in this file, an absolute path
PUT    /_embedded/clones/RECORD        forks a process with the same state, which records itself in
                                       this file, an absolute path

Errors are 400, or 404 for an unknown path, with {"message": why}.
"""

import json
import math
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.route53.models import HostedZoneIdentifier
from moto.utilities.id_generator import moto_id_manager
from pydantic import TypeAdapter

from modules.quotas import QUOTAS
from sandbox.embedded_aws.account import OPT_IN_REGIONS, account
from sandbox.embedded_aws.outages import Outages
from sandbox.embedded_aws.permissions.authorization import NEEDED

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

CODES = {quota.code: quota for quota in QUOTAS}
# What takes how long: the account's attribute, and its name in an error.
SECONDS = {
    "boots": ("boot_seconds", "a boot's seconds"),
    "certificates": ("certificate_seconds", "a certificate's seconds"),
    "warm-up": ("warm_up_seconds", "the warm-up's seconds"),
}
VARIABLES = TypeAdapter(dict[str, dict[str, str]])
# No bucket name can start like this.
PATH = "/_embedded/"


class BadRequestError(ValueError):
    """Its message is one sentence for the caller."""


class ControlEndpoint:
    """In front of all other layers. clone: forks a process that records itself in this file. mail:
    gives the mails sent so far."""

    def __init__(
        self,
        outages: Outages,
        clone: Callable[[Path], None],
        mail: Callable[[], list[Any]] = list,
    ) -> None:
        self._outages = outages
        self._clone = clone
        self._mail = mail

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if not path.startswith(PATH):
            return self._outages(environ, start_response)
        status, told = self._answer(environ["REQUEST_METHOD"], _text(path).removeprefix(PATH))
        content = json.dumps(told).encode()
        start_response(
            status,
            [("Content-Type", "application/json"), ("Content-Length", str(len(content)))],
        )
        return [content]

    def _answer(self, method: str, path: str) -> tuple[str, Any]:
        """An HTTP status line and a body to send as JSON."""
        what = path.split("/")
        try:
            if self._do(method, what):
                return "200 OK", self._told(what)
        except BadRequestError as error:
            return "400 Bad Request", {"message": str(error)}
        return "404 Not Found", {"message": f"nothing does {method} {path}"}

    def _told(self, what: list[str]) -> list[Any]:
        match what:
            case ["needs", role]:
                return sorted(NEEDED.get(role, ()))
            case ["mail"]:
                return self._mail()
            case _:
                return sorted(self._outages.lost)

    def _do(self, method: str, what: list[str]) -> bool:
        match method, what:
            case "GET", ["outages"] | ["needs", _] | ["mail"]:
                pass
            case "PUT", ["outages", region]:
                self._outages.lost.add(region)
            case "DELETE", ["outages", region]:
                self._outages.lost.discard(region)
            case "PUT", ["zone-ids", name, zone_id, *others]:
                number = others[0] if others else DEFAULT_ACCOUNT_ID
                identifier = HostedZoneIdentifier(number, f"{name}.", None)
                moto_id_manager.set_custom_id(identifier, zone_id)
            case "PUT", ["quotas", code, value] if code in CODES:
                account.allow(CODES[code], _number(f"quota {code}", value))
            case "PUT", ["quotas", code, value, region] if code in CODES:
                account.allow(CODES[code], _number(f"quota {code}", value), region)
            case "PUT", ["regions", region]:
                account.disabled_regions.discard(region)
            case "DELETE", ["regions", region] if region in OPT_IN_REGIONS:
                account.disabled_regions.add(region)
            case "PUT", [name, seconds] if name in SECONDS:
                attribute, of = SECONDS[name]
                setattr(account, attribute, _number(of, seconds))
            case "PUT", ["variables", "", *path]:
                account.instance_variables = _variables(Path("/", *path))
            case "PUT", ["clones", "", *path]:
                self._clone_into(Path("/", *path))
            case _:
                return False
        return True

    def _clone_into(self, record: Path) -> None:
        try:
            self._clone(record)
        except OSError as error:
            raise BadRequestError(f"no clone can be recorded in {record}: {error}") from None


def _text(path: str) -> str:
    """WSGI has UTF-8 as Latin-1: https://peps.python.org/pep-3333/#unicode-issues"""
    return path.encode("latin-1").decode(errors="replace")


def _variables(file: Path) -> dict[str, dict[str, str]]:
    try:
        return VARIABLES.validate_json(file.read_bytes(), strict=True)
    except (OSError, ValueError) as error:
        raise BadRequestError(f"{file} has no variables by region: {error}") from None


def _number(what: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number < math.inf:
        raise BadRequestError(f"{what} must be a number of at least 0, and is '{text}'")
    return number

"""The embedded AWS from the outside: its address, and how to point AWS clients at it."""

import json
import os
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import boto3  # pyright: ignore[reportMissingTypeStubs]
import botocore.session  # pyright: ignore[reportMissingTypeStubs]
from botocore.config import Config  # pyright: ignore[reportMissingTypeStubs]

from modules.quotas import VCPUS
from modules.regions import GLOBAL_REGION
from terminal.errors import OperationError

KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
# Makes sure that no client ever reaches the user's real account.
NOTHING_OF_THE_USERS = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}
# The same for boto3: where a setting may come from, and its default.
NOT_READ = (None, None, None, None)
NO_FILE = (None, None, os.devnull, None)
# The role that AWS Organizations makes in an account that it creates, for the administrators of the
# account that asked for it, which here is the deployment's:
# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access.html
ADMINISTRATORS = "OrganizationAccountAccessRole"

# Sessions are not thread-safe, but the clients they create are:
# https://docs.aws.amazon.com/boto3/latest/guide/session.html#multithreading-or-multiprocessing-with-sessions
MAKING_A_CLIENT = threading.Lock()


class EmbeddedAwsError(OperationError):
    """The embedded AWS did not start, does not answer, or refused a request."""


@dataclass(frozen=True)
class EmbeddedAws:
    url: str
    """Such as http://127.0.0.1:40123."""
    credentials: Mapping[str, str] = field(default_factory=lambda: KEYS, hash=False)
    """As environment variables; an administrator's by default."""
    name_server: str = ""
    """What answers for its hosted zones, such as 127.0.0.1:5300."""

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables that point Terraform, cdktf and AWS clients at it, and the
        operator's commands at its name server."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            **self.credentials,
            **NOTHING_OF_THE_USERS,
            "FAILOVER_NAME_SERVERS": self.name_server,
        }

    def environ(self, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
        """`environ` with these variables, and without any others that AWS clients read."""
        others = {name: value for name, value in environ.items() if not name.startswith("AWS_")}
        return {**others, **self.variables}

    def client(self, service: str, region: str) -> Any:
        """A boto3 client connected to it."""
        session = _session(*(self.credentials.get(name) for name in CREDENTIALS))
        # No proxy for loopback; and signed URLs that name their region, which may be lost.
        config = Config(proxies={}, signature_version="s3v4" if service == "s3" else None)
        with MAKING_A_CLIENT:
            return session.client(service, region, endpoint_url=self.url, config=config)  # pyright: ignore[reportCallIssue, reportArgumentType, reportUnknownMemberType, reportUnknownVariableType]

    def assume(self, role: str) -> "EmbeddedAws":
        """The same, with this role's credentials for twelve hours.

        Raises botocore's ClientError if there is no role of this name.
        """
        return self._as(self.client("iam", GLOBAL_REGION).get_role(RoleName=role)["Role"]["Arn"])

    def _as(self, arn: str) -> "EmbeddedAws":
        given: dict[str, Any] = self.client("sts", GLOBAL_REGION).assume_role(
            RoleArn=arn, RoleSessionName="embedded-aws", DurationSeconds=12 * 3600
        )["Credentials"]
        parts = (given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
        return replace(self, credentials=dict(zip(CREDENTIALS, parts, strict=True)))

    def in_account(self, number: str) -> "EmbeddedAws":
        """The same, as an administrator of another account."""
        return self._as(f"arn:aws:iam::{number}:role/{ADMINISTRATORS}")

    def lose(self, region: str) -> None:
        """Loses a region: until `restore`, requests signed for it fail."""
        self._control("PUT", f"outages/{region}")

    def restore(self, region: str) -> None:
        """Brings a region back with its state intact."""
        self._control("DELETE", f"outages/{region}")

    @property
    def lost(self) -> list[str]:
        """The lost regions."""
        return self._control("GET", "outages")

    @property
    def mail(self) -> list[dict[str, str]]:
        """What alarms have mailed, the oldest first: to, subject, text."""
        return self._control("GET", "mail")

    def choose_zone_id(self, zone: str, zone_id: str, number: str | None = None) -> None:
        """Makes the next hosted zone created as `zone` get this ID. number: of the zone's account,
        where that is another."""
        self._control("PUT", f"zone-ids/{zone}/{zone_id}" + (f"/{number}" if number else ""))

    def needs(self, role: str) -> list[list[str]]:
        """What a role's requests have needed so far: action, resource, region, detail or ""."""
        return self._control("GET", f"needs/{role}")

    def allow(self, quota: str, value: float, region: str | None = None) -> None:
        """Sets a quota, by its code, in one region or in all."""
        self._control("PUT", f"quotas/{quota}/{value:g}" + (f"/{region}" if region else ""))

    def allow_vcpus(self, vcpus: int) -> None:
        """Sets the account's vCPU quota in every region; a new account has 5."""
        self.allow(VCPUS.code, vcpus)

    def enable(self, region: str) -> None:
        """Enables an opt-in region for the account. All are enabled at first."""
        self._control("PUT", f"regions/{region}")

    def disable(self, region: str) -> None:
        """Disables an opt-in region: its APIs then reject the account."""
        self._control("DELETE", f"regions/{region}")

    def delay_certificates(self, seconds: float) -> None:
        """Sets how long ACM takes to issue a certificate once its validation records exist."""
        self._control("PUT", f"certificates/{seconds:g}")

    def delay_instances(self, seconds: float) -> None:
        """Sets how long a new instance warms up during an instance refresh; at first not at all."""
        self._control("PUT", f"warm-up/{seconds:g}")

    def limit_boots(self, seconds: float) -> None:
        """Sets how long a new instance may take until its release passes the first health check; at
        first 10 s."""
        self._control("PUT", f"boots/{seconds:g}")

    def give_instances(self, file: Path) -> None:
        """Gives the releases of instances further variables: {REGION: {NAME: VALUE}}, as JSON in a
        file. They replace the instance's own; what was given before is taken away."""
        self._control("PUT", f"variables/{urllib.parse.quote(str(file.resolve()))}")

    def clone(self, record: Path) -> None:
        """Forks it: `sandbox.embedded_aws.cloned` does the rest."""
        self._control("PUT", f"clones/{urllib.parse.quote(str(record.resolve()))}")

    def _control(self, method: str, path: str) -> list[Any]:
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        request = urllib.request.Request(f"{self.url}/_embedded/{path}", method=method)  # noqa: S310
        try:
            with direct.open(request, timeout=10) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            said = json.load(error)["message"] if error.code in (400, 404) else error
            raise EmbeddedAwsError(f"the embedded AWS refuses: {said}") from None
        except OSError as error:  # all of urllib's, and a connection that ends with the process
            raise EmbeddedAwsError(
                f"the embedded AWS at {self.url} does not answer: {error}"
            ) from None


@cache
def _session(*keys: str | None) -> boto3.Session:
    """One session for all clients with the same credentials: it reads each service's model only
    once, which takes longer than everything else in creating a client."""
    unread = {"profile": NOT_READ, "config_file": NO_FILE, "credentials_file": NO_FILE}
    return boto3.Session(*keys, botocore_session=botocore.session.Session(session_vars=unread))

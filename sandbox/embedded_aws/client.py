"""The embedded AWS as its users see it: an address, and what leads AWS's clients to it."""

import json
import os
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import boto3  # pyright: ignore[reportMissingTypeStubs]
import botocore.session  # pyright: ignore[reportMissingTypeStubs]
from botocore.config import Config  # pyright: ignore[reportMissingTypeStubs]

from modules.quotas import VCPUS
from terminal.errors import OperationError

KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
# Whatever goes wrong, nobody's real account is reached.
NOTHING_OF_THE_USERS = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}
# The same for boto3: where a setting's value is from, and what it is otherwise.
NOT_READ = (None, None, None, None)
NO_FILE = (None, None, os.devnull, None)


class EmbeddedAwsError(OperationError):
    """The embedded AWS did not start, does not answer, or refuses what it is asked for."""


@dataclass(frozen=True)
class EmbeddedAws:
    """An AWS on loopback."""

    url: str
    """Such as http://127.0.0.1:40123."""
    credentials: Mapping[str, str] = field(default_factory=lambda: KEYS, hash=False)
    """The environment variables that hold them; by default an administrator's."""

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables that lead Terraform, cdktf and AWS's clients to it."""
        return {"AWS_ENDPOINT_URL": self.url, **self.credentials, **NOTHING_OF_THE_USERS}

    def environ(self, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
        """`environ` with these variables, and without any other that AWS's clients read."""
        others = {name: value for name, value in environ.items() if not name.startswith("AWS_")}
        return {**others, **self.variables}

    def client(self, service: str, region: str) -> Any:
        """A boto3 client that talks to it."""
        unread = {"profile": NOT_READ, "config_file": NO_FILE, "credentials_file": NO_FILE}
        own = botocore.session.Session(session_vars=unread)
        keys = [self.credentials.get(name) for name in CREDENTIALS]
        session = boto3.Session(*keys, region_name=region, botocore_session=own)
        config = Config(proxies={})  # none is asked for what is on loopback
        return session.client(service, endpoint_url=self.url, config=config)  # pyright: ignore[reportCallIssue, reportArgumentType, reportUnknownMemberType, reportUnknownVariableType]

    def assume(self, role: str) -> "EmbeddedAws":
        """The same with the credentials of this role, by its name, for twelve hours.

        Raises botocore's ClientError where there is no such role."""
        arn = self.client("iam", "us-east-1").get_role(RoleName=role)["Role"]["Arn"]
        given: dict[str, Any] = self.client("sts", "us-east-1").assume_role(
            RoleArn=arn, RoleSessionName="embedded-aws", DurationSeconds=12 * 3600
        )["Credentials"]
        parts = (given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
        return replace(self, credentials=dict(zip(CREDENTIALS, parts, strict=True)))

    def lose(self, region: str) -> None:
        """Loses a region: until `restore`, nothing that is signed for it is answered."""
        self._control("PUT", f"outages/{region}")

    def restore(self, region: str) -> None:
        """Gets a region back, as it was."""
        self._control("DELETE", f"outages/{region}")

    @property
    def lost(self) -> list[str]:
        """The lost regions."""
        return self._control("GET", "outages")

    def choose_zone_id(self, zone: str, zone_id: str) -> None:
        """Gives the hosted zone `zone`, when it is created, this ID."""
        self._control("PUT", f"zone-ids/{zone}/{zone_id}")

    def needs(self, role: str) -> list[list[str]]:
        """What a role's requests needed so far: action, resource, region, and a detail or empty."""
        return self._control("GET", f"needs/{role}")

    def allow(self, quota: str, value: float, region: str | None = None) -> None:
        """Gives the account this much of a quota, by its code, in a region or in every one."""
        self._control("PUT", f"quotas/{quota}/{value:g}" + (f"/{region}" if region else ""))

    def allow_vcpus(self, vcpus: int) -> None:
        """Gives the account this many vCPUs in every region; it starts with a new account's 5."""
        self.allow(VCPUS.code, vcpus)

    def enable(self, region: str) -> None:
        """Enables an opt-in region for the account, as all are at first."""
        self._control("PUT", f"regions/{region}")

    def disable(self, region: str) -> None:
        """Disables an opt-in region: its APIs do not know the account."""
        self._control("DELETE", f"regions/{region}")

    def delay_certificates(self, seconds: float) -> None:
        """Makes ACM take so long to issue a certificate once its validation records are there."""
        self._control("PUT", f"certificates/{seconds:g}")

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
        except (urllib.error.URLError, TimeoutError) as error:
            raise EmbeddedAwsError(
                f"the embedded AWS at {self.url} does not answer: {error}"
            ) from None

"""A deployed system whose standby could take over: what the breaks break."""

import gzip
import io
import tarfile
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from environments import ROLES, Environment, Role
from functions.standby_readiness.checks import CHECKS
from functions.standby_readiness.outcome import CheckOutcome
from operations.delivery.bucket import ReleasesBucket
from operations.readiness.checks import OF_THE_DEPLOYMENT
from operations.readiness.commands import outcomes_of
from operations.readiness.deployment import Deployment
from releases import Pointer
from releases.pointer import now
from sandbox.embedded_aws import EmbeddedAws

ON_CALL = "oncall@example.com"
RUN = b"""#!/bin/sh
exec python3 -c '
import http.server, os
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_): pass
http.server.HTTPServer(("", int(os.environ["PORT"])), Answer).serve_forever()'
"""


@dataclass
class Measured:
    """CloudWatch, with values of metrics that only AWS publishes, or that a function would."""

    cloudwatch: Any
    values: dict[str, float]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.cloudwatch, name)

    def get_metric_statistics(self, **asked: Any) -> dict[str, Any]:
        self.cloudwatch.get_metric_statistics(**asked)  # refuses those without the permission
        value = self.values.get(asked["MetricName"])
        if value is None:
            return {"Datapoints": []}
        of_now = {"Timestamp": datetime.now(UTC), asked["Statistics"][0]: value}
        return {"Datapoints": [of_now]}


@dataclass
class Whole:
    """The system, and what surrounds it."""

    environment: Environment
    aws: EmbeddedAws
    metrics: dict[str, float] = field(default_factory=dict[str, float])
    name_servers: list[str] = field(default_factory=list[str])
    """What DNS says of the zone's delegation."""

    @property
    def deployment(self) -> Deployment:
        return Deployment(self.environment, client=self.client, resolve=self.resolve)

    def client(self, service: str, region: str) -> Any:
        made = self.aws.client(service, region)
        return Measured(made, self.metrics) if service == "cloudwatch" else made

    def resolve(self, _name: str, _kind: str) -> list[str]:
        return self.name_servers

    def of(self, service: str, role: Role = "dr") -> Any:
        """An administrator's client for a region."""
        return self.aws.client(service, self.environment.regional(role).region)

    def run(self, check: str) -> list[CheckOutcome]:
        """What the check of this name finds."""
        deployment = self.deployment
        for one in CHECKS:
            if one.name == check:
                return one(deployment.standby)
        (other,) = [one for one in OF_THE_DEPLOYMENT if one.name == check]
        return other(deployment)

    def faults(self) -> list[CheckOutcome]:
        """What all checks find that stands in the way."""
        return [one for one in outcomes_of(self.deployment) if one.status.counts]


Break = Callable[[Whole], Generator[None]]
BREAKS: dict[str, list[Break]] = {}
"""By the name of the check that must find them. Each breaks one thing, and puts it back."""


def found_by(check: str) -> Callable[[Break], Break]:
    def register(one: Break) -> Break:
        BREAKS.setdefault(check, []).append(one)
        return one

    return register


def broken(one: Break, whole: Whole) -> Any:
    """A context in which it is broken."""
    return contextmanager(one)(whole)


def make_whole(whole: Whole) -> None:
    """Does what an operator, SNS's subscribers and the functions do after a deployment."""
    environment, aws = whole.environment, whole.aws
    whole.metrics |= {"StandbyNeeded": 1, environment_lag(environment): 500}
    route53 = aws.client("route53", "us-east-1")
    zone = route53.get_hosted_zone(Id=whole.deployment.zone_id)
    whole.name_servers = zone["DelegationSet"]["NameServers"]
    for role in ROLES:
        sns = whole.of("sns", role)
        subscribe(sns, f"{environment.regional_prefix(role)}-alerts")
        deliver(whole, role, archive())
    subscribe(aws.client("sns", "us-east-1"), f"{environment.name}-global-alerts")


def environment_lag(environment: Environment) -> str:
    kind = environment.data.kind
    return kind.lag_metric if kind else "none"


def subscribe(sns: Any, topic: str) -> str:
    (arn,) = [
        one["TopicArn"]
        for one in sns.list_topics()["Topics"]
        if one["TopicArn"].endswith(f":{topic}")
    ]
    sns.subscribe(TopicArn=arn, Protocol="email", Endpoint=ON_CALL)
    return arn


def archive(content: bytes = RUN) -> bytes:
    """A release that answers 200 to everything, the same each time."""
    packed = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w") as tar,
    ):
        member = tarfile.TarInfo("run")
        member.mode, member.size = 0o755, len(content)
        tar.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def deliver(whole: Whole, role: Role, packed: bytes) -> None:
    """Puts a release into a region's bucket and makes it current."""
    bucket = ReleasesBucket.of(
        whole.environment, role, lambda service, region, **_: whole.aws.client(service, region)
    )
    digest = sha256(packed).hexdigest()
    with tempfile.NamedTemporaryFile() as file:
        file.write(packed)
        file.flush()
        bucket.upload(Path(file.name), digest)
    pointer = Pointer(release=digest, previous=None, by="tests", at=now(), why="")
    bucket.point(pointer, bucket.current())

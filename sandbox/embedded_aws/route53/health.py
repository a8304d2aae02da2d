"""What Route 53's health checks find.

They are settled: what they find now, without the intervals, thresholds and delays of real ones. A
page is not opened: a load balancer answers for its healthy targets, unless its region is lost.
"""

# Reads moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false, reportArgumentType=false

import re
from collections.abc import Collection
from ipaddress import ip_network

from moto.cloudwatch.models import cloudwatch_backends
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.route53.models import HealthCheck, RecordSet, route53_backends
from moto.s3.models import FakeKey, s3_backends

from modules.checkers import CHECKER_RANGES
from sandbox.embedded_aws.refusals.policies.evaluation import PolicyRequest, lets
from sandbox.embedded_aws.refusals.route53_zones import PARTITION, find_balancer, plain
from sandbox.embedded_aws.route53 import balancers, hosted_zones
from sandbox.route53 import rules

# An endpoint of S3, by the virtual-hosted style:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
S3_HOST = re.compile(r"(?P<bucket>[a-z0-9.-]+)\.s3\.(?P<region>[a-z0-9-]+)\.amazonaws\.com")
READ = "s3:GetObject"
# What a bucket's policy may ask of a checker.
CHECKER = {
    "aws:securetransport": "true",
    "aws:sourceip": str(ip_network(CHECKER_RANGES[0])[1]),
}


class Health:
    """At one moment. lost: the lost regions."""

    def __init__(self, lost: Collection[str]) -> None:
        self._lost = lost

    def of_check(self, identifier: str) -> bool:
        """Whether a health check, of whichever account, reports healthy. Of a deleted one, AWS
        says that it cannot be predicted; here, it does.

        https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-deleting.html
        """
        check = find_check(identifier)
        if check is None:
            return True
        return rules.reported(
            healthy=self._finds(check), inverted=check.inverted, disabled=check.disabled
        )

    def of_record(self, record: RecordSet, links: int = hosted_zones.LONGEST_CHAIN) -> bool:
        """A record is healthy if its health check and its evaluated target are. With neither, it
        always is. One whose target leads back to itself is not.

        https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-how-route-53-chooses-records.html
        """
        if record.health_check_id and not self.of_check(record.health_check_id):
            return False
        alias = record.alias_target
        if not alias or str(alias["EvaluateTargetHealth"]).lower() != "true":
            return True
        balancer = find_balancer(plain(alias["DNSName"]))
        if balancer is not None:
            return balancers.healthy(balancer)
        zone = hosted_zones.zone_of(alias["DNSName"])
        targets = hosted_zones.records_of(zone, alias["DNSName"]) if zone and links else []
        return any(self.of_record(one, links - 1) for one in targets if one.type == record.type)

    def _finds(self, check: HealthCheck) -> bool:
        match check.type_:
            case "CALCULATED":
                children = [self.of_check(child) for child in check.children or ()]
                return rules.calculated(children, int(check.health_threshold))
            case "CLOUDWATCH_METRIC":
                return self._alarm(check)
            case "RECOVERY_CONTROL":  # there is no ARC here: every control is as it begins, On
                return True
            case _:
                return self._endpoint(check)

    def _endpoint(self, check: HealthCheck) -> bool:
        """A name that leads nowhere here has no answer, and so is unhealthy."""
        s3 = S3_HOST.fullmatch(check.fqdn or "")
        if s3 is not None:
            return s3["region"] not in self._lost and _readable(
                s3["bucket"], (check.resource_path or "/").removeprefix("/")
            )
        balancer = hosted_zones.balancer_behind(check.fqdn) if check.fqdn else None
        if balancer is None or balancers.region_of(balancer) in self._lost:
            return False
        return balancers.answers(balancer, int(check.port))

    def _alarm(self, check: HealthCheck) -> bool:
        """Follows an alarm's state. Without data, or if the alarm or its region is gone, the check
        has the status that it asks for; the last known one is not remembered here: healthy.

        https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html
        """
        config = check.health_check_config
        asked = config["AlarmIdentifier"]
        region = asked["Region"]
        known = cloudwatch_backends[_account_of(check)][region].describe_alarms()
        states = [one.state_value for one in known if one.name == asked["Name"]]
        if region in self._lost or not states or states[0] == "INSUFFICIENT_DATA":
            return config.get("InsufficientDataHealthStatus") != "Unhealthy"
        return states[0] == "OK"


def find_check(identifier: str) -> HealthCheck | None:
    """A health check of whichever account."""
    for accounts in route53_backends.values():
        if identifier in accounts[PARTITION].health_checks:
            return accounts[PARTITION].health_checks[identifier]
    return None


def _account_of(check: HealthCheck) -> str:
    for account, backends in route53_backends.items():
        if check.id in backends[PARTITION].health_checks:
            return account
    return DEFAULT_ACCOUNT_ID


def _readable(bucket: str, key: str) -> bool:
    """Whether an object is there and a checker, who is nobody in particular, may read it."""
    for accounts in s3_backends.values():
        found = accounts[PARTITION].buckets.get(bucket)
        if found is not None:
            there = found.keys.get(key)
            checker = PolicyRequest(
                service="",
                action=READ,
                resource=f"arn:aws:s3:::{bucket}/{key}",
                context=CHECKER,
            )
            policy = found.policy.decode() if found.policy else None
            return isinstance(there, FakeKey) and lets(policy, checker)
    return False

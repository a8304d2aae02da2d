"""How much of each account quota a deployment needs."""

import math
from dataclasses import dataclass
from typing import Any, Protocol

from environments import ROLES, Environment, RegionalSettings
from modules.quotas import ELASTIC_IPS, VCPUS, Quota

# An instance refresh launches before it terminates: up to 110 % of the group.
REFRESH_PERCENT = 10


@dataclass(frozen=True)
class QuotaNeed:
    """The most that one region needs of a quota."""

    quota: Quota
    region: str
    value: int
    to_start: int
    """Needed by the first apply."""

    @property
    def beyond_a_new_account(self) -> bool:
        return self.value > self.quota.new_account

    @property
    def request(self) -> str:
        """The command that requests it from AWS."""
        return self.raised_to(self.value)

    def raised_to(self, value: int) -> str:
        """The command that requests this value from AWS."""
        return (
            f"aws service-quotas request-service-quota-increase --region {self.region} "
            f"--service-code {self.quota.service} --quota-code {self.quota.code} "
            f"--desired-value {value}"
        )


class Aws(Protocol):
    """AWS, embedded or real."""

    def client(self, service: str, region: str, /) -> Any:
        """A boto3 client for a service in a region."""
        ...


def needs(environment: Environment, aws: Aws) -> list[QuotaNeed]:
    """What each region needs while its group is at its maximum and refreshes its instances.

    `aws` says how many vCPUs an instance type has.
    """
    found: list[QuotaNeed] = []
    for role in ROLES:
        settings = environment.regional(role)
        most = settings.capacity.max
        instances = most + math.ceil(most * REFRESH_PERCENT / 100)
        each, addresses = _vcpus(settings, aws), _elastic_ips(settings)
        to_start = settings.capacity.desired * each
        found.append(QuotaNeed(VCPUS, settings.region, instances * each, to_start))
        found.append(QuotaNeed(ELASTIC_IPS, settings.region, addresses, addresses))
    return found


def _vcpus(settings: RegionalSettings, aws: Aws) -> int:
    ec2 = aws.client("ec2", settings.region)
    (kind,) = ec2.describe_instance_types(InstanceTypes=[settings.instance_type])["InstanceTypes"]
    return kind["VCpuInfo"]["DefaultVCpus"]


def _elastic_ips(settings: RegionalSettings) -> int:
    return {"none": 0, "single": 1, "per_az": len(settings.zones)}[settings.nat_gateways]

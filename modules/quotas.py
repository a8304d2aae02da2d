"""The quotas of an AWS account that a deployment meets."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Quota:
    """A quota of Service Quotas, per region."""

    service: str
    """Its service code there, such as ec2."""
    code: str
    name: str
    default: int
    """AWS's default."""
    new_account: int
    """What a new account has."""


# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-on-demand-instances.html#ec2-on-demand-instances-limits
VCPUS = Quota(
    "ec2",
    "L-1216C47A",
    "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances",
    default=5,
    new_account=5,
)
# The families that share it, by their first letter, and those that do not in spite of theirs.
STANDARD = frozenset("acdhimrtz")
OTHERS = ("dl", "hpc", "inf", "mac", "trn")
# https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
ELASTIC_IPS = Quota("ec2", "L-0263D0A3", "EC2-VPC Elastic IPs", default=5, new_account=5)
VPCS = Quota("vpc", "L-F678F1CE", "VPCs per Region", default=5, new_account=5)
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
CONCURRENCY = Quota("lambda", "L-B99A9384", "Concurrent executions", default=1000, new_account=10)
QUOTAS = (VCPUS, ELASTIC_IPS, VPCS, CONCURRENCY)


def standard(instance_type: str) -> bool:
    """Whether an instance type counts for the quota of vCPUs."""
    return instance_type[0] in STANDARD and not instance_type.startswith(OTHERS)


def find_quota(service: str, code: str) -> Quota | None:
    """The quota of these codes, if the embedded AWS knows it."""
    for quota in QUOTAS:
        if (quota.service, quota.code) == (service, code):
            return quota
    return None

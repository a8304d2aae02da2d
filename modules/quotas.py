"""The AWS account quotas that a deployment may hit."""

from dataclasses import dataclass

from functions.standby_readiness.capacity import VCPU_QUOTA, VCPU_SERVICE


@dataclass(frozen=True)
class Quota:
    """A regional quota, as in Service Quotas."""

    service: str
    """The service code, such as ec2."""
    code: str
    name: str
    default: int
    """AWS's default."""
    new_account: int
    """What a new account gets."""


# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-on-demand-instances.html#ec2-on-demand-instances-limits
VCPUS = Quota(
    VCPU_SERVICE,
    VCPU_QUOTA,
    "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances",
    default=5,
    new_account=5,
)
# https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
ELASTIC_IPS = Quota("ec2", "L-0263D0A3", "EC2-VPC Elastic IPs", default=5, new_account=5)
VPCS = Quota("vpc", "L-F678F1CE", "VPCs per Region", default=5, new_account=5)
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
CONCURRENCY = Quota("lambda", "L-B99A9384", "Concurrent executions", default=1000, new_account=10)
QUOTAS = (VCPUS, ELASTIC_IPS, VPCS, CONCURRENCY)

"""The account that the embedded AWS plays: its quotas, its regions, how fast it gets certificates.

The account starts as one that is new. One process plays one account, so this is its state.
"""

from dataclasses import dataclass, field

# Opt-in regions: https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
OPT_IN_REGIONS = frozenset(
    """
    af-south-1
    ap-east-1 ap-east-2 ap-south-2
    ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7
    ca-west-1
    eu-central-2 eu-south-1 eu-south-2
    il-central-1
    me-central-1 me-south-1
    mx-central-1
    """.split()  # noqa: SIM905 - a line for each part of the world
)


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


@dataclass
class Account:
    """What may change while the embedded AWS runs."""

    certificate_seconds: float = 0
    """How long ACM takes to issue a certificate once its validation records are there."""
    disabled_regions: set[str] = field(default_factory=set[str])
    """Opt-in regions that the account has not enabled."""
    _everywhere: dict[str, float] = field(default_factory=dict[str, float])
    _regional: dict[tuple[str, str], float] = field(default_factory=dict[tuple[str, str], float])

    def quota(self, quota: Quota, region: str) -> float:
        """The quota's value in a region."""
        everywhere = self._everywhere.get(quota.code, quota.new_account)
        return self._regional.get((quota.code, region), everywhere)

    def allow(self, quota: Quota, value: float, region: str | None = None) -> None:
        """Sets a quota in a region, or in all of them."""
        if region is not None:
            self._regional[quota.code, region] = value
            return
        self._everywhere[quota.code] = value
        for code, one in list(self._regional):
            if code == quota.code:
                del self._regional[code, one]


account = Account()


def standard(instance_type: str) -> bool:
    """Whether an instance type counts for the quota of vCPUs."""
    return instance_type[0] in STANDARD and not instance_type.startswith(OTHERS)


def find_quota(service: str, code: str) -> Quota | None:
    """The quota of these codes, if the embedded AWS knows it."""
    for quota in QUOTAS:
        if (quota.service, quota.code) == (service, code):
            return quota
    return None

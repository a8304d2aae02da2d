"""The embedded AWS's account: its quotas, its regions, and how long things take in it.

It starts as a new account. One process serves one account, so this is module state.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from modules.quotas import Quota

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


@dataclass
class AccountState:
    """What may change while the embedded AWS runs."""

    certificate_seconds: float = 0
    """How long ACM takes to issue a certificate once its validation records exist."""
    warm_up_seconds: float = 0
    """How long an instance refresh takes to begin and to be cancelled, and how long a new instance
    warms up during one, whatever its preferences say."""
    boot_seconds: float = 10
    """How long an instance may take to install its release and to pass its first health check."""
    instance_variables: Mapping[str, Mapping[str, str]] = field(
        default_factory=dict[str, dict[str, str]]
    )
    """By region, what an instance's release gets besides, or instead of, its own environment."""
    disabled_regions: set[str] = field(default_factory=set[str])
    _everywhere: dict[str, float] = field(default_factory=dict[str, float])
    _regional: dict[tuple[str, str], float] = field(default_factory=dict[tuple[str, str], float])

    def quota(self, quota: Quota, region: str) -> float:
        """The quota's value in a region."""
        everywhere = self._everywhere.get(quota.code, quota.new_account)
        return self._regional.get((quota.code, region), everywhere)

    def allow(self, quota: Quota, value: float, region: str | None = None) -> None:
        """Sets a quota in one region, or in all of them."""
        if region is not None:
            self._regional[quota.code, region] = value
            return
        self._everywhere[quota.code] = value
        for code, one in list(self._regional):
            if code == quota.code:
                del self._regional[code, one]


account = AccountState()

"""The names that users open, and what watches the regions behind them."""

from typing import Annotated, Literal, get_args

from environments import limits
from environments.fields import DomainName, HostedZoneId, PublicName, RoleArn, SetIdentifier, Whole
from environments.section import Section, between, items

# https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html
CheckerRegion = Literal[
    "us-east-1",
    "us-west-1",
    "us-west-2",
    "eu-west-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-northeast-1",
    "sa-east-1",
]
CHECKER_REGIONS: tuple[str, ...] = get_args(CheckerRegion)


class Dns(Section):
    """The name that users open."""

    zone: DomainName
    """The public hosted zone, which must already exist."""
    zone_id: HostedZoneId | None = None
    """The hosted zone's ID: Z, then upper-case letters and digits. Without it, each plan looks the
    zone up by name, which needs Route 53's control plane in us-east-1; with it, a plan with
    -refresh=false does not."""
    role_arn: RoleArn | None = None
    """For a zone in another account: the role there that Terraform assumes for the zone's records,
    such as arn:aws:iam::111122223333:role/failover-dns. docs/permissions.md says what it must
    allow. If left out, the zone is in the deployment's own account."""
    domain: DomainName
    """The name that users open: the zone itself or a name in it, of at most 64 characters, which is
    ACM's limit."""
    aliases: Annotated[list[PublicName], items(limits.ALIASES)] = []
    """At most 8 more names in the zone that users open, such as www.example.com beside example.com.
    They fail over together with the domain, and both regions' certificates cover them.
    docs/changing.md says in which order to apply a change."""
    record: Literal["alias", "cname"] = "alias"
    """alias: failover alias records, whose TTL is 60 s. cname: failover CNAMEs with a TTL of
    `cname_ttl`, for names that are not the zone's apex."""
    primary_set_identifier: SetIdentifier = "primary"
    """The set identifier of the primary's failover record: 1 to 128 letters, digits, spaces and . _
    : / = + @ -. Changing it replaces the record, so set it only to adopt one."""
    secondary_set_identifier: SetIdentifier = "secondary"
    """The set identifier of the standby's failover record: 1 to 128 letters, digits, spaces and . _
    : / = + @ -"""
    cname_ttl: Annotated[int, between(limits.CNAME_TTL)] = 10
    """The TTL of failover CNAMEs in seconds, 1 to 300; used only with record = "cname"."""
    query_logs: bool = True
    """Whether Route 53 logs the zone's queries, in us-east-1. A zone can have only one query log:
    set false if it already has one, or if another deployment in the same zone creates it."""

    @property
    def zone_account(self) -> str | None:
        """The number of the zone's account, where that is another; None for the deployment's."""
        return self.role_arn.split(":")[4] if self.role_arn else None

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that users open, the domain first."""
        return (self.domain, *self.aliases)

    @property
    def failover_ttl(self) -> int | None:
        """Seconds, for failover CNAMEs; None for aliases, whose TTL is not ours to set."""
        return self.cname_ttl if self.record == "cname" else None


class HealthCheck(Section):
    """How Route 53 watches the primary region."""

    interval: Annotated[Literal[10, 30], Whole] = 10
    """Seconds between two probes of one checker: 10 or 30."""
    failure_threshold: Annotated[int, between(limits.FAILURE_THRESHOLD)] = 3
    """How many consecutive probes change a checker's status, 1 to 10."""
    regions: Annotated[list[CheckerRegion], items(limits.CHECKER_REGIONS)] | None = None
    """Where the checkers of both regions' endpoints are: 3 to 8 of the regions that Route 53 has
    checkers in. If left out, Route 53 uses all eight. Fewer send fewer requests, and are fooled
    more easily. To go back to all, list all eight, since Route 53 keeps a list that is left out."""

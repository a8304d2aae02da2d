"""The tables of an environment file."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from environments import limits
from environments.fields import (
    AmiId,
    AutoScalingGroupName,
    BucketName,
    DomainName,
    EmailAddress,
    EndpointUrl,
    HostedZoneId,
    HttpsUrl,
    InstanceType,
    LaunchTemplateName,
    LoadBalancingName,
    Page,
    Region,
    RoutingControlArn,
    SecurityGroupId,
    SetIdentifier,
    StateKey,
    SubnetId,
    VpcCidr,
    VpcId,
)
from environments.limits import Limit

Strategy = Literal["hot", "warm", "pilot_light"]
"""How much of the standby runs while the primary serves."""
FirewallMode = Literal["block", "count"]


def _whole(value: object) -> object:
    # A Literal takes what is equal: 10.0 for 10, true for 1.
    if isinstance(value, bool | float):
        raise PydanticCustomError("not_whole", "is not a whole number")
    return value


def _between(limit: Limit) -> Any:
    return Field(ge=limit.least, le=limit.most)


def _items(limit: Limit) -> Any:
    return Field(min_length=limit.least, max_length=limit.most)


Whole = BeforeValidator(_whole)
# Of those that CloudWatch Logs takes:
# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
LogDays = Annotated[Literal[1, 7, 14, 30, 60, 90, 180, 365, 731, 1827], Whole]


class Section(BaseModel):
    """A table of the file: every key known, every type exact, nothing changed afterwards."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True
    )


class Capacity(Section):
    """Instances in the Auto Scaling group: min <= desired <= max."""

    min: Annotated[int, _between(limits.INSTANCES)]
    """The least that run; 0 only for a pilot light."""
    desired: Annotated[int, _between(limits.INSTANCES)]
    """How many a new group starts with; afterwards target tracking moves the number."""
    max: Annotated[int, Field(ge=1, le=limits.INSTANCES.most)]
    """The most that run."""


class ExistingNetwork(Section):
    """A VPC that something else owns: nothing of it is created or changed. Its owner sees to it
    that the instances' subnets reach Amazon Linux's repositories, through a NAT gateway or an S3
    endpoint."""

    vpc_id: VpcId
    """The VPC's ID, such as vpc-0123456789abcdef0."""
    public_subnets: Annotated[list[SubnetId], _items(limits.ZONES)]
    """The load balancer's subnets, such as subnet-0123456789abcdef0, one for each zone."""
    private_subnets: Annotated[list[SubnetId], _items(limits.ZONES)]
    """The instances' subnets, such as subnet-0123456789abcdef0, one for each zone."""
    load_balancer_security_groups: Annotated[
        list[SecurityGroupId], _items(limits.BALANCER_GROUPS)
    ] = []
    """At most 4 groups, such as sg-0123456789abcdef0, that the load balancer keeps besides its own:
    while a system is adopted, those through which it reaches the old instances."""
    ipv6: bool = False
    """Whether the public subnets have IPv6 addresses and a route for them. Default false: the load
    balancer has IPv4 alone, and with it the name that users open."""


class RegionalSettings(Section):
    """The application in one region. `[primary]` and `[dr]` have the same keys."""

    region: Region
    """A commercial AWS region."""
    zones: Annotated[list[str], _items(limits.ZONES)]
    """2 to 6 of the region's availability zones, by name. Listed, not looked up, so that a zone
    that AWS marks impaired does not change a plan."""
    cidr: VpcCidr | None = None
    """The private IPv4 network of the region's own new VPC, /16 to /22; it must not overlap the
    other region's. Either this or existing_network."""
    existing_network: ExistingNetwork | None = None
    """Instead of `cidr`, to adopt what already runs in a VPC."""
    nat_gateways: Literal["none", "single", "per_az"] = "none"
    """The instances' way to the internet. Default none: Amazon Linux's package repositories are
    reached through the S3 gateway endpoint."""
    session_manager_endpoints: bool = False
    """Default false. True adds the two interface endpoints that Session Manager needs where there
    is no NAT gateway. An existing_network must have none of the two yet, and both enableDnsSupport
    and enableDnsHostnames: AWS refuses a second endpoint of a private name."""
    launch_template: LaunchTemplateName
    """3 to 125 letters, digits and ( ) . - / _"""
    auto_scaling_group: AutoScalingGroupName
    """1 to 255 letters, digits and . _ -"""
    load_balancer: LoadBalancingName
    """1 to 32 letters, digits and inner hyphens."""
    target_group: LoadBalancingName
    """1 to 32 letters, digits and inner hyphens."""
    instance_type: InstanceType = "t3.micro"
    """An EC2 instance type such as t3.micro, the default. Graviton types get the arm64 image; of a
    type that is not known, synth warns."""
    ami: AmiId | None = None
    """A pinned image of this region, such as ami-0123456789abcdef0. Default: the newest Amazon
    Linux 2023, which EC2 resolves whenever an instance starts."""
    capacity: Capacity
    """The Auto Scaling group's size."""
    target_cpu_percent: Annotated[int, _between(limits.TARGET_CPU_PERCENT)] = 50
    """10 to 90, default 50: target tracking adds and removes instances to hold this CPU load."""
    page: Page
    """What the web server answers: at least one character, at most 12 KiB of UTF-8."""

    @property
    def ipv6(self) -> bool:
        """Whether the region's load balancer has IPv6 addresses: in a VPC of its own, always."""
        return self.existing_network is None or self.existing_network.ipv6


class Dns(Section):
    """The name that users open."""

    zone: DomainName
    """The public hosted zone; it exists already."""
    zone_id: HostedZoneId | None = None
    """The hosted zone's ID, Z and upper-case letters and digits. Default: looked up by name at
    plan time, which needs Route 53's control plane in us-east-1; with the ID, a plan with
    -refresh=false does not."""
    domain: DomainName
    """The name that users open: the zone itself or a name in it, of at most 64 characters, which is
    what ACM takes."""
    record: Literal["alias", "cname"] = "alias"
    """alias (default): failover A alias records, whose TTL is 60 s. cname: failover CNAMEs with a
    TTL of `cname_ttl`, for a domain that is not the zone's apex."""
    primary_set_identifier: SetIdentifier = "primary"
    """Tells the primary's failover record from the other, default primary: 1 to 128 letters,
    digits, spaces and . _ : / = + @ -. A change replaces the record: only for adopting one."""
    secondary_set_identifier: SetIdentifier = "secondary"
    """The same of the standby's record, default secondary."""
    cname_ttl: Annotated[int, _between(limits.CNAME_TTL)] = 10
    """Seconds, 1 to 300, default 10; read only with record = "cname"."""
    query_logs: bool = True
    """Default true: Route 53 logs the zone's queries, in us-east-1. A zone has room for one such
    log: false where it has one, or another deployment in the same zone keeps it."""

    @property
    def failover_ttl(self) -> int | None:
        """Seconds, for failover CNAMEs; None for aliases, whose TTL is not ours to set."""
        return self.cname_ttl if self.record == "cname" else None


class HealthCheck(Section):
    """How Route 53 watches the primary region."""

    interval: Annotated[Literal[10, 30], Whole] = 10
    """Seconds between two probes of one checker: 10 (default) or 30."""
    failure_threshold: Annotated[int, _between(limits.FAILURE_THRESHOLD)] = 3
    """Probes in a row that change a checker's mind, 1 to 10, default 3."""


class Firewall(Section):
    """AWS WAF in front of both load balancers. Each group of rules blocks, or counts only: to see
    in the metrics and logs what it would block."""

    common: FirewallMode = "block"
    """AWS's core rule set: what OWASP lists. Default block."""
    known_bad_inputs: FirewallMode = "block"
    """AWS's rules against requests that are known to exploit something. Default block."""
    ip_reputation: FirewallMode = "block"
    """AWS's list of addresses that attack others. Default block."""
    rate: FirewallMode = "block"
    """More requests than `rate_limit` from one address. Default block."""
    rate_limit: Annotated[int, _between(limits.RATE_LIMIT)] = 2000
    """Requests of one address in five minutes, 10 to 2,000,000,000, default 2000."""


class Alarms(Section):
    """Who is told, by topics in both regions and in us-east-1, and when something is worth telling.
    With nobody to tell, synth warns."""

    emails: Annotated[list[EmailAddress], _items(limits.RECEIVERS)] = []
    """At most 20 addresses, such as oncall@example.com, each of which confirms once, by a link;
    paging services have addresses too. Default none."""
    webhooks: Annotated[list[HttpsUrl], _items(limits.RECEIVERS)] = []
    """At most 20 URLs, such as https://alerts.example.com/sns, to which SNS posts: of public hosts,
    and by name. Whoever can read the state can read them: put no key in one. Default none."""
    error_percent: Annotated[int, _between(limits.ERROR_PERCENT)] = 5
    """1 to 99, default 5: percent of a minute's requests that end in a 5xx status."""
    latency_seconds: Annotated[float, Field(ge=0.01, le=limits.LATENCY_SECONDS.most)] = 1.0
    """0.01 to 60, default 1.0: what the slowest hundredth of a minute's requests takes."""
    blocked_requests: Annotated[int, _between(limits.BLOCKED_REQUESTS)] = 1000
    """1 to 1,000,000,000, default 1000: requests that the firewall blocks in five minutes."""

    @property
    def reach_somebody(self) -> bool:
        """Whether anybody is told."""
        return bool(self.emails or self.webhooks)


class Logs(Section):
    """How long logs are kept: of the load balancers, networks, firewalls, DNS and functions."""

    days: LogDays = 365
    """1, 7, 14, 30, 60, 90, 180, 365 (default), 731 or 1827 days."""


class RoutingControl(Section):
    """A routing control of Amazon Application Recovery Controller (ARC) that exists already: its
    cluster costs 2.50 USD an hour, and an organisation shares it."""

    arn: RoutingControlArn
    """The routing control's ARN: arn:aws:route53-recovery-control::<12 digits>:controlpanel/<32
    hexadecimal digits>/routingcontrol/<16 hexadecimal digits>. On: the primary is in service. Off:
    it is not. Whoever makes it turns it on before the first apply."""
    endpoints: Annotated[
        dict[Region, EndpointUrl],
        _items(limits.CLUSTER_ENDPOINTS),
    ]
    """1 to 5 of the cluster's endpoints: a region, and the endpoint's URL there, https:// and at
    most 128 characters without spaces and quotes. `aws route53-recovery-control-config
    describe-cluster` lists them; with all five, two regions may be gone."""


class Failover(Section):
    """What stands by, and how users come back."""

    strategy: Strategy = "hot"
    """hot (default): two or more instances serve at once. warm: one instance. pilot_light: none
    until the primary fails. `dr.capacity` must fit."""
    failback: Literal["manual", "automatic"] = "manual"
    """manual (default): users stay on the standby until an operator clears the failover switch.
    automatic: they return as soon as the primary is healthy again."""
    activation: bool = True
    """Default true: when the primary fails, the standby grows to `primary.capacity.desired`. False
    is possible with hot alone."""
    routing_control: RoutingControl | None = None
    """The failover switch, instead of this project's own, where an organisation has an ARC cluster.
    Only with failback = "manual"."""

    @property
    def latches(self) -> bool:
        """Whether there is a switch that keeps a failed primary out of service."""
        return self.failback == "manual"

    @property
    def obeys_objects(self) -> bool:
        """Whether the switch is objects that Route 53 asks for, and no routing control."""
        return self.latches and self.routing_control is None

    @property
    def controlled(self) -> bool:
        """Whether the standby's region needs the control function."""
        return self.latches or self.activation


class Backend(Section):
    """Where one stack keeps its Terraform state."""

    bucket: BucketName
    """An S3 bucket of the stack's own; the bootstrap stack creates it."""
    region: Region
    """The bucket's region."""
    key: StateKey = "terraform.tfstate"
    """The object's key, default terraform.tfstate: letters, digits and . _ - between slashes."""


class State(Section):
    """A state backend for each stack, placed so that losing a region costs only that region's."""

    primary: Backend
    """In the primary's region."""
    dr: Backend
    """In the standby's region."""
    global_: Annotated[Backend, Field(alias="global")]
    """Not in the primary's region; best in a third one. The failover switch is kept there a second
    time: in the standby's region, it would be lost with that."""

"""The tables of an environment file."""

from typing import Annotated, Literal

from pydantic import Field

from environments import limits
from environments.application import RegionalApplication
from environments.fields import (
    AmiId,
    AutoScalingGroupName,
    BucketName,
    EmailAddress,
    EndpointUrl,
    HttpsUrl,
    InstanceType,
    LaunchTemplateName,
    LoadBalancingName,
    LogDays,
    Page,
    PageUrl,
    Region,
    RoutingControlArn,
    SecurityGroupId,
    StateKey,
    SubnetId,
    VpcCidr,
    VpcId,
)
from environments.section import Section, between, items

Strategy = Literal["hot", "warm", "pilot_light"]
"""How much of the standby runs while the primary serves."""
FirewallMode = Literal["block", "count"]
# In the repository.
RUNBOOKS = "docs/alarms.md"


class Capacity(Section):
    """Instances in the Auto Scaling group: min <= desired <= max."""

    min: Annotated[int, between(limits.INSTANCES)]
    """The fewest instances; 0 only for a pilot light."""
    desired: Annotated[int, between(limits.INSTANCES)]
    """How many instances a new group starts with; afterwards target tracking changes the number."""
    max: Annotated[int, Field(ge=1, le=limits.INSTANCES.most)]
    """The most instances, at least 1."""


class ExistingNetwork(Section):
    """A VPC that is managed elsewhere and neither created nor changed here. Its owner must make
    sure that the instances' subnets reach Amazon Linux's repositories, through a NAT gateway or an
    S3 endpoint."""

    vpc_id: VpcId
    """The VPC's ID, such as vpc-0123456789abcdef0."""
    public_subnets: Annotated[list[SubnetId], items(limits.ZONES)]
    """The load balancer's subnets, such as subnet-0123456789abcdef0, one for each zone."""
    private_subnets: Annotated[list[SubnetId], items(limits.ZONES)]
    """The instances' subnets, such as subnet-0123456789abcdef0, one for each zone."""
    load_balancer_security_groups: Annotated[
        list[SecurityGroupId], items(limits.BALANCER_GROUPS)
    ] = []
    """At most 4 security groups, such as sg-0123456789abcdef0, that the load balancer has in
    addition to its own: while you adopt a system, those through which it reaches the old
    instances."""
    ipv6: bool = False
    """Whether the public subnets have IPv6 addresses and a route for them. If not, the load
    balancer and the domain have only IPv4."""


class RegionalSettings(Section):
    """The application in one region. `[primary]` and `[dr]` have the same keys."""

    region: Region
    """A commercial AWS region."""
    zones: Annotated[list[str], items(limits.ZONES)]
    """2 to 6 of the region's availability zones, by name. They are listed rather than looked up, so
    that a plan does not change when AWS marks a zone impaired."""
    cidr: VpcCidr | None = None
    """The private IPv4 network of a new VPC for this region, /16 to /22, which must not overlap the
    other region's. Set either this or existing_network."""
    existing_network: ExistingNetwork | None = None
    """An existing VPC, instead of `cidr`: for adopting a system that already runs in one."""
    nat_gateways: Literal["none", "single", "per_az"] = "none"
    """The instances' outbound internet access. With none, they reach Amazon Linux's package
    repositories through the S3 gateway endpoint."""
    session_manager_endpoints: bool = False
    """Whether to add the two interface endpoints that Session Manager needs without a NAT gateway.
    An existing_network must have enableDnsSupport and enableDnsHostnames on, and must not have the
    endpoints yet: AWS refuses a second endpoint with the same private name."""
    launch_template: LaunchTemplateName
    """The launch template's name: 3 to 125 letters, digits and ( ) . - / _"""
    auto_scaling_group: AutoScalingGroupName
    """The Auto Scaling group's name: 1 to 255 letters, digits and . _ -"""
    load_balancer: LoadBalancingName
    """The load balancer's name: 1 to 32 letters, digits and inner hyphens."""
    target_group: LoadBalancingName
    """The target group's name: 1 to 32 letters, digits and inner hyphens."""
    zonal_shift: bool = True
    """Whether the load balancer takes zonal shifts, by which `failover zone away` moves users away
    from one zone. It costs nothing and does nothing until a shift is started."""
    instance_type: InstanceType = "t3.micro"
    """An EC2 instance type such as t3.micro. Graviton types get the arm64 image; synth warns about
    unknown types."""
    ami: AmiId | None = None
    """A fixed image in this region, such as ami-0123456789abcdef0. Without one, each new instance
    uses the newest Amazon Linux 2023 image."""
    capacity: Capacity
    """The Auto Scaling group's size."""
    target_cpu_percent: Annotated[int, between(limits.TARGET_CPU_PERCENT)] = 50
    """The CPU load, 10 to 90 percent, that target tracking maintains by adding and removing
    instances."""
    page: Page | None = None
    """The page that Apache serves: at least one character. Required with application.kind = "page",
    and not allowed with another."""
    application: RegionalApplication = RegionalApplication()
    """What this region's instances have besides `[application]`."""

    @property
    def ipv6(self) -> bool:
        """Whether the region's load balancer has IPv6 addresses: in a VPC of its own, always."""
        return self.existing_network is None or self.existing_network.ipv6


class Firewall(Section):
    """AWS WAF in front of both load balancers. Each rule group blocks requests, or only counts
    them, so that metrics and logs show what it would block."""

    common: FirewallMode = "block"
    """AWS's core rule set, which covers what OWASP lists."""
    known_bad_inputs: FirewallMode = "block"
    """AWS's rules against known exploits."""
    ip_reputation: FirewallMode = "block"
    """AWS's list of addresses that attack others."""
    rate: FirewallMode = "block"
    """Whether to block or count an address that sends more requests than `rate_limit`."""
    rate_limit: Annotated[int, between(limits.RATE_LIMIT)] = 2000
    """How many requests one address may send in five minutes, 10 to 2,000,000,000."""


class Alarms(Section):
    """Who is notified, through topics in both regions and in us-east-1, and above which thresholds.
    Synth warns if there are no recipients."""

    emails: Annotated[list[EmailAddress], items(limits.RECEIVERS)] = []
    """At most 20 addresses, such as oncall@example.com, each of which must confirm its
    subscriptions by a link. Paging services offer addresses too."""
    webhooks: Annotated[list[HttpsUrl], items(limits.RECEIVERS)] = []
    """At most 20 URLs, such as https://alerts.example.com/sns, to which SNS posts. They must be
    public host names. Anyone who can read the state can read them, so do not put a key in one."""
    runbooks: PageUrl | None = None
    """Where people read docs/alarms.md, such as
    https://github.com/you/repo/blob/main/docs/alarms.md: at most 400 characters. Each alarm then
    ends with a link to its section. Without it, an alarm names the file."""
    error_percent: Annotated[int, between(limits.ERROR_PERCENT)] = 5
    """The percentage of a minute's requests that may end in a 5xx status, 1 to 99."""
    latency_seconds: Annotated[float, Field(ge=0.01, le=limits.LATENCY_SECONDS.most)] = 1.0
    """The 99th percentile that a minute's response times may reach, 0.01 to 60 seconds."""
    blocked_requests: Annotated[int, between(limits.BLOCKED_REQUESTS)] = 1000
    """How many requests the firewall may block in five minutes, 1 to 1,000,000,000."""

    @property
    def reach_somebody(self) -> bool:
        """Whether anybody is told."""
        return bool(self.emails or self.webhooks)

    def runbook(self, kind: str) -> str:
        """Which section says what to do about alarms of this kind: a link, if the file says where
        the page is."""
        return f"{self.runbooks or RUNBOOKS}#{kind}"


class Logs(Section):
    """How long the logs of load balancers, networks, firewalls, DNS and functions are kept."""

    days: LogDays = 365
    """1, 7, 14, 30, 60, 90, 180, 365, 731 or 1827 days."""


class RoutingControl(Section):
    """An existing routing control of Amazon Application Recovery Controller (ARC). Its cluster
    costs 2.50 USD an hour, and a whole organisation can share it."""

    arn: RoutingControlArn
    """The routing control's ARN: arn:aws:route53-recovery-control::<12 digits>:controlpanel/<32
    hexadecimal digits>/routingcontrol/<16 hexadecimal digits>. On means that the primary is in
    service, Off that it is not: turn a new one on before the first apply."""
    endpoints: Annotated[
        dict[Region, EndpointUrl],
        items(limits.CLUSTER_ENDPOINTS),
    ]
    """1 to 5 of the cluster's endpoints: each a region and the endpoint's URL there, https:// and
    at most 128 characters without spaces and quotes. `aws route53-recovery-control-config
    describe-cluster` lists them. With all five, the switch works while two regions are down."""


class Failover(Section):
    """The standby's strategy, and how users return to the primary."""

    strategy: Strategy = "hot"
    """hot: two or more instances serve at once. warm: one instance. pilot_light: none until the
    primary fails. `dr.capacity` must match."""
    failback: Literal["manual", "automatic"] = "manual"
    """manual: users stay on the standby until an operator clears the failover switch. automatic:
    they return as soon as the primary is healthy again."""
    activation: bool = True
    """Whether the standby grows to `primary.capacity.desired` when the primary fails. Only hot may
    turn this off."""
    routing_control: RoutingControl | None = None
    """An ARC routing control as the failover switch, instead of this project's own. Only with
    failback = "manual"."""

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
    """The stack's own S3 bucket, which the bootstrap stack creates. Bucket names are unique across
    all of AWS."""
    region: Region
    """The bucket's region."""
    key: StateKey = "terraform.tfstate"
    """The object's key: letters, digits and . _ - between slashes."""


class State(Section):
    """A state backend for each stack, placed so that losing a region affects only that region's
    state."""

    primary: Backend
    """In the primary's region."""
    dr: Backend
    """In the standby's region."""
    global_: Annotated[Backend, Field(alias="global")]
    """Not in the primary's region, and preferably in a third one, which then also holds the
    failover switch's second place. In the standby's region, the switch has no second place."""
    tables: Backend | None = None
    """Not in the primary's region. Required with `[[data.tables]]`, and not allowed without."""

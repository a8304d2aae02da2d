"""The typed format of an environment file: one deployment of the application in two regions."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from environments.fields import (
    AmiId,
    AutoScalingGroupName,
    BucketName,
    DeploymentName,
    DomainName,
    EndpointUrl,
    HostedZoneId,
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
    TagKey,
    TagValue,
    VpcCidr,
    VpcId,
)

Role = Literal["primary", "dr"]
Strategy = Literal["hot", "warm", "pilot_light"]
"""How much of the standby runs while the primary serves."""
Stack = Literal["primary", "dr", "global"]
"""A stack whose state is in S3."""
ROLES: tuple[Role, ...] = ("primary", "dr")
STACKS: tuple[Stack, ...] = ("primary", "dr", "global")

# A ceiling against a slip of the keyboard; AWS's own quota is the account's.
MAX_INSTANCES = 500

# The failover switch's bucket is named after the standby's state bucket.
SWITCH_SUFFIX = "-switch"


class Section(BaseModel):
    """A table of the file: every key known, every type exact, nothing changed afterwards."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True
    )


class Capacity(Section):
    """Instances in the Auto Scaling group: min <= desired <= max."""

    min: Annotated[int, Field(ge=0, le=MAX_INSTANCES)]
    """The least that run; 0 only for a pilot light."""
    desired: Annotated[int, Field(ge=0, le=MAX_INSTANCES)]
    """How many a new group starts with; afterwards target tracking moves the number."""
    max: Annotated[int, Field(ge=1, le=MAX_INSTANCES)]
    """The most that run."""


class ExistingNetwork(Section):
    """A VPC that something else owns: nothing of it is created or changed. Its owner sees to it
    that the instances' subnets reach Amazon Linux's repositories, through a NAT gateway or an S3
    endpoint."""

    vpc_id: VpcId
    """The VPC's ID, such as vpc-0123456789abcdef0."""
    public_subnets: Annotated[list[SubnetId], Field(min_length=2, max_length=6)]
    """The load balancer's subnets, such as subnet-0123456789abcdef0, one for each zone."""
    private_subnets: Annotated[list[SubnetId], Field(min_length=2, max_length=6)]
    """The instances' subnets, such as subnet-0123456789abcdef0, one for each zone."""
    load_balancer_security_groups: Annotated[list[SecurityGroupId], Field(max_length=4)] = []
    """At most 4 groups, such as sg-0123456789abcdef0, that the load balancer keeps besides its own:
    while a system is adopted, those through which it reaches the old instances."""


class RegionalSettings(Section):
    """The application in one region. `[primary]` and `[dr]` have the same keys."""

    region: Region
    """A commercial AWS region."""
    zones: Annotated[list[str], Field(min_length=2, max_length=6)]
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
    is no NAT gateway."""
    launch_template: LaunchTemplateName
    """3 to 128 letters, digits and ( ) . - / _"""
    auto_scaling_group: AutoScalingGroupName
    """1 to 255 letters, digits and . _ -"""
    load_balancer: LoadBalancingName
    """1 to 32 letters, digits and inner hyphens."""
    target_group: LoadBalancingName
    """1 to 32 letters, digits and inner hyphens."""
    instance_type: InstanceType = "t3.micro"
    """An EC2 instance type such as t3.micro, the default. Graviton types get the arm64 image."""
    ami: AmiId | None = None
    """A pinned image of this region, such as ami-0123456789abcdef0. Default: the newest Amazon
    Linux 2023, which EC2 resolves whenever an instance starts."""
    capacity: Capacity
    """The Auto Scaling group's size."""
    target_cpu_percent: Annotated[int, Field(ge=10, le=90)] = 50
    """10 to 90, default 50: target tracking adds and removes instances to hold this CPU load."""
    page: Page
    """What the web server answers: at least one character, at most 12 KiB of UTF-8."""


class Dns(Section):
    """The name that users open."""

    zone: DomainName
    """The public hosted zone; it exists already."""
    zone_id: HostedZoneId | None = None
    """The hosted zone's ID, Z and upper-case letters and digits. Default: looked up by name at
    plan time, which needs Route 53's control plane in us-east-1; with the ID, a plan with
    -refresh=false does not."""
    domain: DomainName
    """The name that users open: the zone itself or a name in it."""
    record: Literal["alias", "cname"] = "alias"
    """alias (default): failover A alias records, whose TTL is 60 s. cname: failover CNAMEs with a
    TTL of `cname_ttl`, for a domain that is not the zone's apex."""
    primary_set_identifier: SetIdentifier = "primary"
    """Tells the primary's failover record from the other, default primary: 1 to 128 letters,
    digits, spaces and . _ : / = + @ -. A change replaces the record: only for adopting one."""
    secondary_set_identifier: SetIdentifier = "secondary"
    """The same of the standby's record, default secondary."""
    cname_ttl: Annotated[int, Field(ge=1, le=300)] = 10
    """Seconds, 1 to 300, default 10; read only with record = "cname"."""

    @property
    def failover_ttl(self) -> int | None:
        """Seconds, for failover CNAMEs; None for aliases, whose TTL is not ours to set."""
        return self.cname_ttl if self.record == "cname" else None


class HealthCheck(Section):
    """How Route 53 watches the primary region."""

    interval: Literal[10, 30] = 10
    """Seconds between two probes of one checker: 10 (default) or 30."""
    failure_threshold: Annotated[int, Field(ge=1, le=10)] = 3
    """Probes in a row that change a checker's mind, 1 to 10, default 3."""


class RoutingControl(Section):
    """A routing control of Amazon Application Recovery Controller (ARC) that exists already: its
    cluster costs 2.50 USD an hour, and an organisation shares it."""

    arn: RoutingControlArn
    """The routing control's ARN: arn:aws:route53-recovery-control::<12 digits>:controlpanel/<32
    hexadecimal digits>/routingcontrol/<16 hexadecimal digits>. On: the primary is in service. Off:
    it is not. Whoever makes it turns it on before the first apply."""
    endpoints: Annotated[dict[Region, EndpointUrl], Field(min_length=1, max_length=5)]
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
    """Not in the primary's region."""


class Environment(Section):
    """One deployment of the application in two AWS regions."""

    name: DeploymentName
    """2 to 20 lower-case letters, digits and inner hyphens, starting with a letter. The names of
    roles and security groups start with it, and it is the tag Deployment."""
    dns: Dns
    health_check: HealthCheck = HealthCheck()
    failover: Failover = Failover()
    primary: RegionalSettings
    dr: RegionalSettings
    state: State
    tags: Annotated[dict[TagKey, TagValue], Field(max_length=40)] = {}
    """At most 40 further tags, of letters, digits, spaces and _ . : / = + - @, on every resource
    that takes tags."""

    def regional(self, role: Role) -> RegionalSettings:
        """The settings of the region that plays this role."""
        return self.primary if role == "primary" else self.dr

    def backend(self, stack: Stack) -> Backend:
        """Where this stack keeps its state. The bootstrap stack's is a local file."""
        attribute = "global_" if stack == "global" else stack
        backend: Backend = getattr(self.state, attribute)
        return backend

    def regional_name(self, role: Role) -> str:
        """The DNS name of one region alone, `<region>.<domain>`: the regional stack owns it, the
        global stack computes it."""
        return f"{self.regional(role).region}.{self.dns.domain}"

    def health_name(self, role: Role) -> str:
        """The DNS name that tells whether a region's health check is healthy."""
        return f"{'primary' if role == 'primary' else 'standby'}-health.{self.dns.domain}"

    @property
    def in_service_name(self) -> str:
        """The DNS name that tells whether the primary is healthy and the switch clear."""
        return f"primary-in-service.{self.dns.domain}"

    @property
    def switch_bucket(self) -> str:
        """The bucket of the failover switch, in the standby's region."""
        return f"{self.state.dr.bucket}{SWITCH_SUFFIX}"

    @property
    def switch_alarm(self) -> str:
        """The alarm, in the standby's region, that Route 53 follows as the switch."""
        return f"{self.name}-failover-switch"

    @property
    def endpoint_alarm(self) -> str:
        """The alarm on the primary's health check; in us-east-1, where such metrics are."""
        return f"{self.name}-primary-endpoint"

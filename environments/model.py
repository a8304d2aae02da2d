"""One environment: what its file says, and the names that follow from it."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from environments import limits
from environments.application import Application
from environments.data import Data
from environments.delivery import Delivery
from environments.dns import Dns, HealthCheck
from environments.drill import Drill
from environments.fields import AccountId, DeploymentName, TagKey, TagValue
from environments.section import Section
from environments.sections import (
    Alarms,
    Backend,
    Failover,
    Firewall,
    Logs,
    RegionalSettings,
    State,
)
from environments.tables import Table

Role = Literal["primary", "dr"]
RemoteStack = Literal["tables", "primary", "dr", "global"]
"""A stack whose state is in S3."""
ROLES: tuple[Role, ...] = ("primary", "dr")
ROLE_NAMES: dict[Role, str] = {"primary": "primary", "dr": "standby"}
"""What people, and names in DNS, call each role."""
OTHER: dict[Role, Role] = {"primary": "dr", "dr": "primary"}
REMOTE_STACKS: tuple[RemoteStack, ...] = ("primary", "dr", "global")
"""Those that every environment has."""
STACKS = ("bootstrap", "tables", *REMOTE_STACKS)
"""Every stack that an environment may have, in deployment order."""

# The failover switch's buckets are named after the state buckets of the standby and of `global`; a
# region's logs and releases, after its state bucket.
SWITCH_SUFFIX = "-switch"
LOGS_SUFFIX = "-logs"
RELEASES_SUFFIX = "-releases"


@dataclass(frozen=True)
class SwitchPlace:
    """A bucket that holds the failover switch, and its region."""

    bucket: str
    region: str


class Environment(Section):
    """One deployment of the application in two AWS regions."""

    name: DeploymentName
    """2 to 20 lower-case letters, digits and inner hyphens, starting with a letter. The names of
    roles and security groups start with it, and it is the value of the tag Deployment."""
    allowed_account_ids: Annotated[list[AccountId], Field(max_length=limits.ACCOUNT_IDS.most)] = []
    """At most 10 account IDs, of 12 digits each, in which Terraform may work; it refuses the
    credentials of any other account. If empty, every account is allowed."""
    tls: bool = True
    """Whether to serve HTTPS, with certificates that AWS issues and renews; HTTP then only
    redirects. false serves plain HTTP, for trials."""
    deletion_protection: bool = True
    """Whether AWS refuses to delete the load balancers, and Terraform the networks and the logs and
    releases in S3. To destroy a deployment, apply false first; its logs and releases are then
    destroyed too."""
    dns: Dns
    """The domain, its zone and its records."""
    health_check: HealthCheck = HealthCheck()
    """When the primary counts as failed."""
    application: Application = Application()
    """What the instances run."""
    delivery: Delivery = Delivery()
    """How releases are delivered."""
    data: Data = Data()
    """Where the application keeps its data."""
    drill: Drill = Drill()
    """Drills on the real deployment."""
    failover: Failover = Failover()
    """The standby's strategy and the failover switch."""
    firewall: Firewall = Firewall()
    """Which requests are blocked."""
    alarms: Alarms = Alarms()
    """Who is notified, and when."""
    logs: Logs = Logs()
    """How long logs are kept."""
    primary: RegionalSettings
    """The region that serves."""
    dr: RegionalSettings
    """The region that stands by."""
    state: State
    """The buckets for the Terraform states."""
    tags: Annotated[dict[TagKey, TagValue], Field(max_length=limits.TAGS.most)] = {}
    """At most 6 more tags for all resources that support tags, with keys of 1 to 127 and values of
    1 to 255 letters, digits, inner spaces and _ . : / = + - @, none beginning with aws:. Route 53
    allows ten on a health check, and this project sets four itself."""

    def regional(self, role: Role) -> RegionalSettings:
        """The settings of the region that plays this role."""
        return self.primary if role == "primary" else self.dr

    @property
    def remote_stacks(self) -> tuple[RemoteStack, ...]:
        """The stacks whose states are in S3, in deployment order."""
        return REMOTE_STACKS if self.state.tables is None else ("tables", *REMOTE_STACKS)

    @property
    def stacks(self) -> tuple[str, ...]:
        """Every stack, in deployment order."""
        return tuple(one for one in STACKS if one == "bootstrap" or one in self.remote_stacks)

    def backend(self, stack: RemoteStack) -> Backend:
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
        return f"{ROLE_NAMES[role]}-health.{self.dns.domain}"

    @property
    def scheme(self) -> Literal["https", "http"]:
        """How users come."""
        return "https" if self.tls else "http"

    @property
    def ipv6(self) -> bool:
        """Whether the domain has IPv6 addresses: where both regions have. With one alone, its users
        would be sent to it when it is dead."""
        return all(self.regional(role).ipv6 for role in ROLES)

    def logs_bucket(self, role: Role) -> str:
        """The bucket of a region's logs, in that region."""
        return f"{self.backend(role).bucket}{LOGS_SUFFIX}"

    def releases_bucket(self, role: Role) -> str:
        """The bucket of a region's releases, in that region; only with application.kind =
        "release"."""
        return f"{self.backend(role).bucket}{RELEASES_SUFFIX}"

    def github_environment(self, role: Role) -> str:
        """The environment of a GitHub repository whose jobs may deliver to a region."""
        return f"{self.name}-{role}"

    def pipeline(self, role: Role) -> str:
        """The pipeline that delivers to a region; only with `delivery.pipeline`."""
        return f"{self.regional_prefix(role)}-delivery"

    def database(self, role: Role) -> str:
        """Identifier of a region's database cluster or instance; only with `data.engine`."""
        return f"{self.regional_prefix(role)}-database"

    @property
    def global_database(self) -> str:
        """Identifier of the Aurora Global Database; only with an Aurora engine."""
        return f"{self.name}-database"

    @property
    def database_secret(self) -> str:
        """Name of the secret with the database's user and password, in both regions."""
        return f"{self.name}-database"

    def own_variables(self, role: Role) -> dict[str, str]:
        """The file's environment variables for a region's instances."""
        return {**self.application.environment, **self.regional(role).application.environment}

    def variables(self, role: Role) -> dict[str, str]:
        """All environment variables of a region's application: the file's and this project's."""
        known = {
            "PORT": str(self.application.port),
            "FAILOVER_DEPLOYMENT": self.name,
            "FAILOVER_REGION": self.regional(role).region,
            "FAILOVER_ROLE": ROLE_NAMES[role],
        }
        if self.application.kind == "release":
            known["FAILOVER_RELEASES_BUCKET"] = self.releases_bucket(role)
        return {
            **self.own_variables(role),
            **known,
            **self.data.variables(self.database_secret),
            **self.table_variables,
        }

    @property
    def table_variables(self) -> dict[str, str]:
        """The variables that name the tables to an application, in both regions."""
        return {table.variable: self.table_name(table) for table in self.data.tables}

    def table_name(self, table: Table) -> str:
        """A table's name in AWS, in both regions: an account may have several deployments."""
        return f"{self.name}-{table.name}"

    @property
    def tables_key(self) -> str:
        """The alias of the key of tables with `own_keys`, in each region."""
        return f"alias/{self.name}-tables"

    @property
    def in_service_name(self) -> str:
        """The DNS name that tells whether the primary is healthy and the switch clear."""
        return f"primary-in-service.{self.dns.domain}"

    @property
    def switch_places(self) -> tuple[SwitchPlace, ...]:
        """Where the failover switch is kept: in the standby's region, and in the region of the
        global state. One place alone where that is the same."""
        backends = (self.state.dr, self.state.global_)
        places = [SwitchPlace(f"{one.bucket}{SWITCH_SUFFIX}", one.region) for one in backends]
        return tuple(places if places[0].region != places[1].region else places[:1])

    @property
    def note_places(self) -> tuple[SwitchPlace, ...]:
        """Where the failover control writes: all places of its own switch, or else the standby's
        alone, for its notes."""
        return self.switch_places if self.failover.obeys_objects else self.switch_places[:1]

    @property
    def switch_bucket(self) -> str:
        """The first of the switch's buckets, in the standby's region."""
        return self.switch_places[0].bucket

    @property
    def buckets(self) -> dict[str, str]:
        """Every bucket that the stacks create, and its region: that of whatever needs it."""
        backends = [self.backend(stack) for stack in self.remote_stacks]
        found = {backend.bucket: backend.region for backend in backends}
        found |= {place.bucket: place.region for place in self.switch_places}
        found |= {self.logs_bucket(role): self.regional(role).region for role in ROLES}
        if self.application.kind == "release":
            found |= {self.releases_bucket(role): self.regional(role).region for role in ROLES}
        return found

    @property
    def drills(self) -> str:
        """Starts the names of what drills on the real deployment use, and is the name of their
        schedules' group; only with `drill.live`."""
        return f"{self.regional_prefix('primary')}-drill"

    @property
    def endpoint_alarm(self) -> str:
        """The alarm on the primary's health check; in us-east-1, where such metrics are."""
        return f"{self.name}-primary-endpoint"

    @property
    def control_name(self) -> str:
        """The failover control: the name of its function and role, and the start of its rules'."""
        return f"{self.name}-failover-control"

    @property
    def readiness_name(self) -> str:
        """The standby's readiness checks: the name of their function and role, and the start of
        their rule's."""
        return f"{self.name}-standby-readiness"

    def regional_prefix(self, role: Role) -> str:
        """Starts the names of everything in a region whose name no setting gives."""
        return f"{self.name}-{self.regional(role).region}"

"""What a plan asks of a deployment: DNS, the switch, both groups of instances, both databases."""

from dataclasses import dataclass, field

from environments import ROLE_NAMES, ROLES, Environment, Role
from functions.failover_control.database import DatabaseState
from functions.failover_control.endpoint import Health, Lookup, health
from functions.failover_control.switch import FailoverSwitch
from operations.aws import Connect, client, refused
from operations.data.regions import RegionalDatabase, databases
from operations.delivery.bucket import ReleasesBucket
from operations.groups import group_in, serving_instances
from operations.status.names import serving
from operations.switch.name_servers import NameServers, asking
from operations.switch.position import switch_of
from terminal.errors import OperationError


@dataclass(frozen=True)
class Size:
    """An Auto Scaling group. most: its maximum. in_service: healthy instances that get users."""

    desired: int
    most: int
    in_service: int


@dataclass(frozen=True)
class Facts:
    """Every method asks anew, and raises OperationError if there is no answer."""

    environment: Environment
    connect: Connect = client
    lookup: Lookup = field(default_factory=lambda: NameServers(""))
    switch: FailoverSwitch | None = None
    """None with automatic failback."""

    def region(self, role: Role) -> str:
        """A region's name."""
        return self.environment.regional(role).region

    def named(self, role: Role) -> str:
        """A region for people: its role and its name."""
        return f"{ROLE_NAMES[role]}, {self.region(role)}"

    def health(self, role: Role) -> Health:
        """A region's health according to Route 53."""
        return health(self.environment.health_name(role), self.lookup)

    def in_service(self) -> Health:
        """Route 53's verdict on the primary's health and the switch, as far as it has seen them."""
        return health(self.environment.in_service_name, self.lookup)

    def serving(self) -> Role | None:
        """The region that Route 53's name servers answer with; None if that is not known."""
        try:
            found = serving(self.environment, asking(self.lookup))
        except OperationError:
            return None
        return next((role for role in ROLES if ROLE_NAMES[role] == found.role), None)

    @property
    def trouble(self) -> str:
        """Why the last DNS query had no answer; empty if that is not known."""
        return self.lookup.trouble if isinstance(self.lookup, NameServers) else ""

    def is_set(self) -> bool:
        """Whether the switch is set. Without a switch, never."""
        if self.switch is None:
            return False
        with refused("the switch cannot be read"):
            return self.switch.setting() is not None

    def size(self, role: Role) -> Size:
        """A region's Auto Scaling group."""
        name = self.environment.regional(role).auto_scaling_group
        group = group_in(self.region(role), name, self.connect)
        return Size(group["DesiredCapacity"], group["MaxSize"], len(serving_instances(group)))

    def present_size(self, role: Role) -> int:
        """How many instances a region's users have now, or would have: what the environment file
        says, if the region does not answer or has fewer."""
        declared = self.environment.regional(role).capacity.desired
        try:
            return max(declared, self.size(role).in_service)
        except OperationError:
            return declared

    @property
    def has_database(self) -> bool:
        return self.environment.data.kind is not None

    @property
    def has_switchover(self) -> bool:
        """Whether the writer can be moved without losing a write."""
        kind = self.environment.data.kind
        return kind is not None and kind.aurora

    def database(self, role: Role) -> RegionalDatabase:
        """A region's database, of an environment that has one."""
        return databases(self.environment, self.connect)[role]

    def state(self, role: Role) -> DatabaseState:
        """A region's database, as its region sees it."""
        return self.database(role).state()

    def takes_writes(self, role: Role) -> bool:
        """Whether a region's database takes writes, and is not on the move."""
        state = self.state(role)
        return state.writes and not state.moving

    def writers(self) -> list[Role]:
        """The regions whose databases take writes, of those that answer. Raises OperationError only
        if neither does."""
        found: list[Role] = []
        errors: list[str] = []
        for role in ROLES:
            try:
                if self.takes_writes(role):
                    found.append(role)
            except OperationError as error:
                errors.append(str(error))
        if len(errors) == len(ROLES):
            raise OperationError("\n  ".join(errors))
        return found

    def release(self, role: Role) -> str | None:
        """The digest of a region's current release; None before the first one."""
        current = ReleasesBucket.of(self.environment, role, self.connect).current()
        return current.pointer.release if current else None


def facts_of(environment: Environment) -> Facts:
    """A deployment in AWS, seen with the operator's own credentials."""
    return Facts(
        environment,
        client,
        NameServers(environment.dns.zone),
        switch_of(environment) if environment.failover.latches else None,
    )

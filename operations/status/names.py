"""What DNS says: who serves users, and how Route 53 finds both regions."""

from dataclasses import dataclass

from environments import ROLE_NAMES, ROLES, Environment, Role
from functions.failover_control.endpoint import Health, health
from operations.status.facts import Value
from operations.switch.name_servers import Ask
from terminal.errors import OperationError


@dataclass(frozen=True)
class Serving(Value):
    """Which region the domain leads to."""

    role: str | None
    """`primary` or `standby`; None if the answer is neither region's."""
    region: str | None
    addresses: list[str]
    ttl: int
    """For how many seconds whoever asked may keep the answer, of a resolver what is left of them; 0
    if that is not known."""

    @property
    def wrong(self) -> bool:
        return self.role != ROLE_NAMES["primary"]

    def __str__(self) -> str:
        if self.region is None:
            return f"neither region: {', '.join(self.addresses)}"
        ttl = f" (TTL {self.ttl} s)" if self.ttl else ""
        return f"{self.role}, {self.region}{ttl}"


@dataclass(frozen=True)
class RegionHealth(Value):
    """A region's health check, as Route 53's answers follow it."""

    status: Health
    sleeps: bool = False
    """Whether it is unhealthy by design: a pilot light that nobody needs."""

    @property
    def wrong(self) -> bool:
        return self.status is not Health.HEALTHY and not self.sleeps

    def __str__(self) -> str:
        if self.sleeps and self.status is Health.UNHEALTHY:
            return "unhealthy, as a pilot light is while it sleeps"
        return self.status.value


@dataclass(frozen=True)
class InService(Value):
    """Route 53's verdict on the primary's health and the switch, as far as it has seen them."""

    status: Health

    @property
    def wrong(self) -> bool:
        return self.status is not Health.HEALTHY

    def __str__(self) -> str:
        match self.status:
            case Health.HEALTHY:
                return "yes, says Route 53"
            case Health.UNHEALTHY:
                return "no, says Route 53: it is not healthy, or the switch is set"
            case Health.UNKNOWN:
                return "unknown: an answer that is none of ours"


def serving(environment: Environment, ask: Ask) -> Serving:
    """Which region users of this resolver get. Its answers for the regions' own names tell the
    regions apart. Raises OperationError if the domain has no answer."""
    answer = ask(environment.dns.domain)
    roles: list[Role] = [
        role for role in ROLES if answer.addresses & _of_region(environment, role, ask)
    ]
    role = roles[0] if len(roles) == 1 else None
    return Serving(
        role=ROLE_NAMES[role] if role else None,
        region=environment.regional(role).region if role else None,
        addresses=sorted(answer.addresses),
        ttl=answer.ttl,
    )


def region_health(environment: Environment, role: Role, ask: Ask) -> RegionHealth:
    """Raises OperationError if there is no answer."""
    sleeps = role == "dr" and environment.failover.strategy == "pilot_light"
    return RegionHealth(_health(environment.health_name(role), ask), sleeps=sleeps)


def in_service(environment: Environment, ask: Ask) -> InService:
    """Raises OperationError if there is no answer."""
    return InService(_health(environment.in_service_name, ask))


def _of_region(environment: Environment, role: Role, ask: Ask) -> frozenset[str]:
    try:
        return ask(environment.regional_name(role)).addresses
    except OperationError:
        return frozenset()


def _health(name: str, ask: Ask) -> Health:
    return health(name, lambda one: set(ask(one).addresses))

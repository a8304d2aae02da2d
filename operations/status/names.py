"""What DNS says: who serves users, and how Route 53 finds both regions."""

from collections.abc import Mapping
from dataclasses import dataclass

from environments import ROLE_NAMES, ROLES, Environment, Role
from functions.failover_control.endpoint import Health, health
from operations.status.facts import Value
from operations.switch.name_servers import Answer, Ask
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


@dataclass(frozen=True)
class OtherNames(Value):
    """Whether the other names that users open lead where the domain does."""

    domain: str
    alike: list[str]
    """Those that do."""
    elsewhere: dict[str, str]
    """Those that do not: where each leads, or why it has no answer."""

    @property
    def wrong(self) -> bool:
        return bool(self.elsewhere)

    def __str__(self) -> str:
        names = len(self.alike) + len(self.elsewhere)
        said = f"{len(self.alike)} of {names} lead where {self.domain} does"
        return "; ".join([said, *(f"{name}: {to}" for name, to in self.elsewhere.items())])


def serving(environment: Environment, ask: Ask) -> Serving:
    """Which region users of this resolver get. Its answers for the regions' own names tell the
    regions apart. Raises OperationError if the domain has no answer."""
    answer = ask(environment.dns.domain)
    return _serving(environment, answer, _of_regions(environment, ask))


def other_names(environment: Environment, ask: Ask) -> OtherNames:
    """Which of `dns.aliases` lead to the region that the domain leads to. One without an answer
    leads elsewhere. Raises OperationError if the domain has no answer."""
    names, answer = environment.dns, ask(environment.dns.domain)
    regions = _of_regions(environment, ask)
    role = _serving(environment, answer, regions).role
    elsewhere: dict[str, str] = {}
    for name in names.aliases:
        try:
            found = _serving(environment, ask(name), regions)
        except OperationError as error:
            elsewhere[name] = str(error)
        else:
            if found.role != role:
                elsewhere[name] = str(found)
    alike = [name for name in names.aliases if name not in elsewhere]
    return OtherNames(names.domain, alike, elsewhere)


def region_health(environment: Environment, role: Role, ask: Ask) -> RegionHealth:
    """Raises OperationError if there is no answer."""
    sleeps = role == "dr" and environment.failover.strategy == "pilot_light"
    return RegionHealth(_health(environment.health_name(role), ask), sleeps=sleeps)


def in_service(environment: Environment, ask: Ask) -> InService:
    """Raises OperationError if there is no answer."""
    return InService(_health(environment.in_service_name, ask))


def _of_regions(environment: Environment, ask: Ask) -> dict[Role, frozenset[str]]:
    """The addresses of each region's own name; none without an answer."""
    found: dict[Role, frozenset[str]] = {}
    for role in ROLES:
        try:
            found[role] = ask(environment.regional_name(role)).addresses
        except OperationError:
            found[role] = frozenset()
    return found


def _serving(
    environment: Environment, answer: Answer, regions: Mapping[Role, frozenset[str]]
) -> Serving:
    """Which region an answer leads to."""
    roles: list[Role] = [role for role, there in regions.items() if answer.addresses & there]
    role = roles[0] if len(roles) == 1 else None
    return Serving(
        role=ROLE_NAMES[role] if role else None,
        region=environment.regional(role).region if role else None,
        addresses=sorted(answer.addresses),
        ttl=answer.ttl,
    )


def _health(name: str, ask: Ask) -> Health:
    return health(name, lambda one: set(ask(one).addresses))

"""Route 53 in the drill: what its checkers have found, and when its name servers learn of it."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from modules.recovery_time import PROPAGATION
from proof.drill.balancer import Balancer
from proof.drill.clock import Clock
from proof.drill.journal import Journal
from proof.drill.probing import Probing
from proof.route53 import Configuration, RegionState, World, Zone
from proof.route53.health import combined

# Seconds between two evaluations. AWS does not document the interval.
STEP = 0.5


@dataclass
class Propagation:
    """Delays statuses on their way to DNS: each change arrives 0 to `PROPAGATION` seconds later."""

    chance: random.Random
    visible: dict[str, bool] = field(default_factory=dict[str, bool])
    _coming: list[tuple[float, str, bool]] = field(default_factory=list[tuple[float, str, bool]])
    _latest: dict[str, bool] = field(default_factory=dict[str, bool])

    def learn(self, statuses: Mapping[str, bool], now: float) -> None:
        """Takes in the current statuses. The first of each check is known everywhere at once."""
        for address, healthy in statuses.items():
            if address not in self._latest:
                self.visible[address] = healthy
            elif self._latest[address] != healthy:
                due = [at for at, other, _ in self._coming if other == address]
                at = max([now + self.chance.uniform(0, PROPAGATION), *due])
                self._coming.append((at, address, healthy))
            self._latest[address] = healthy

    def arrive(self, now: float) -> None:
        """Makes the changes that are due visible."""
        due = [one for one in self._coming if one[0] <= now]
        self._coming = [one for one in self._coming if one[0] > now]
        for _, address, healthy in due:
            self.visible[address] = healthy


class Route53:
    def __init__(
        self,
        clock: Clock,
        configuration: Configuration,
        *,
        balancers: Mapping[str, Balancer],
        probing: Probing,
        propagation: Propagation,
        journal: Journal,
    ) -> None:
        self._clock = clock
        self._configuration = configuration
        self._balancers = balancers
        self._probing = probing
        self._propagation = propagation
        self._journal = journal
        self.conclude()

    async def run(self) -> None:
        """Evaluates periodically until cancelled."""
        while True:
            await self._clock.sleep(STEP)
            self.conclude()

    def conclude(self) -> None:
        """Evaluates what the checkers say now."""
        raw = {address: fleet.healthy for address, fleet in self._probing.fleets.items()}
        statuses = combined(self._configuration, raw)
        self._propagation.learn(statuses, self._clock.now)
        self._propagation.arrive(self._clock.now)
        for address, healthy in self._propagation.visible.items():
            self._journal.state(words(address), "healthy" if healthy else "unhealthy")

    def zone(self) -> Zone:
        """The zone as the name servers see it."""
        return Zone(self._configuration, self._world(), self._propagation.visible)

    @property
    def visible(self) -> Mapping[str, bool]:
        """Each check's status as the name servers see it."""
        return self._propagation.visible

    def _world(self) -> World:
        regions = {
            region: RegionState(
                network=not balancer.lost,
                registered=balancer.registered,
                healthy=balancer.healthy,
            )
            for region, balancer in self._balancers.items()
        }
        return World(regions)


def words(address: str) -> str:
    """Turns aws_route53_health_check.primary_health_check into `primary health check`."""
    return address.partition(".")[2].replace("_", " ")

"""An executable model of Route 53: given the emitted records and health checks and a state of the
world, what does DNS answer?

Each rule is one function that cites its AWS page. Anything in the emitted JSON that no rule covers
raises `UnknownToTheModelError`; the model never guesses.
"""

from proof.route53.answers import Answer, Zone
from proof.route53.configuration import Configuration
from proof.route53.errors import UnknownToTheModelError
from proof.route53.health import Statuses, statuses
from proof.route53.reading import configuration_of
from proof.route53.world import RegionState, World

__all__ = [
    "Answer",
    "Configuration",
    "RegionState",
    "Statuses",
    "UnknownToTheModelError",
    "World",
    "Zone",
    "configuration_of",
    "statuses",
]

"""An executable model of how Route 53 answers: the emitted records and health checks, and a world.

Every rule is one function that names the page of AWS's it is from. What the emitted JSON holds and
the model does not know is an `UnknownToTheModelError`, never a guess.
"""

from proof.route53.answers import Answer, Zone
from proof.route53.configuration import Configuration
from proof.route53.errors import UnknownToTheModelError
from proof.route53.health import Statuses, statuses
from proof.route53.reading import configuration, read_configuration
from proof.route53.world import RegionState, World

__all__ = [
    "Answer",
    "Configuration",
    "RegionState",
    "Statuses",
    "UnknownToTheModelError",
    "World",
    "Zone",
    "configuration",
    "read_configuration",
    "statuses",
]

"""An executable model of how Route 53 answers: the emitted records and health checks, and a world.

Every rule is one function that names the page of AWS's it is from. What the emitted JSON holds and
the model does not know is an `UnknownToTheModelError`, never a guess.
"""

from operations.route53.answers import Answer, Zone
from operations.route53.configuration import Configuration
from operations.route53.errors import UnknownToTheModelError
from operations.route53.health import Statuses, statuses
from operations.route53.reading import configuration, read_configuration
from operations.route53.world import RegionState, World

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

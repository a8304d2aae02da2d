"""The type of a rule about a whole environment file."""

from collections.abc import Callable, Iterator

from environments.errors import Mistake
from environments.model import Environment

Rule = Callable[[Environment], Iterator[Mistake]]

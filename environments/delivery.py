"""How releases are delivered: `[delivery]`."""

from typing import Annotated

from environments import limits
from environments.section import Section, between


class Delivery(Section):
    """How `failover deploy` delivers releases; used only with application.kind = "release"."""

    bake: Annotated[int, between(limits.BAKE)] = 300
    """Seconds for which alarms are watched once every instance runs a new release, 0 to 3600. One
    that goes off rolls the release back."""
    skew_minutes: Annotated[int, between(limits.SKEW_MINUTES)] = 60
    """After how many minutes of different releases in the two regions an alarm goes off, 10 to
    1440."""

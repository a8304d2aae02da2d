"""Drills on the real deployment: `[drill]`."""

from typing import Annotated

from environments import limits
from environments.section import Section, between


class Drill(Section):
    """What `failover drill --live` needs in the primary's region."""

    live: bool = False
    """Whether a drill may take the primary out of users' reach. The region then has what gives it
    back without anybody's help, even if the drill's own machine dies: a security group without a
    way in, which the load balancer gets for the time, and a role by which EventBridge Scheduler
    gives it its own groups again."""
    fis: bool = False
    """Whether AWS Fault Injection Service does it instead, with an experiment that cuts the load
    balancer's subnets off, and ends it by itself. Needs live."""
    minutes: Annotated[int, between(limits.DRILL_MINUTES)] = 15
    """After how many minutes the primary is given back at the latest, 5 to 60."""

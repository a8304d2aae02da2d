"""What tests of a database's stacks share."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from cdktf_cdktf_provider_aws.db_instance import DbInstance
from cdktf_cdktf_provider_aws.rds_cluster import RdsCluster

from environments import ROLES
from tests.conftest import Synthesised
from tests.databases import with_database
from tests.synthesis import Stack, Stacks

STRATEGIES = ("hot", "warm", "pilot_light")
PRIMARY, STANDBY = "awspractice-ap-south-1-database", "awspractice-us-east-1-database"
SECRET = "arn:aws:secretsmanager:*:*:secret:awspractice-database-??????"


@cache
def varied(engine: str, strategy: str, promotion: str) -> Synthesised:
    environment = with_database(engine, strategy, promotion=promotion, promote_after_minutes=7)
    return Synthesised(environment, Stacks(environment))


def database_of(stack: Stack) -> dict[str, Any]:
    """The region's cluster or instance."""
    (found,) = [*stack.resources(RdsCluster).values(), *stack.resources(DbInstance).values()]
    return found


def regions(found: Synthesised) -> Iterator[Stack]:
    return (found.stacks[role] for role in ROLES)

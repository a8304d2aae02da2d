"""Database instances, and their passwords."""

from collections.abc import Iterator

from emitted import Json
from modules.database_settings import STORAGE_GROWTH
from operations.costs.line import Counter, Line, Resources
from operations.costs.prices import Prices, look_up


def _aurora_instance(body: Json, _: Resources, prices: Prices) -> Iterator[Line]:
    kind = body["instance_class"]
    price = look_up(prices.aurora, kind, section="aurora", what="Aurora class")
    yield Line(f"Aurora {kind}", 1, price, runs=True)


def _database(body: Json, _: Resources, prices: Prices) -> Iterator[Line]:
    """An RDS instance and its first storage, of which a replica has as much as its source."""
    kind, zones = body["instance_class"], 1 + bool(body.get("multi_az"))
    price = look_up(prices.databases, kind, section="databases", what="database class")
    yield Line(f"RDS {kind} in a zone", zones, price, runs=True)
    gib = body["max_allocated_storage"] // STORAGE_GROWTH
    yield Line("database storage", zones * gib, prices.items.database_storage)


def _secret(body: Json, _: Resources, prices: Prices) -> Iterator[Line]:
    yield Line("secret", 1 + len(body.get("replica", ())), prices.items.secret)


COUNTERS: dict[str, Counter] = {
    "aws_db_instance": _database,
    "aws_rds_cluster_instance": _aurora_instance,
    "aws_secretsmanager_secret": _secret,
}

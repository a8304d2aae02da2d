"""The mission with a database."""

import json
from typing import Any

from environments import Environment
from environments.loading import check
from tests.synthesis import EXAMPLES, example
from tests.variants import SIZES

ENGINES = ("aurora-postgresql", "aurora-mysql", "rds-postgres-replica", "rds-mysql-replica")
AURORA = ENGINES[:2]


def with_database(engine: str, strategy: str = "hot", **data: Any) -> Environment:
    """The mission with this engine, a standby of this strategy, and these values in `[data]`."""
    file = json.loads(example("mission").model_dump_json(by_alias=True, exclude_none=True))
    size = SIZES[strategy]
    file["dr"]["capacity"] = {"min": size, "desired": size, "max": 6}
    file["failover"] = {"strategy": strategy, "failback": "manual"}
    file["data"] = {"engine": engine, **data}
    return check(file, EXAMPLES / "database.toml")

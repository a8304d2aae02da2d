"""An environment under each strategy, and what its stacks then emit."""

from collections.abc import Mapping
from typing import Any, get_args

from emitted import Json
from environments import Environment, Strategy
from environments.loading import check
from environments.rules import HOT_MIN, RESTING
from stacks import synthesised

STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)
# The stacks with the standby, and with what sends users to it.
STANDBY_STACKS = ("dr", "global")


def variant(environment: Environment, strategy: Strategy) -> Environment:
    """The environment with another strategy, changed only as far as the rules require; unchanged
    for its own strategy. Raises EnvironmentFileError if the rules reject it."""
    content = environment.model_dump(by_alias=True)
    if strategy != environment.failover.strategy:
        content["failover"]["strategy"] = strategy
        _fit(content)
    return check(content, f'{environment.name} with failover.strategy = "{strategy}"')


def running(environment: Environment, engine: str) -> Environment:
    """The environment with another database engine, or with none, unchecked."""
    data = environment.data.model_copy(update={"engine": engine})
    return environment.model_copy(update={"data": data})


def _fit(content: dict[str, Any]) -> None:
    """Adjusts the standby to what the strategy allows."""
    failover, dr = content["failover"], content["dr"]
    strategy, capacity = failover["strategy"], dr["capacity"]
    if strategy == "hot":
        for size in ("min", "desired"):
            capacity[size] = max(HOT_MIN, capacity[size])
    else:
        failover["activation"] = True
        capacity["min"] = capacity["desired"] = RESTING[strategy]
    if strategy == "pilot_light":
        dr.update(nat_gateways="none", session_manager_endpoints=False)
    awake = content["primary"]["capacity"]["desired"] if failover["activation"] else 0
    capacity["max"] = max(capacity["max"], capacity["desired"], awake)


def standby_stacks(environment: Environment) -> Mapping[str, Json]:
    """The standby's emitted stacks, by name."""
    emitted = synthesised(environment)
    return {name: emitted[name] for name in STANDBY_STACKS}

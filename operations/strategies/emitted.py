"""An environment under each strategy, and what its stacks emit then."""

import json
import tempfile
from pathlib import Path
from typing import Any, get_args

import bindings
from environments import Environment, Strategy
from environments.loading import check
from environments.rules import HOT_MIN, RESTING

STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)
# The stacks that hold the standby, and what sends users to it.
STANDBY_STACKS = ("dr", "global")

Json = dict[str, Any]


def variant(environment: Environment, strategy: Strategy) -> Environment:
    """The environment with another strategy, changed no further than the rules ask for; the
    environment as it is for its own. Raises EnvironmentFileError where the rules refuse it."""
    content = environment.model_dump(by_alias=True)
    if strategy != environment.failover.strategy:
        content["failover"]["strategy"] = strategy
        _fit(content)
    return check(content, f'{environment.name} with failover.strategy = "{strategy}"')


def _fit(content: Json) -> None:
    """Makes the standby one that the strategy of the file allows."""
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


def all_stacks(environment: Environment) -> dict[str, Json]:
    """What the stacks emit, by stack; of the files themselves nothing stays."""
    bindings.prepare()
    from cdktf import App  # noqa: PLC0415 - slow, and only after `prepare`

    from stacks import build  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="failover-strategies-") as folder:
        app = App(outdir=folder)
        build(app, environment)
        app.synth()
        return {
            file.parent.name: json.loads(file.read_text("utf-8"))
            for file in sorted(Path(folder).glob("stacks/*/cdk.tf.json"))
        }


def standby_stacks(environment: Environment) -> dict[str, Json]:
    """What the standby's stacks emit, by stack."""
    emitted = all_stacks(environment)
    return {name: emitted[name] for name in STANDBY_STACKS}


def recovery(environment: Environment) -> str:
    """The worst case of a recovery, with its arithmetic."""
    bindings.prepare()
    from stacks import recovery_time  # noqa: PLC0415

    return str(recovery_time(environment))

"""Fixes of moto's AWS FIS."""

# Patches moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false

from typing import Any

from moto.fis.models import Experiment, FISBackend
from moto.moto_api import state_manager

from sandbox.embedded_aws.experiments import begin

# More looks than anybody takes at one experiment: its status changes by its own time alone.
NEVER = 10**9


def experiments_take_their_time() -> None:
    """moto's experiments are over at once, and do nothing."""
    start = FISBackend.start_experiment
    state_manager.set_transition("fis::experiment", {"progression": "manual", "times": NEVER})

    def started(self: FISBackend, *args: Any, **kwargs: Any) -> dict[str, Any]:
        told = start(self, *args, **kwargs)
        experiment: Experiment = self.experiments[told["id"]]
        if experiment.status == "pending":
            begin(experiment)
        return told

    FISBackend.start_experiment = started

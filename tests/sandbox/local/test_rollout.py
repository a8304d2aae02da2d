"""The order in which stacks are applied, and what happens to the others when one fails."""

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from emitted import STACK_NAMES
from environments import STACKS
from sandbox.local.rollout import AFTER, Rollout, StackRollout
from sandbox.local.workspace import Workspace
from sandbox.terraform import Terraform, TerraformError
from terminal.errors import OperationError

RULE = "aws_s3_bucket_lifecycle_configuration.states"
BUCKET = "aws_s3_bucket.states"
SUMMARY = {"type": "change_summary"}
# Each stack's Terraform has its own variables; here only one has any.
VARIABLES = {"dr": {"AWS_ACCESS_KEY_ID": "another"}}

Observe = Callable[[Mapping[str, Any]], None]


def test_every_stack_has_a_place_in_the_order() -> None:
    assert tuple(AFTER) == STACKS


def planned(addr: str) -> dict[str, Any]:
    return {"type": "planned_change", "change": {"resource": {"addr": addr}, "action": "create"}}


def completed(addr: str) -> dict[str, Any]:
    hook = {"resource": {"addr": addr}, "action": "create"}
    return {"type": "apply_complete", "hook": hook}


class Recorder:
    """Stands in for Terraform: records the calls, and runs a given function in each apply."""

    def __init__(self, applies: Mapping[str, Callable[[Observe], None]]) -> None:
        self.calls: list[str] = []
        self.interrupted = False
        self._applies = applies

    def init(self, folder: Path, log: Path, variables: Mapping[str, str]) -> None:
        assert log.name == f"{folder.name}.log"
        assert variables == VARIABLES.get(folder.name, {})
        self.calls.append(f"init {folder.name}")

    def apply(
        self,
        folder: Path,
        log: Path,
        observe: Observe,
        variables: Mapping[str, str],
        *,
        destroy: bool,
    ) -> None:
        assert log.name == f"{folder.name}.log"
        assert variables == VARIABLES.get(folder.name, {})
        self.calls.append(f"{'destroy' if destroy else 'apply'} {folder.name}")
        if folder.name in self._applies:
            self._applies[folder.name](observe)
        self.calls.append(f"end {folder.name}")

    def interrupt(self) -> None:
        self.interrupted = True


def failing(message: str) -> Callable[[Observe], None]:
    def fail(_: Observe) -> None:
        raise TerraformError(message)

    return fail


def started(folder: Path, **applies: Callable[[Observe], None]) -> tuple[Rollout, Recorder]:
    return begun(folder, applies, destroy=False)


def begun(
    folder: Path, applies: Mapping[str, Callable[[Observe], None]], *, destroy: bool
) -> tuple[Rollout, Recorder]:
    recorder = Recorder(applies)
    terraform = cast("Terraform", recorder)
    deployment = Rollout(
        "mission", STACK_NAMES, Workspace(folder), terraform, VARIABLES, destroy=destroy
    )
    deployment.start()
    return deployment, recorder


def over(deployment: Rollout) -> None:
    deployment.interrupt()
    assert deployment.finished


def phases(deployment: Rollout) -> dict[str, str]:
    return {name: stack.phase for name, stack in deployment.stacks.items()}


def test_stacks_are_applied_in_their_order(tmp_path: Path) -> None:
    deployment, recorder = started(tmp_path)
    over(deployment)
    deployment.result()
    calls = recorder.calls
    assert calls[:3] == ["init bootstrap", "apply bootstrap", "end bootstrap"]
    assert set(calls[3:9]) == {
        f"{step} {region}" for step in ("init", "apply", "end") for region in ("primary", "dr")
    }
    assert calls[9:] == ["init global", "apply global", "end global"]
    assert set(phases(deployment).values()) == {"done"}


def test_they_are_destroyed_in_the_opposite_order(tmp_path: Path) -> None:
    def only_a_rule_is_left(observe: Observe) -> None:
        observe(planned(RULE))
        observe(SUMMARY)

    deployment, recorder = begun(tmp_path, {"dr": only_a_rule_is_left}, destroy=True)
    over(deployment)
    deployment.result()
    calls = recorder.calls
    assert calls[:3] == ["init global", "destroy global", "end global"]
    assert set(calls[3:9]) == {
        f"{step} {region}" for step in ("init", "destroy", "end") for region in ("primary", "dr")
    }
    assert calls[9:] == ["init bootstrap", "destroy bootstrap", "end bootstrap"]


def test_a_region_that_is_not_destroyed_keeps_its_state(tmp_path: Path) -> None:
    deployment, _ = begun(tmp_path, {"dr": failing("in use")}, destroy=True)
    over(deployment)
    assert phases(deployment) == {
        "bootstrap": "skipped",
        "primary": "done",
        "dr": "failed",
        "global": "done",
    }


def test_both_regions_are_applied_at_the_same_time(tmp_path: Path) -> None:
    together = threading.Barrier(2, timeout=5)

    def meet(_: Observe) -> None:
        together.wait()

    deployment, _ = started(tmp_path, primary=meet, dr=meet)
    over(deployment)
    deployment.result()
    assert set(phases(deployment).values()) == {"done"}


def test_the_regions_begin_while_only_a_lifecycle_rule_is_left(tmp_path: Path) -> None:
    regions = threading.Barrier(3, timeout=5)

    def bootstrap(observe: Observe) -> None:
        for event in (planned(BUCKET), planned(RULE), SUMMARY, completed(BUCKET)):
            observe(event)
        regions.wait()

    def region(_: Observe) -> None:
        regions.wait()

    deployment, recorder = started(tmp_path, bootstrap=bootstrap, primary=region, dr=region)
    over(deployment)
    deployment.result()
    assert recorder.calls.index("apply dr") < recorder.calls.index("end bootstrap")


def test_no_region_begins_before_the_state_buckets_are_there(tmp_path: Path) -> None:
    seen: list[list[str]] = []

    def bootstrap(observe: Observe) -> None:
        observe(planned(BUCKET))
        observe(SUMMARY)
        threading.Event().wait(0.1)
        seen.append(list(recorder.calls))

    recorder = Recorder({"bootstrap": bootstrap})
    deployment = Rollout(
        "mission", STACK_NAMES, Workspace(tmp_path), cast("Terraform", recorder), VARIABLES
    )
    deployment.start()
    over(deployment)
    deployment.result()
    assert seen == [["init bootstrap", "apply bootstrap"]]


def test_nothing_is_applied_after_a_bootstrap_that_failed(tmp_path: Path) -> None:
    deployment, recorder = started(tmp_path, bootstrap=failing("Error: no bucket"))
    over(deployment)
    assert phases(deployment) == {
        "bootstrap": "failed",
        "primary": "skipped",
        "dr": "skipped",
        "global": "skipped",
    }
    assert recorder.calls == ["init bootstrap", "apply bootstrap"]
    with pytest.raises(OperationError) as error:
        deployment.result()
    log = tmp_path / "mission/bootstrap.log"
    assert str(error.value) == (
        f"bootstrap failed (Terraform's full output is in {log}):\nError: no bucket"
    )


def test_a_region_that_fails_does_not_stop_the_other(tmp_path: Path) -> None:
    deployment, _ = started(tmp_path, dr=failing("Error: lost"))
    over(deployment)
    assert phases(deployment) == {
        "bootstrap": "done",
        "primary": "done",
        "dr": "failed",
        "global": "skipped",
    }
    with pytest.raises(OperationError, match=r"^dr failed"):
        deployment.result()


@pytest.mark.parametrize("slow", ["primary", "dr"])
def test_the_global_stack_waits_for_the_slower_region(tmp_path: Path, slow: str) -> None:
    def linger(observe: Observe) -> None:
        observe(planned(BUCKET))
        threading.Event().wait(0.1)

    deployment, recorder = started(tmp_path, **{slow: linger})
    over(deployment)
    assert recorder.calls.index(f"end {slow}") < recorder.calls.index("init global")


def test_every_failure_is_told(tmp_path: Path) -> None:
    deployment, _ = started(tmp_path, dr=failing("Error: east"), primary=failing("Error: west"))
    over(deployment)
    with pytest.raises(OperationError, match=r"(?s)primary failed.*Error: west\n\ndr failed.*east"):
        deployment.result()


def test_an_error_of_our_own_is_not_hidden(tmp_path: Path) -> None:
    def broken(_: Observe) -> None:
        raise KeyError("ours")

    deployment, _ = started(tmp_path, dr=broken)
    over(deployment)
    with pytest.raises(KeyError, match="ours"):
        deployment.result()


def test_an_interrupt_reaches_terraform(tmp_path: Path) -> None:
    deployment, recorder = started(tmp_path)
    deployment.interrupt()
    assert recorder.interrupted


def observed(*events: dict[str, Any]) -> StackRollout:
    stack = StackRollout("bootstrap", phase="plan")
    for event in events:
        stack.observe(event)
    return stack


def test_a_stack_is_not_usable_while_it_is_planned() -> None:
    stack = observed(planned(RULE))
    assert stack.phase == "plan"
    assert not stack.usable.is_set()


def test_a_stack_is_not_usable_while_a_resource_remains() -> None:
    stack = observed(planned(BUCKET), planned(RULE), SUMMARY, completed(RULE))
    assert stack.phase == "apply"
    assert not stack.usable.is_set()


def test_a_stack_is_usable_without_its_lifecycle_rules() -> None:
    assert observed(planned(BUCKET), planned(RULE), SUMMARY, completed(BUCKET)).usable.is_set()


def test_a_stack_without_changes_is_usable_at_once() -> None:
    assert observed(SUMMARY).usable.is_set()


def test_a_stack_that_waits_has_not_taken_any_time() -> None:
    assert StackRollout("dr").seconds == 0
    assert StackRollout("dr", began=3.0, ended=5.5).seconds == 2.5

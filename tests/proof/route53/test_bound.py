"""How soon users are moved with the emitted settings."""

import pytest

from modules.recovery_time import recovery_time
from proof.route53 import configuration_of
from proof.route53.bound import completion_bound, recovery_bound, switch_bound
from tests.proof.route53.conftest import VARIANTS, Deploy
from tests.proof.route53.documented import PROOF_MD, documented_switch_seconds, promised


@pytest.mark.parametrize("variant", VARIANTS, ids="-".join)
def test_the_emitted_settings_recover_as_soon_as_the_output_says(
    deployed: Deploy, variant: tuple[str, ...]
) -> None:
    """Computed twice: here from the JSON, there from the environment."""
    one = deployed(*variant)
    assert recovery_bound(one.configuration, one.environment) == promised(one.stacks)
    assert promised(one.stacks) == recovery_time(one.environment).total


def test_the_switch_is_obeyed_as_soon_as_the_documentation_says(deployed: Deploy) -> None:
    one = deployed("hot", "manual", "alias")
    found = switch_bound(one.configuration, one.environment)
    assert found == documented_switch_seconds()


def test_a_late_clear_is_completed_as_soon_as_the_documentation_says(deployed: Deploy) -> None:
    one = deployed("hot", "manual", "alias")
    bound = completion_bound(one.configuration, one.environment)
    assert f"may answer the standby: for {bound} s at most" in PROOF_MD.read_text()


def test_a_switch_that_one_of_its_places_does_not_move_has_no_bound(deployed: Deploy) -> None:
    one = deployed("hot", "manual", "alias")
    for name in ("switch_check_standby", "switch_check_global"):
        stacks = one.copied()
        every = stacks["global"]["resource"]["aws_route53_health_check"]["primary_in_service"]
        every["child_healthchecks"].remove(f"${{aws_route53_health_check.{name}.id}}")
        every["child_health_threshold"] -= 1
        assert switch_bound(configuration_of(stacks), one.environment) is None
        assert completion_bound(configuration_of(stacks), one.environment) is None


def test_without_a_check_that_moves_users_there_is_no_bound(deployed: Deploy) -> None:
    one = deployed("hot", "automatic", "alias")
    assert switch_bound(one.configuration, one.environment) is None
    stacks = one.copied()
    del stacks["global"]["resource"]["aws_route53_record"]["primary_record"]["health_check_id"]
    assert recovery_bound(configuration_of(stacks), one.environment) is None

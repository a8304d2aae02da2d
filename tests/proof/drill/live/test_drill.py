"""What stands before a drill on a real deployment, and how it is judged."""

from typing import Any
from unittest.mock import Mock

import pytest

from environments import Data, Environment
from environments.dns import HealthCheck
from environments.drill import Drill
from proof.drill.live.approval import approve
from proof.drill.live.drill import check_settings, consequences, refuse_unless_it_held
from proof.drill.live.means import means_of
from proof.drill.live.scenarios import away_for, scenarios
from proof.drill.play import Result
from proof.drill.played import Promise
from proof.drill.scenario import Times
from proof.drill.verdict import Verdict
from terminal.errors import OperationError
from tests.synthesis import example

MEANS = Mock(what="the load balancer is closed")


def mission(**drill: Any) -> Environment:
    return example("mission").model_copy(update={"drill": Drill(live=True, **drill)})


def account(_service: str, _region: str) -> Mock:
    return Mock(get_caller_identity=lambda: {"Account": "123456789012"})


def test_without_the_means_it_says_what_to_set() -> None:
    with pytest.raises(OperationError, match=r"set drill\.live = true, and apply"):
        means_of(example("mission"), Mock())


def test_the_operator_names_the_account_and_the_domain() -> None:
    asked: list[str] = []

    def typed(question: str) -> str:
        asked.append(question)
        return " 123456789012 awspractice.space\n"

    approve(mission(), account, typed, consequences(mission(), MEANS))
    assert "the load balancer is closed.\nUsers of awspractice.space see an outage" in asked[0]


@pytest.mark.parametrize("typed", ["", "y", "123456789012", "999999999999 awspractice.space"])
def test_anything_else_is_no_confirmation(typed: str) -> None:
    with pytest.raises(OperationError, match="nothing was done"):
        approve(mission(), account, lambda _: typed, "It is closed.")


def test_aws_must_not_give_the_primary_back_too_soon() -> None:
    check_settings(mission())
    check = HealthCheck(interval=30, failure_threshold=10)
    slow = mission(minutes=5).model_copy(update={"health_check": check})
    with pytest.raises(OperationError, match=r"set drill\.minutes to \d+, and apply"):
        check_settings(slow)


@pytest.mark.parametrize(("minutes", "fits"), [(60, True), (2, False)])
def test_the_control_must_promote_nothing_meanwhile(minutes: int, fits: bool) -> None:
    data = Data(engine="aurora-postgresql", promotion="automatic", promote_after_minutes=minutes)
    environment = mission().model_copy(update={"data": data})
    if fits:
        check_settings(environment)
        return
    with pytest.raises(OperationError, match=r"set data\.promote_after_minutes to \d+"):
        check_settings(environment)


def test_it_is_away_long_enough_to_latch() -> None:
    times = Times.of(mission())
    assert away_for(mission()) > times.detection + times.latch


def test_without_a_switch_nobody_fails_back() -> None:
    file = example("mission")
    failover = file.failover.model_copy(update={"failback": "automatic"})
    keys = [one.key for one in scenarios(file.model_copy(update={"failover": failover}))]
    assert keys == ["calm", "region lost", "region back"]
    assert [one.key for one in scenarios(file)] == [*keys, "failback"]


def test_a_broken_expectation_fails_it() -> None:
    result = Result(Promise(118, True, Times.of(mission()), 4))
    result.verdicts = [("region lost", Verdict("everybody is on the standby", "nobody was", False))]
    with pytest.raises(OperationError, match="1 of 1 expectations do not hold") as caught:
        refuse_unless_it_held(result)
    assert "everybody is on the standby: nobody was" in str(caught.value)

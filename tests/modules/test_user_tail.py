"""The tail of users who keep DNS answers for longer than the TTL."""

import pytest

from modules.recovery_time import ALIAS_TTL, worst_case
from modules.user_tail import EXTENDING_SHARE, MOST_EXCESS, STUDIED_TTL, excess, tail


def test_with_the_studied_ttl_it_is_what_was_measured() -> None:
    """60 and 900 seconds after the answers change."""
    recovery = worst_case(interval=10, failure_threshold=3, ttl=STUDIED_TTL)
    changed = recovery.total - STUDIED_TTL
    found = tail(recovery)
    assert (found.most - changed, found.nearly_all - changed) == (60, 900)


def test_with_another_ttl_users_exceed_it_by_as_much() -> None:
    recovery = worst_case(interval=10, failure_threshold=3, ttl=ALIAS_TTL)
    assert recovery.total == 118
    assert str(tail(recovery)) == "90 % by 158 s and 98 % by 998 s"


def test_resolvers_extend_as_both_studies_together_say() -> None:
    """2 % of all users are left 880 s after the TTL: so many of the 8.74 %."""
    assert excess(0) == MOST_EXCESS == 40
    assert excess(1 - 0.02 / EXTENDING_SHARE) == pytest.approx(880)
    assert excess(0.5) < excess(0.9)

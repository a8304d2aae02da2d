"""What the documentation says in figures is what the code says."""

import re
from datetime import timedelta
from pathlib import Path

from functions.failover_control.control import BETWEEN_LOOKS, REST_AFTER
from modules.dns import ALIAS_TTL
from modules.dns.health_checks import SWITCH_INTERVAL, SWITCH_THRESHOLD
from modules.dns.recovery_time import worst_case
from operations.strategies import markdown
from tests.conftest import Synthesised

DOCS = Path(__file__).parent.parent / "docs"
FAILOVER = (DOCS / "failover.md").read_text()


def test_the_strategies_table_is_computed(deployment: Synthesised) -> None:
    """`./failover strategies --markdown` wrote it; after a change, it writes the new one."""
    assert markdown(deployment.environment).strip() in FAILOVER


def test_how_soon_the_switch_moves_users() -> None:
    moved = worst_case(interval=SWITCH_INTERVAL, failure_threshold=SWITCH_THRESHOLD, ttl=ALIAS_TTL)
    seconds, ttl = re.findall(
        r"sees the object within (\d+) seconds; resolvers forget the primary (\d+) s", FAILOVER
    )[0]
    assert int(seconds) == moved.total - ALIAS_TTL
    assert int(ttl) == ALIAS_TTL


def test_how_often_the_function_looks_and_when_the_standby_rests() -> None:
    assert set(re.findall(r"within (\d+) s(?:econds)?\b(?= of that| the)", FAILOVER)) == {
        str(BETWEEN_LOOKS)
    }
    assert timedelta(minutes=15) == REST_AFTER
    assert "Fifteen minutes after that" in FAILOVER

"""What the documentation and the outputs promise."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[3] / "docs"
FAILOVER_MD = DOCS / "failover.md"
PROOF_MD = DOCS / "proof.md"


def promised(stacks: Mapping[str, Any]) -> int:
    """The promise in the JSON's own output."""
    return stacks["global"]["output"]["worst_case_recovery_seconds"]["value"]


def documented_switch_seconds() -> int:
    """How soon a set switch takes effect, according to docs/failover.md."""
    found = re.search(r"Route 53 sees the object within (\d+) seconds", FAILOVER_MD.read_text())
    assert found
    return int(found[1])

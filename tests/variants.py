"""The mission with another strategy, another failback, or in other regions."""

import json
from typing import Any

from environments import Environment
from environments.loading import check
from tests.synthesis import EXAMPLES, example

STRATEGIES = ("hot", "warm", "pilot_light")
SIZES = {"hot": 2, "warm": 1, "pilot_light": 0}
FAILBACKS = ("manual", "automatic")
# Primary, standby, and the region of the global stack's state.
PLACES = (
    ("ap-south-1", "us-east-1", "us-west-2"),
    ("us-east-1", "ap-south-1", "eu-west-1"),
    ("eu-central-1", "eu-west-1", "eu-north-1"),
)


def changed(
    strategy: str,
    failback: str,
    place: tuple[str, str, str],
    record: str = "alias",
    **failover: Any,
) -> Environment:
    """The mission with these changes, which passes every rule."""
    content = json.loads(example("mission").model_dump_json(by_alias=True, exclude_none=True))
    primary, standby, other = place
    for role, region in (("primary", primary), ("dr", standby)):
        content[role] |= {"region": region, "zones": [f"{region}a", f"{region}b"]}
        content["state"][role]["region"] = region
    content["state"]["global"]["region"] = other
    if record == "cname":
        content["dns"] |= {"record": "cname", "domain": "www.awspractice.space"}
    size = SIZES[strategy]
    content["dr"]["capacity"] = {"min": size, "desired": size, "max": 6}
    content["failover"] = {"strategy": strategy, "failback": failback, **failover}
    return check(content, EXAMPLES / "changed.toml")

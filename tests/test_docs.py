"""The figures in the documentation match the code."""

import json
import math
import re
from datetime import timedelta
from pathlib import Path

import pytest
from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import CloudwatchMetricAlarm
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.s3_bucket_policy import S3BucketPolicy

from environments import ROLES, Application, Environment, Strategy
from functions.failover_control.agreed import BETWEEN_LOOKS, LONGEST_GAP
from functions.failover_control.control import REST_AFTER
from modules.dns.alarms import STANDBY_MINUTES
from modules.failover_control.alarms import FAILED_MINUTES, SERVING_TIMEOUT_MINUTES, SILENT_MINUTES
from modules.recovery_time import ALIAS_TTL, recovery_time, until_served, worst_case
from modules.regional.alarms import SUSTAINED, booting_minutes, replacing_minutes
from modules.timing import SWITCH_INTERVAL, SWITCH_THRESHOLD
from modules.user_tail import EXTENDING_SHARE, tail
from operations.costs.line import Line, by_item
from operations.costs.prices import load_prices
from operations.costs.resources import count
from operations.costs.variants import standby_stacks, variant
from operations.strategies import markdown
from operations.strategies.table import options
from tests.conftest import Synthesised

BOOT_TIME = until_served(Application())

DOCS = Path(__file__).parent.parent / "docs"
FAILOVER = (DOCS / "failover.md").read_text()
README = (DOCS.parent / "README.md").read_text()
SECURITY = (DOCS / "security.md").read_text()
ALARMS = (DOCS / "alarms.md").read_text()
DECISION = (DOCS / "decisions" / "0004-the-failover-switch-is-two-objects.md").read_text()


def lines(environment: Environment, strategy: Strategy) -> list[Line]:
    return by_item(count(standby_stacks(variant(environment, strategy)), load_prices()))


def test_the_strategies_table_is_computed(deployment: Synthesised) -> None:
    """After a change, write the table with `./failover strategies --markdown`."""
    assert markdown(deployment.environment).strip() in FAILOVER


def test_the_readmes_recovery_times_and_costs_are_computed(mission: Synthesised) -> None:
    for option in options(mission.environment, load_prices()):
        seconds = option.recovery.partition(" = ")[0]
        chosen = " (chosen)" if option.chosen else ""
        row = (f"`{option.strategy}`{chosen}", option.running, seconds, "none", f"{option.usd:.2f}")
        assert f"| {' | '.join(row)} |\n" in README


def test_the_terms_of_the_worst_case_are_the_missions(mission: Synthesised) -> None:
    section = FAILOVER.partition("## How long users wait\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| \**([\w ]+?)\** \| \**(\d[^|*]+?)\** \|", section, re.MULTILINE)
    told = {term: math.prod(map(int, re.findall(r"\d+", seconds))) for term, seconds in rows}
    recovery = recovery_time(mission.environment)
    assert told == {
        "detection": recovery.detection,
        "timeouts": recovery.timeouts,
        "propagation": recovery.propagation,
        "DNS TTL": recovery.ttl,
        "sum": recovery.total,
    }


def test_when_users_follow_who_exceed_the_ttl(mission: Synthesised) -> None:
    section = FAILOVER.partition("### Users who exceed the TTL\n")[2].partition("\n## ")[0]
    seconds = [int(found) for found in re.findall(r"^\| (\d+) s \|", section, re.MULTILINE)]
    recovery = recovery_time(mission.environment)
    late = tail(recovery)
    assert seconds == [recovery.total, late.most, late.nearly_all]
    assert f"{EXTENDING_SHARE * 100:.2f} % of 8,524 resolvers" in section


def test_how_soon_the_switch_moves_users() -> None:
    moved = worst_case(interval=SWITCH_INTERVAL, failure_threshold=SWITCH_THRESHOLD, ttl=ALIAS_TTL)
    seconds, ttl = re.findall(
        r"sees the object within (\d+) seconds;\s+resolvers forget the primary (\d+) s", FAILOVER
    )[0]
    assert int(seconds) == moved.total - ALIAS_TTL
    assert int(ttl) == ALIAS_TTL


def test_how_often_the_function_looks_and_when_the_standby_rests() -> None:
    (often, worst) = re.findall(
        r"it polls every (\d+) seconds, and (\d+) seconds apart at worst", FAILOVER
    )[0]
    assert (int(often), int(worst)) == (BETWEEN_LOOKS, LONGEST_GAP)
    assert timedelta(minutes=15) == REST_AFTER
    assert "Fifteen minutes after that" in FAILOVER


def test_what_a_pilot_light_adds() -> None:
    recovery = worst_case(interval=10, failure_threshold=3, ttl=ALIAS_TTL, boot=BOOT_TIME)
    assert f"which adds {recovery.activation} s, estimates included" in FAILOVER


def test_what_the_switch_costs(mission: Synthesised) -> None:
    """Compared with a deployment without a switch, and the control's waiting by itself."""
    failover = mission.environment.failover.model_copy(update={"failback": "automatic"})
    automatic = mission.environment.model_copy(update={"failover": failover})
    with_switch, without = (
        {line.what: line for line in lines(environment, "hot")}
        for environment in (mission.environment, automatic)
    )
    said, waits = re.findall(
        r"\*\*Cost\*\*: (\d\.\d\d) USD.*?six: (\d\.\d\d)", DECISION, re.DOTALL
    )[0]
    requests = with_switch["metric requests"].usd - without["metric requests"].usd
    reads = with_switch["S3 reads"].usd - without["S3 reads"].usd
    total = sum(line.usd for line in with_switch.values())
    cheaper = sum(line.usd for line in without.values())
    assert float(said) == pytest.approx(total - cheaper - requests - reads, abs=0.005)
    (control,) = [
        line
        for line in count(standby_stacks(mission.environment), load_prices())
        if (line.resource, line.what) == ("aws_lambda_function.control", "x86_64 function")
    ]
    assert float(waits) == pytest.approx(control.usd, abs=0.005)


def test_every_alarm_is_explained(
    mission: Synthesised, releases: Synthesised, tables: Synthesised
) -> None:
    """By name in the table, and in a section that its description names."""
    emitted: set[str] = set()
    for one in (mission, releases, tables):
        name = one.environment.name
        regions = [one.environment.regional(role).region for role in ROLES]
        for stack in one.stacks.values():
            for alarm in stack.resources(CloudwatchMetricAlarm).values():
                kind = alarm["alarm_name"].removeprefix(f"{name}-")
                for region in regions:
                    kind = re.sub(rf"^{region}-", "<region>-", kind)
                kind = re.sub(r"^<region>-\w+-(?=table-)", "<region>-<table>-", kind)
                emitted.add(f"<name>-{kind}")
    assert set(re.findall(r"^\| `(<name>-[^`]+)` \|", ALARMS, re.MULTILINE)) == emitted
    headings = re.findall(r"^### (.+)$", ALARMS, re.MULTILINE)
    kinds = {re.sub("<.+>-", "", alarm) for alarm in emitted}
    assert sorted(headings) == sorted(kinds)


def test_how_long_an_alarm_waits() -> None:
    def minutes(kind: str) -> list[int]:
        (row,) = re.findall(rf"^\| `<name>-(?:<region>-)?{kind}` .*$", ALARMS, re.MULTILINE)
        return [int(found) for found in re.findall(r"(\d+) (?:of \d )?(?:minutes|more)", row)]

    assert minutes("standby-endpoint") == [STANDBY_MINUTES]
    assert minutes("standby-cannot-serve") == [SERVING_TIMEOUT_MINUTES, -(-BOOT_TIME // 60)]
    assert minutes("control-silent") == [SILENT_MINUTES]
    assert minutes("control-errors") == minutes("control-throttles") == [FAILED_MINUTES]
    assert minutes("unhealthy-hosts") == [booting_minutes(BOOT_TIME)]
    assert minutes("too-few-hosts") == [replacing_minutes(BOOT_TIME)]
    for kind in ("load-balancer-errors", "target-errors", "slow-responses"):
        assert minutes(kind) == [SUSTAINED]


def test_who_may_flip_the_switch(mission: Synthesised) -> None:
    """According to all emitted policies, and equally in both places."""
    buckets = {place.bucket for place in mission.environment.switch_places}
    found: dict[str, dict[str, dict[str, set[str]]]] = {}
    for stack in mission.stacks.values():
        policies = [
            *((body, body["role"]) for body in stack.resources(IamRolePolicy).values()),
            *((body, "anybody") for body in stack.resources(S3BucketPolicy).values()),
        ]
        for body, who in policies:
            for one in json.loads(body["policy"])["Statement"]:
                bucket, _, key = str(one["Resource"]).removeprefix("arn:aws:s3:::").partition("/")
                if one["Effect"] == "Allow" and bucket in buckets and key:
                    actions = one["Action"] if isinstance(one["Action"], list) else [one["Action"]]
                    found.setdefault(who, {}).setdefault(key, {}).setdefault(bucket, set()).update(
                        actions
                    )
                    if "s3:DeleteObject" in actions and key == "failed-over":
                        assert one["Condition"] == {"Null": {"s3:if-match": "false"}}
    assert all("*" not in key for keys in found.values() for key in keys)
    assert set(found) == {"${aws_iam_role.control_role.name}", "anybody"}
    keys = ("failed-over", "cleared", "paused")
    rows = re.findall(r"^  \| ([^|]+) \| ([^|]*) \| ?([^|]*)\| ?([^|]*)\|$", SECURITY, re.MULTILINE)
    told = {
        "anybody" if "anybody" in who else "${aws_iam_role.control_role.name}": {
            key: {bucket: set(re.findall(r"`(s3:\w+)`", cell)) for bucket in buckets}
            for key, cell in zip(keys, cells, strict=True)
            if "`" in cell
        }
        for who, *cells in rows
        if "`s3:" in cells[0]
    }
    shown = {who: {key: of[key] for key in keys if key in of} for who, of in found.items()}
    assert told == shown
    assert "<name>-failover-control" in SECURITY

"""Every case of an application with a database: users are where it takes writes, unless the
settings say otherwise."""

import time
from collections import Counter
from collections.abc import Callable

import pytest

from proof.route53 import RegionState, configuration_of
from proof.route53.data_invariants import DATA_INVARIANTS
from proof.route53.databases import writers
from proof.route53.invariants import INVARIANTS
from proof.route53.table import Case, PlaceState, Table, cases, positions
from tests.proof.route53.breaking import ENDPOINT, IN_SERVICE, check, swap
from tests.proof.route53.conftest import Deploy, Deployed
from tests.proof.route53.documented import PROOF_MD
from tests.sabotage import Edit, Stacks, body, change

# Strategy, engine, kind of promotion, and how the domain points to the regions.
VARIANTS = (
    ("hot", "aurora-postgresql", "manual", "alias"),
    ("warm", "rds-postgres-replica", "automatic", "cname"),
)
AURORA, REPLICA = VARIANTS
WITHOUT_A_DATABASE = 2304


def expected_cases(one: Deployed) -> int:
    return WITHOUT_A_DATABASE * len(writers(one.environment))


def live_is_all_that_is_asked(stacks: Stacks) -> None:
    """Route 53 requests the load balancers' page, and the firewall lets it through."""
    check(ENDPOINT, resource_path="/live")(stacks)
    rule = body(stacks, "primary", "aws_wafv2_web_acl")["rule"][0]
    _, path = rule["statement"]["and_statement"]["statement"]
    change(path["byte_match_statement"], search_string="/live")


def broken(one: Deployed, edit: Edit) -> set[str]:
    """The data's invariants that a sabotage of the stacks breaks."""
    stacks = one.copied()
    edit(stacks)
    assert stacks != one.stacks
    return violated(Table(configuration_of(stacks), one.environment))


def violated(table: Table) -> set[str]:
    """The data's invariants that some row breaks; no more rows than it takes to break all."""
    found: set[str] = set()
    for row in table.rows():
        found |= {invariant.__name__ for invariant in DATA_INVARIANTS if not invariant(row)}
        if len(found) == len(DATA_INVARIANTS):
            break
    return found


def answered(one: Deployed, primary: RegionState, standby: RegionState, *, is_set: bool) -> str:
    """The region that users are sent to, with the switch in this position in all places."""
    places, off = positions(one.environment)[0]
    case = Case(primary, standby, tuple(PlaceState(is_set) for _ in places), off)
    answer = Table(one.configuration, one.environment).row(case).answer
    assert answer is not None
    return "primary" if answer.region == one.environment.primary.region else "standby"


@pytest.mark.parametrize(("variant", "times"), [(AURORA, 3), (REPLICA, 4)])
def test_the_table_has_each_case_with_each_writer_once(
    with_data: Deploy, variant: tuple[str, ...], times: int
) -> None:
    one = with_data(*variant)
    every = list(cases(one.environment))
    assert len(set(every)) == len(every) == expected_cases(one) == times * WITHOUT_A_DATABASE


def test_without_a_database_no_page_depends_on_one(deployed: Deploy) -> None:
    one = deployed("hot", "manual", "alias")
    regions = {state for case in cases(one.environment) for state in (case.primary, case.standby)}
    assert {(state.needs_writer, state.writes) for state in regions} == {(False, True)}


@pytest.mark.slow
def test_no_case_of_any_variant_breaks_an_invariant(
    with_data: Deploy, report: Callable[[str], None]
) -> None:
    began = time.monotonic()
    found: Counter[str] = Counter()
    for variant in VARIANTS:
        one = with_data(*variant)
        for row in Table(one.configuration, one.environment).rows():
            for invariant in (*INVARIANTS, *DATA_INVARIANTS):
                if not invariant(row):
                    found[f"{'-'.join(variant)}: {invariant.__name__}"] += 1
    rows = sum(expected_cases(with_data(*variant)) for variant in VARIANTS)
    said = f"{len(VARIANTS)} variants with {rows:,} rows"
    report(f"{said} of data: {found.total()} violations ({time.monotonic() - began:.1f} s)")
    assert found == {}
    assert said in " ".join(PROOF_MD.read_text().split())


@pytest.mark.parametrize("variant", [AURORA, REPLICA], ids="-".join)
def test_the_contract_moves_users_before_a_promotion_and_keeps_them_after(
    with_data: Deploy, variant: tuple[str, ...]
) -> None:
    one = with_data(*variant)
    writes = RegionState(needs_writer=True)
    reads = RegionState(needs_writer=True, writes=False)
    copy, promoted = RegionState(writes=False), RegionState()
    lost = RegionState(network=False)
    assert answered(one, writes, copy, is_set=False) == "primary"
    assert answered(one, lost, copy, is_set=False) == "standby", "to read, until a promotion"
    assert answered(one, reads, copy, is_set=False) == "standby", "its database alone failed"
    assert answered(one, reads, promoted, is_set=True) == "standby"
    assert answered(one, reads, promoted, is_set=False) == "standby", "even without the switch"
    # A replica's source still takes writes; the switch alone keeps users away from it.
    assert answered(one, writes, promoted, is_set=True) == "standby"


def test_a_primary_that_only_reads_loses_its_users_whatever_its_targets_say(
    with_data: Deploy,
) -> None:
    """With a page of their own they are healthy; without, none is, and the load balancer forwards
    to all of them:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
    """
    one = with_data(*AURORA)
    for healthy in (2, 0):
        reads = RegionState(needs_writer=True, writes=False, healthy=healthy)
        assert answered(one, reads, RegionState(writes=False), is_set=False) == "standby"
        assert answered(one, reads, RegionState(), is_set=False) == "standby"


def test_an_application_that_is_healthy_while_it_only_reads_is_noticed(with_data: Deploy) -> None:
    """In the primary's region: users would go back to it, and could not write."""
    one = with_data(*AURORA)
    found = violated(Table(one.configuration, one.environment, needs_writer=frozenset()))
    assert found == {invariant.__name__ for invariant in DATA_INVARIANTS}


@pytest.mark.parametrize(
    ("what", "edit"),
    [
        ("PRIMARY and SECONDARY swapped", swap("failover_routing_policy")),
        ("the primary's check disabled", check(ENDPOINT, disabled=True)),
        ("one healthy check of three suffices", check(IN_SERVICE, child_health_threshold=1)),
        ("Route 53 asks the load balancers' page", live_is_all_that_is_asked),
    ],
)
def test_a_sabotage_of_the_stacks_is_noticed(with_data: Deploy, what: str, edit: Edit) -> None:
    assert broken(with_data(*AURORA), edit) != set(), what

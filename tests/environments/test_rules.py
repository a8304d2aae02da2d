"""What the fields must be in combination, and that all mistakes in a file are reported at once."""

from typing import Any

import pytest

from environments import EnvironmentFileError
from environments.loading import check

File = dict[str, Any]


def mistakes(file: File) -> list[str]:
    with pytest.raises(EnvironmentFileError) as caught:
        check(file, "some.toml")
    return [str(mistake) for mistake in caught.value.mistakes]


@pytest.mark.parametrize(
    ("table", "key", "item"),
    [
        (None, "allowed_account_ids", "111122223333"),
        ("alarms", "emails", "oncall@example.com"),
        ("dns", "aliases", "www.awspractice.space"),
        ("alarms", "webhooks", "https://alerts.example.com/sns"),
    ],
)
def test_nothing_is_listed_twice(
    mission_file: File, table: str | None, key: str, item: str
) -> None:
    (mission_file if table is None else mission_file.setdefault(table, {}))[key] = [item, item]
    field = key if table is None else f"{table}.{key}"
    assert mistakes(mission_file) == [f"{field}.1: '{item}' is listed twice"]


def test_the_regions_differ(mission_file: File) -> None:
    mission_file["dr"]["region"] = "ap-south-1"
    assert "dr.region: must differ from primary.region, ap-south-1" in mistakes(mission_file)


@pytest.mark.parametrize("zone", ["us-east-1a", "ap-south-1", "ap-south-1z", "ap-south-1-bos-1a"])
def test_a_zone_lies_in_its_region(mission_file: File, zone: str) -> None:
    mission_file["primary"]["zones"][1] = zone
    (mistake,) = mistakes(mission_file)
    assert mistake.startswith(f"primary.zones.1: '{zone}' is not an availability zone")
    assert "ap-south-1a to ap-south-1h" in mistake


def test_a_zone_is_listed_once(mission_file: File) -> None:
    mission_file["dr"]["zones"] = ["us-east-1a", "us-east-1b", "us-east-1a"]
    assert mistakes(mission_file) == ["dr.zones.2: 'us-east-1a' is listed twice"]


@pytest.mark.parametrize("cidr", ["10.0.0.0/16", "10.0.128.0/20"])
def test_the_networks_do_not_overlap(mission_file: File, cidr: str) -> None:
    mission_file["dr"]["cidr"] = cidr
    assert mistakes(mission_file) == [f"dr.cidr: {cidr} overlaps primary.cidr, 10.0.0.0/16"]


def existing_network(count: int) -> dict[str, Any]:
    subnets = [f"subnet-{number:08x}" for number in range(count)]
    return {"vpc_id": "vpc-01234567", "public_subnets": subnets, "private_subnets": subnets}


def test_a_region_has_one_network(mission_file: File) -> None:
    mission_file["dr"]["existing_network"] = existing_network(3)
    del mission_file["primary"]["cidr"]
    assert mistakes(mission_file) == [
        f"{role}: must have either cidr or existing_network" for role in ("primary", "dr")
    ]


def test_an_existing_network_has_a_subnet_for_each_zone(mission_file: File) -> None:
    primary = mission_file["primary"]
    del primary["cidr"]
    primary["existing_network"] = existing_network(3)
    check(mission_file, "some.toml")
    primary["existing_network"] = existing_network(2)
    primary["nat_gateways"] = "single"
    wanted = "must list a subnet for each of 3 zones, and lists 2"
    assert mistakes(mission_file) == [
        f"primary.existing_network.public_subnets: {wanted}",
        f"primary.existing_network.private_subnets: {wanted}",
        'primary.nat_gateways: must be "none" with existing_network',
    ]


def test_a_subnet_is_listed_once(mission_file: File) -> None:
    primary = mission_file["primary"]
    del primary["cidr"]
    primary["existing_network"] = existing_network(3)
    primary["existing_network"]["public_subnets"] = ["subnet-00000000"] * 3
    assert mistakes(mission_file) == [
        "primary.existing_network.public_subnets: must not list a subnet twice"
    ]


def test_a_mistake_in_an_existing_network_is_named(mission_file: File) -> None:
    del mission_file["primary"]["cidr"]
    mission_file["primary"]["existing_network"] = {**existing_network(3), "vpc_id": "vpc"}
    (mistake,) = mistakes(mission_file)
    assert mistake.startswith("primary.existing_network.vpc_id: is not of the allowed form: The V")


def test_the_records_are_told_apart(mission_file: File) -> None:
    mission_file["dns"]["secondary_set_identifier"] = "primary"
    assert mistakes(mission_file) == [
        "dns.secondary_set_identifier: must differ from primary_set_identifier"
    ]


@pytest.mark.parametrize("sizes", [(3, 2, 6), (3, 7, 6), (4, 4, 3)])
def test_capacities_are_in_order(mission_file: File, sizes: tuple[int, int, int]) -> None:
    mission_file["dr"]["capacity"] = dict(zip(("min", "desired", "max"), sizes, strict=True))
    numbers = ", ".join(map(str, sizes))
    assert mistakes(mission_file) == [
        f"dr.capacity: must have min <= desired <= max, and has {numbers}"
    ]


def test_the_primary_runs(mission_file: File) -> None:
    mission_file["primary"]["capacity"] = {"min": 0, "desired": 3, "max": 6}
    assert mistakes(mission_file) == ["primary.capacity.min: must be at least 1, and is 0"]


@pytest.mark.parametrize(
    ("strategy", "sizes", "said"),
    [
        ("hot", (1, 1), 'must have min >= 2 with failover.strategy = "hot", and has min = 1'),
        ("warm", (1, 2), 'must have min = desired = 1 with failover.strategy = "warm", and has'),
        ("warm", (0, 0), "must have min = desired = 1"),
        ("pilot_light", (0, 1), "must have min = desired = 0"),
        ("pilot_light", (1, 1), "must have min = desired = 0"),
    ],
)
def test_the_standbys_size_fits_its_strategy(
    mission_file: File, strategy: str, sizes: tuple[int, int], said: str
) -> None:
    mission_file["failover"]["strategy"] = strategy
    mission_file["dr"]["capacity"] = {"min": sizes[0], "desired": sizes[1], "max": 6}
    (mistake,) = mistakes(mission_file)
    assert mistake.startswith(f"dr.capacity: {said}")


@pytest.mark.parametrize(("strategy", "size"), [("hot", 2), ("warm", 1), ("pilot_light", 0)])
def test_each_strategy_has_a_size_that_fits(mission_file: File, strategy: str, size: int) -> None:
    mission_file["failover"]["strategy"] = strategy
    mission_file["dr"]["capacity"] = {"min": size, "desired": size, "max": 6}
    assert check(mission_file, "some.toml").failover.strategy == strategy


def test_the_standby_can_grow_to_the_primarys_size(mission_file: File) -> None:
    mission_file["dr"]["capacity"] = {"min": 2, "desired": 2, "max": 2}
    assert mistakes(mission_file) == [
        "dr.capacity.max: must be at least primary.capacity.desired, 3, which a failover brings it"
        " to; it is 2"
    ]
    mission_file["failover"]["activation"] = False
    check(mission_file, "some.toml")


@pytest.mark.parametrize(("strategy", "size"), [("warm", 1), ("pilot_light", 0)])
def test_a_small_standby_is_activated(mission_file: File, strategy: str, size: int) -> None:
    mission_file["failover"] = {"strategy": strategy, "activation": False}
    mission_file["dr"]["capacity"] = {"min": size, "desired": size, "max": 6}
    assert mistakes(mission_file) == [
        f'failover.activation: must be true with strategy = "{strategy}"'
    ]


def test_a_pilot_light_keeps_nothing_running(mission_file: File) -> None:
    mission_file["failover"]["strategy"] = "pilot_light"
    dr = mission_file["dr"]
    dr.update(nat_gateways="single", session_manager_endpoints=True)
    dr["capacity"] = {"min": 0, "desired": 0, "max": 6}
    kept = 'with failover.strategy = "pilot_light", which keeps nothing running'
    assert mistakes(mission_file) == [
        f'dr.nat_gateways: must be "none" {kept}',
        f"dr.session_manager_endpoints: must be false {kept}",
    ]


def test_the_switchs_bucket_has_a_name_that_s3_allows(mission_file: File) -> None:
    mission_file["state"]["dr"]["bucket"] = "b" * 57
    assert mistakes(mission_file) == [
        "state.dr.bucket: with -switch, the failover switch's bucket, has 64 characters; 63 are"
        " allowed"
    ]


def test_no_state_is_in_the_switchs_bucket(mission_file: File) -> None:
    mission_file["state"]["global"]["bucket"] = "awspractice-space-state-dr-switch"
    assert mistakes(mission_file) == [
        "state.global.bucket: 'awspractice-space-state-dr-switch' is the failover switch's bucket"
    ]


@pytest.mark.parametrize("domain", ["example.com", "notawspractice.space", "space.awspractice"])
def test_the_domain_lies_in_the_zone(mission_file: File, domain: str) -> None:
    mission_file["dns"]["domain"] = domain
    (mistake,) = mistakes(mission_file)
    assert mistake.startswith("dns.domain: must be awspractice.space or a name ending in .awspra")


def test_a_cname_is_not_at_the_apex(mission_file: File) -> None:
    mission_file["dns"]["record"] = "cname"
    assert mistakes(mission_file) == [
        'dns.record: must be "alias" if dns.domain is the zone itself'
    ]


def test_without_tls_the_domain_is_no_longer(mission_file: File) -> None:
    """bootstrap requests a certificate either way."""
    mission_file["tls"] = False
    mission_file["dns"]["domain"] = f"{'a' * 47}.awspractice.space"
    (mistake,) = mistakes(mission_file)
    assert mistake.startswith("dns.domain: must have at most 64 characters, and has 65: ACM")


def test_each_state_has_a_bucket_of_its_own(mission_file: File) -> None:
    mission_file["state"]["global"]["bucket"] = "awspractice-space-state-dr"
    (mistake,) = mistakes(mission_file)
    assert mistake.startswith("state.global.bucket: 'awspractice-space-state-dr' is state.dr's")
    assert "under the same key, terraform.tfstate" in mistake
    mission_file["state"]["global"]["key"] = "global.tfstate"
    (mistake,) = mistakes(mission_file)
    assert "same key" not in mistake


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_a_regions_state_is_in_its_region(mission_file: File, region: str) -> None:
    mission_file["state"]["primary"]["region"] = region
    assert mistakes(mission_file) == ["state.primary.region: must be primary.region, ap-south-1"]


@pytest.mark.parametrize("region", ["ap-south-1", "eu-west-1"])
def test_the_standbys_state_is_in_its_region(mission_file: File, region: str) -> None:
    mission_file["state"]["dr"]["region"] = region
    assert mistakes(mission_file) == ["state.dr.region: must be dr.region, us-east-1"]


def test_the_global_state_survives_the_primary(mission_file: File) -> None:
    mission_file["state"]["global"]["region"] = "ap-south-1"
    assert mistakes(mission_file) == ["state.global.region: must not be primary.region, ap-south-1"]


def test_tag_keys_differ_by_more_than_case(mission_file: File) -> None:
    mission_file["tags"] = {"Team": "a", "team": "b"}
    assert mistakes(mission_file) == ["tags.team: differs from tags.Team only in case"]


def test_what_is_right_in_a_wrong_field_still_counts(mission_file: File) -> None:
    mission_file["primary"]["zones"] = [1, "eu-west-1b", "ap-south-1c"]
    mission_file["dr"]["capacity"] = {"min": 5, "desired": "x", "max": 4}
    assert {mistake.partition(":")[0] for mistake in mistakes(mission_file)} == {
        "primary.zones.0",
        "primary.zones.1",
        "dr.capacity.desired",
        "dr.capacity",
    }
    assert len(mistakes(mission_file)) == 4


def test_every_mistake_is_reported_at_once(mission_file: File) -> None:
    mission_file["dns"]["record"] = "mx"
    mission_file["dns"]["domain"] = "elsewhere.org"
    mission_file["health_check"]["interval"] = 15
    mission_file["primary"]["capacity"] = {"min": 4, "desired": 3, "max": 6}
    mission_file["primary"]["cidr"] = "10.0.0.0/30"
    mission_file["dr"]["zones"] = ["us-east-1a", "eu-west-1a"]
    mission_file["dr"]["typo"] = 1
    del mission_file["dr"]["page"]
    mission_file["state"]["global"]["bucket"] = "awspractice-space-state-dr"
    del mission_file["state"]["primary"]["region"]
    mission_file["state"]["dr"]["region"] = "ap-south-1"
    assert {mistake.partition(":")[0] for mistake in mistakes(mission_file)} == {
        "dns.record",
        "dns.domain",
        "health_check.interval",
        "primary.capacity",
        "primary.cidr",
        "dr.zones.1",
        "dr.typo",
        "dr.page",
        "state.global.bucket",
        "state.primary.region",
        "state.dr.region",
    }


def test_a_wrong_field_with_a_default_is_not_judged_by_its_default(mission_file: File) -> None:
    mission_file["dns"]["record"] = "cnam"
    assert [m.partition(":")[0] for m in mistakes(mission_file)] == ["dns.record"]


def test_a_zone_in_another_account_logs_its_queries_there(mission_file: File) -> None:
    mission_file["dns"]["role_arn"] = "arn:aws:iam::222233334444:role/failover-dns"
    (found,) = mistakes(mission_file)
    assert found.startswith("dns.query_logs: must be false with dns.role_arn")


@pytest.mark.parametrize(
    "arn",
    [
        "failover-dns",
        "arn:aws:iam::2222:role/dns",
        "arn:aws:iam::222233334444:user/dns",
        "arn:aws:iam::222233334444:role/",
        "arn:aws:iam::222233334444:role/a b",
    ],
)
def test_a_role_is_given_by_its_arn(mission_file: File, arn: str) -> None:
    mission_file["dns"] |= {"role_arn": arn, "query_logs": False}
    (found,) = mistakes(mission_file)
    assert found.startswith("dns.role_arn: ")


@pytest.mark.parametrize(
    ("alias", "mistake"),
    [
        ("www.example.com", "must be awspractice.space or a name ending in .awspractice.space"),
        ("notawspractice.space", "must be awspractice.space or a name ending in"),
        ("awspractice.space", "must not be awspractice.space, which is dns.domain"),
        ("us-east-1.awspractice.space", "which is the dr region's own name"),
        ("primary-health.awspractice.space", "which is a name that tells the primary region's"),
        ("primary-in-service.awspractice.space", "which is the name that tells whether"),
    ],
)
def test_an_alias_is_a_free_name_in_the_zone(mission_file: File, alias: str, mistake: str) -> None:
    mission_file["dns"]["aliases"] = ["www.awspractice.space", alias]
    (found,) = mistakes(mission_file)
    assert found.startswith("dns.aliases.1: must ")
    assert mistake in found


def test_no_alias_at_the_apex_is_a_cname(mission_file: File) -> None:
    mission_file["dns"] |= {
        "domain": "www.awspractice.space",
        "record": "cname",
        "aliases": ["awspractice.space"],
    }
    (found,) = mistakes(mission_file)
    assert found == 'dns.record: must be "alias" if one of dns.aliases is the zone itself'

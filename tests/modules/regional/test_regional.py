"""What the region as a whole offers: its own DNS name, and no knowledge of its role."""

import re

from cdktf_cdktf_provider_aws.route53_record import Route53Record

from tests.conftest import Region, Synthesised


def test_the_regional_name_follows_the_load_balancer(region: Region) -> None:
    record = region.stack.only(Route53Record)
    assert record["name"] == f"{region.settings.region}.{region.environment.dns.domain}"
    assert record["type"] == "A"
    assert record["alias"] == {
        "name": "${aws_lb.load_balancer.dns_name}",
        "zone_id": "${aws_lb.load_balancer.zone_id}",
        "evaluate_target_health": True,
    }
    assert "failover_routing_policy" not in record


def test_both_regions_are_built_alike(mission: Synthesised) -> None:
    """The standby's has the failover control besides, which names what it adds."""
    primary, dr = (
        {
            f"{kind}.{found}"
            for kind, ids in mission.stacks[role].json["resource"].items()
            for found in ids
        }
        for role in ("primary", "dr")
    )
    assert primary < dr
    assert all(re.search(r"\.(control|switch)(_|$)", added) for added in dr - primary)

"""The region as a whole: it has its own DNS name, and does not know its role."""

import re

from cdktf_cdktf_provider_aws.route53_record import Route53Record

from tests.conftest import Region, Synthesised


def test_the_regional_name_follows_the_load_balancer(region: Region) -> None:
    records = region.stack.resources(Route53Record)
    for logical_id, kind in (("regional_name", "A"), ("regional_name_ipv6", "AAAA")):
        assert records[logical_id] | {"//": 0} == {
            "//": 0,
            "zone_id": "${data.aws_route53_zone.zone.zone_id}",
            "name": f"{region.settings.region}.{region.environment.dns.domain}",
            "type": kind,
            "alias": {
                "name": "${aws_lb.load_balancer.dns_name}",
                "zone_id": "${aws_lb.load_balancer.zone_id}",
                "evaluate_target_health": True,
            },
        }


def test_both_regions_are_built_alike(mission: Synthesised) -> None:
    """Only the standby has the failover control, and only the primary the standby watch; the names
    of their resources say so."""
    primary, dr = (
        {
            f"{kind}.{found}"
            for kind, ids in mission.stacks[role].json["resource"].items()
            for found in ids
        }
        for role in ("primary", "dr")
    )
    assert all(
        re.search(r"\.(control|failover_switch|standby)(_|$)", added) for added in dr - primary
    )
    assert all(re.search(r"\.standby_(watch|lost)(_|$)", added) for added in primary - dr)
    assert len(primary & dr) > 60

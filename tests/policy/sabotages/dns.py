"""Violations of the rules on records and health checks."""

from policy.rules import certificates, health_checks, hosted_zone, records
from tests.policy.sabotages.rule_sabotage import violates
from tests.sabotage import Edit, Stacks, add, body, both, copied, gone, put, resources

PRIMARY, SECONDARY = "aws_route53_record.primary_record", "aws_route53_record.secondary_record"
CHECK = "aws_route53_health_check"
ENDPOINT, STANDBY = f"{CHECK}.primary_health_check", f"{CHECK}.standby_health_check"
OBJECT, THIRD = f"{CHECK}.switch_check_standby", f"{CHECK}.switch_check_global"
IN_SERVICE = f"{CHECK}.primary_in_service"
SWITCH_ALARM = "awspractice-failover-switch"
REGIONAL, SIX = "aws_route53_record.regional_name", "aws_route53_record.regional_name_ipv6"
VALIDATION = "aws_route53_record.certificate_validation_record"

WWW, WWW2 = f"{PRIMARY}_www_awspractice_space", f"{SECONDARY}_www_awspractice_space"
VALIDATIONS = "aws_route53_record.domain_validation_"
DOMAIN_VALIDATION = f"{VALIDATIONS}awspractice_space"


def weighted(stacks: Stacks) -> None:
    for name in ("primary_record", "primary_record_ipv6"):
        del resources(stacks, "global", PRIMARY)[name]["failover_routing_policy"]


def ipv4_alone_at_the_standby(stacks: Stacks) -> None:
    body(stacks, "dr", "aws_lb")["ip_address_type"] = "ipv4"
    del resources(stacks, "dr", SIX)["regional_name_ipv6"]
    for role in ("primary", "secondary"):
        target = body(stacks, "global", f"aws_route53_record.{role}_record")["alias"]
        resources(stacks, "global", PRIMARY)[f"{role}_record_ipv6"]["alias"] = target


def of_every_record_of_the_domain(path: str, role: str, value: object) -> Edit:
    records_of_role = [f"aws_route53_record.{role}_record{suffix}" for suffix in ("", "_ipv6")]
    return both(*(put("global", one, path, value) for one in records_of_role))


def a_regions_validation_of_the_domain(stacks: Stacks) -> None:
    record = body(stacks, "primary", VALIDATION)
    theirs = body(stacks, "bootstrap", DOMAIN_VALIDATION)
    theirs = theirs["name"].replace("domain_certificate", "certificate")
    resources(stacks, "primary", VALIDATION)["domain"] = {**record, "name": theirs}


ALWAYS_HEALTHY = both(
    of_every_record_of_the_domain("health_check_id", "secondary", None),
    of_every_record_of_the_domain("alias.evaluate_target_health", "secondary", False),
)

SABOTAGES = (
    violates(
        records.secondary_follows_its_primary,
        "the domain's SECONDARY for IPv6 may come first",
        put("global", f"{SECONDARY}_ipv6", "depends_on", None),
    ),
    violates(
        records.secondary_follows_its_primary,
        "what tells of the primary's health may say unhealthy first",
        put("global", "aws_route53_record.primary_health_unhealthy", "depends_on", None),
    ),
    violates(
        records.failover_records_come_in_pairs,
        "no SECONDARY of a name",
        gone("global", "aws_route53_record.primary_health_unhealthy"),
    ),
    violates(
        records.failover_records_come_in_pairs,
        "two records PRIMARY",
        of_every_record_of_the_domain("failover_routing_policy.type", "secondary", "PRIMARY"),
    ),
    violates(
        records.users_are_answered_by_failover,
        "weighted in place of failover",
        weighted,
        records.failover_records_come_in_pairs,
    ),
    violates(
        records.primary_obeys_a_check,
        "PRIMARY without a check",
        of_every_record_of_the_domain("health_check_id", "primary", None),
    ),
    violates(
        records.secondary_can_be_unhealthy,
        "SECONDARY that asks nothing",
        ALWAYS_HEALTHY,
    ),
    violates(
        records.ipv6_fails_over_with_ipv4,
        "AAAA that obeys another check",
        put("global", f"{PRIMARY}_ipv6", "health_check_id", f"${{{ENDPOINT}.id}}"),
    ),
    violates(
        records.ipv6_fails_over_with_ipv4,
        "AAAA that asks its target",
        put("global", f"{PRIMARY}_ipv6", "alias.evaluate_target_health", True),
    ),
    violates(
        records.users_are_answered_by_failover,
        "an alias without records",
        both(*(gone("global", f"{one}{six}") for one in (WWW, WWW2) for six in ("", "_ipv6"))),
        records.every_name_fails_over_alike,
        example="page",
    ),
    violates(
        records.every_name_fails_over_alike,
        "an alias whose standby is not probed",
        both(*(put("global", f"{WWW2}{six}", "health_check_id", None) for six in ("", "_ipv6"))),
        example="page",
    ),
    violates(
        certificates.domain_validation_survives_terraform,
        "the record that validates an alias may be destroyed",
        put("bootstrap", f"{VALIDATIONS}www_awspractice_space", "lifecycle", None),
        example="page",
    ),
    violates(
        certificates.domain_is_validated_by_bootstrap_alone,
        "an alias that nothing validates",
        gone("bootstrap", f"{VALIDATIONS}www_awspractice_space"),
        certificates.every_name_is_validated,
        example="page",
    ),
    violates(
        hosted_zone.zone_is_changed_in_its_account,
        "a region's name in the deployment's account",
        put("dr", REGIONAL, "provider", None),
        example="page",
    ),
    violates(
        hosted_zone.zone_is_changed_in_its_account,
        "a health check in the zone's account",
        put("global", STANDBY, "provider", "aws.dns"),
        example="page",
    ),
    violates(
        records.ipv6_fails_over_with_ipv4,
        "no AAAA",
        both(gone("global", f"{PRIMARY}_ipv6"), gone("global", f"{SECONDARY}_ipv6")),
    ),
    violates(
        records.ipv6_fails_over_with_ipv4,
        "IPv6 in one region alone",
        ipv4_alone_at_the_standby,
        records.alias_has_its_target,
    ),
    violates(
        records.regional_name_has_every_family,
        "a regional name without its load balancer's IPv6",
        gone("dr", SIX),
        records.alias_has_its_target,
    ),
    violates(
        records.regional_name_knows_its_targets,
        "a regional name that asks no targets",
        put("dr", REGIONAL, "alias.evaluate_target_health", False),
    ),
    violates(
        records.alias_has_its_target,
        "an alias of a name that is not there",
        put("global", PRIMARY, "alias.name", "eu-west-1.awspractice.space"),
        records.ipv6_fails_over_with_ipv4,
    ),
    violates(
        records.record_has_one_owner,
        "a record of two stacks",
        add(
            "dr",
            "aws_route53_record.told",
            name="primary-health.awspractice.space",
            type="A",
            set_identifier="unhealthy",
            records=["192.0.2.2"],
            ttl=5,
        ),
    ),
    violates(
        health_checks.no_check_probes_a_failover_name,
        "the primary's check asks the domain",
        put("global", ENDPOINT, "fqdn", "awspractice.space"),
    ),
    violates(
        health_checks.endpoint_check_meets_a_listener,
        "a port nobody listens on",
        put("global", ENDPOINT, "port", 8443),
    ),
    violates(
        health_checks.endpoint_check_meets_a_listener,
        "the redirect is asked",
        both(put("global", ENDPOINT, "port", 80), put("global", ENDPOINT, "type", "HTTP")),
    ),
    violates(
        health_checks.endpoint_check_meets_a_listener,
        "a name of nobody",
        put("global", STANDBY, "fqdn", "standby.awspractice.space"),
    ),
    violates(
        health_checks.endpoint_is_asked_for_its_health_page,
        "the standby is asked for the load balancer's page",
        put("global", STANDBY, "resource_path", "/live"),
        example="page",
    ),
    violates(
        health_checks.object_check_asks_a_bucket_of_its_region,
        "the object is asked for in another region",
        put(
            "global",
            OBJECT,
            "fqdn",
            "awspractice-space-state-dr-switch.s3.ap-south-1.amazonaws.com",
        ),
        health_checks.switch_is_asked_of_every_place,
    ),
    violates(
        health_checks.object_check_asks_a_bucket_of_its_region,
        "the object is asked for without TLS",
        both(put("global", OBJECT, "type", "HTTP"), put("global", OBJECT, "port", 80)),
    ),
    violates(
        health_checks.endpoints_are_asked_from_where_it_says,
        "the primary is asked from three regions",
        put("global", ENDPOINT, "regions", ["us-east-1", "us-west-1", "us-west-2"]),
    ),
    violates(
        health_checks.only_an_object_check_is_inverted,
        "the primary's check is inverted",
        put("global", ENDPOINT, "invert_healthcheck", True),
    ),
    violates(
        health_checks.only_an_object_check_is_inverted,
        "the object's check is not",
        put("global", OBJECT, "invert_healthcheck", None),
    ),
    violates(
        health_checks.no_check_is_disabled,
        "the primary's check is disabled",
        put("global", ENDPOINT, "disabled", True),
    ),
    violates(
        health_checks.detection_keeps_the_promise,
        "each 30 s",
        put("global", ENDPOINT, "request_interval", 30),
    ),
    violates(
        health_checks.detection_keeps_the_promise,
        "after 10 failures",
        put("global", STANDBY, "failure_threshold", 10),
    ),
    violates(
        health_checks.detection_keeps_the_promise,
        "a TTL of five minutes",
        both(*(put("global", one, "ttl", 300) for one in (PRIMARY, SECONDARY))),
        example="cname",
    ),
    violates(
        health_checks.calculated_check_needs_every_child,
        "two checks of three suffice",
        put("global", IN_SERVICE, "child_health_threshold", 2),
    ),
    violates(
        health_checks.no_check_follows_a_metric,
        "the switch in the third region is a metric",
        both(
            put("global", THIRD, "type", "CLOUDWATCH_METRIC"),
            put("global", THIRD, "fqdn", None),
            put("global", THIRD, "invert_healthcheck", None),
            put("global", THIRD, "cloudwatch_alarm_name", SWITCH_ALARM),
            put("global", THIRD, "cloudwatch_alarm_region", "us-east-1"),
        ),
        health_checks.switch_is_asked_of_every_place,
    ),
    violates(
        health_checks.switch_is_asked_of_every_place,
        "the third region's object is asked for twice, the standby's never",
        put(
            "global",
            OBJECT,
            "fqdn",
            "awspractice-space-state-global-switch.s3.us-west-2.amazonaws.com",
        ),
    ),
    violates(
        health_checks.check_is_replaced_successor_first,
        "a check that is destroyed first",
        put("global", ENDPOINT, "lifecycle", None),
    ),
    violates(
        health_checks.no_check_is_idle,
        "the third region's check is left out",
        both(
            put(
                "global",
                IN_SERVICE,
                "child_healthchecks",
                [f"${{{ENDPOINT}.id}}", f"${{{OBJECT}.id}}"],
            ),
            put("global", IN_SERVICE, "child_health_threshold", 2),
        ),
        health_checks.switch_is_asked_of_every_place,
    ),
    violates(
        certificates.domain_is_validated_by_bootstrap_alone,
        "a region owns the domain's validation",
        a_regions_validation_of_the_domain,
        certificates.validation_has_one_owner,
        certificates.domain_validation_survives_terraform,
    ),
    violates(
        certificates.domain_is_validated_by_bootstrap_alone,
        "nobody owns the domain's validation",
        gone("bootstrap", DOMAIN_VALIDATION),
        certificates.every_name_is_validated,
    ),
    violates(
        certificates.validation_has_one_owner,
        "a region's name is validated twice",
        copied("primary", VALIDATION, "again"),
    ),
    violates(
        certificates.every_name_is_validated,
        "a region's name is not validated",
        gone("dr", VALIDATION),
    ),
    violates(
        certificates.domain_validation_survives_terraform,
        "the domain's validation may be destroyed",
        put("bootstrap", DOMAIN_VALIDATION, "lifecycle", None),
    ),
    violates(
        certificates.validation_has_time,
        "an apply that gives a certificate 15 minutes",
        put("primary", "aws_acm_certificate_validation", "timeouts.create", "15m"),
    ),
    violates(
        certificates.certificate_is_replaced_successor_first,
        "a certificate that is destroyed first",
        put("primary", "aws_acm_certificate", "lifecycle", None),
    ),
)

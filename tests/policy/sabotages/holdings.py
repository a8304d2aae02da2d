"""Violations of the rules on buckets, logs, identity and instances."""

import json

from policy.rules import buckets, identity, instances, logs, regions
from tests.policy.sabotages.rule_sabotage import violates
from tests.sabotage import (
    Stacks,
    Statements,
    add,
    allowing,
    body,
    gone,
    put,
    resources,
    statements,
    without_condition,
    without_denials,
)

BUCKET, POLICY = "aws_s3_bucket", "aws_s3_bucket_policy"
STATE, SWITCH = f"{POLICY}.dr_state_policy", f"{POLICY}.switch_policy"
LOGS = f"{POLICY}.logs_policy"
ROLE, ROLE_POLICY = "aws_iam_role.control_role", "aws_iam_role_policy.control_policy"
TEMPLATE, GROUP = "aws_launch_template", "aws_autoscaling_group"
INGRESS = "aws_vpc_security_group_ingress_rule"
LOG_OBJECTS = "arn:aws:s3:::awspractice-space-state-primary-logs/*"


def a_state_bucket_of_two(stacks: Stacks) -> None:
    moved = resources(stacks, "bootstrap", BUCKET)["dr_state"]
    resources(stacks, "primary", BUCKET)["dr_state"] = {
        key: value for key, value in moved.items() if key != "provider"
    }


def all_objects_to_checkers(found: Statements) -> None:
    for one in found:
        if one["Effect"] == "Allow":
            one["Resource"] = one["Resource"].rpartition("/")[0] + "/*"


def anybody_to_the_object(found: Statements) -> None:
    for one in found:
        if one["Effect"] == "Allow":
            one["Condition"] = {"IpAddress": {"aws:SourceIp": ["0.0.0.0/0"]}}


def logs_by_the_account(found: Statements) -> None:
    found[:] = [one for one in found if "PrincipalIsAWSService" not in json.dumps(one)]


def any_balancers_key(found: Statements) -> None:
    for one in found:
        if one["Effect"] == "Allow" and "/access/" in one["Resource"]:
            one["Resource"] = LOG_OBJECTS


def without_one_zone(stacks: Stacks) -> None:
    body(stacks, "primary", GROUP)["vpc_zone_identifier"].pop()


def instances_at_once(stacks: Stacks) -> None:
    after = body(stacks, "primary", GROUP)["depends_on"]
    after.remove("aws_lb_listener.https_listener")


SABOTAGES = (
    violates(
        buckets.bucket_wants_tls,
        "a bucket without TLS",
        statements("bootstrap", STATE, without_denials),
    ),
    violates(
        buckets.bucket_is_closed_to_the_public,
        "a bucket that may be public",
        gone("bootstrap", "aws_s3_bucket_public_access_block.dr_state_public_access"),
    ),
    violates(
        buckets.bucket_is_closed_to_the_public,
        "a bucket with ACLs",
        put(
            "bootstrap", "aws_s3_bucket_ownership_controls", "rule.object_ownership", "ObjectWriter"
        ),
    ),
    violates(
        buckets.bucket_opens_one_object_to_checkers_alone,
        "all of the switch's bucket is readable",
        statements("bootstrap", SWITCH, all_objects_to_checkers),
    ),
    violates(
        buckets.bucket_opens_one_object_to_checkers_alone,
        "anybody reads the switch",
        statements("bootstrap", SWITCH, anybody_to_the_object),
    ),
    violates(
        buckets.kept_bucket_survives_terraform,
        "a state that may be destroyed",
        put("bootstrap", f"{BUCKET}.primary_state", "lifecycle", None),
    ),
    violates(
        buckets.kept_bucket_keeps_versions,
        "a state that is overwritten",
        gone("bootstrap", "aws_s3_bucket_versioning.global_state_versioning"),
    ),
    violates(
        buckets.every_state_has_its_bucket,
        "a state's bucket of two stacks",
        a_state_bucket_of_two,
        buckets.bucket_wants_tls,
        buckets.bucket_is_closed_to_the_public,
        buckets.kept_bucket_keeps_versions,
        regions.account_wide_names_are_unique,
        regions.bucket_is_in_the_region_it_serves,
        regions.regional_stack_names_no_other_region,
    ),
    violates(
        logs.services_alone_write_logs,
        "the account may write logs",
        statements(
            "primary",
            LOGS,
            allowing(
                "s3:PutObject",
                LOG_OBJECTS,
                Principal={"AWS": "arn:aws:iam::111122223333:root"},
                Condition={"StringEquals": {"aws:SourceAccount": "111122223333"}},
            ),
        ),
    ),
    violates(
        logs.services_alone_write_logs,
        "a service may do more than write",
        statements(
            "primary",
            LOGS,
            allowing(
                "s3:*",
                LOG_OBJECTS,
                Principal={"Service": "delivery.logs.amazonaws.com"},
                Condition={"StringEquals": {"aws:SourceAccount": "111122223333"}},
            ),
        ),
    ),
    violates(
        logs.logs_are_of_this_account,
        "a load balancer of any account logs here",
        statements("primary", LOGS, any_balancers_key),
    ),
    violates(
        logs.logs_are_not_for_the_account_to_write,
        "administrators may forge logs",
        statements("primary", LOGS, logs_by_the_account),
    ),
    violates(
        logs.logs_expire,
        "logs for ever",
        gone("primary", "aws_s3_bucket_lifecycle_configuration.logs_lifecycle"),
    ),
    violates(
        logs.log_group_forgets,
        "a log group for ever",
        put("dr", "aws_cloudwatch_log_group.control_log", "retention_in_days", 0),
    ),
    violates(
        logs.load_balancer_logs_requests,
        "a load balancer without a log",
        put("primary", "aws_lb", "access_logs.enabled", False),
    ),
    violates(logs.network_logs_its_flows, "a network without a log", gone("dr", "aws_flow_log")),
    violates(
        logs.flow_log_leaves_the_policy_to_terraform,
        "a policy that AWS may overwrite",
        put("primary", LOGS, "depends_on", None),
    ),
    violates(
        logs.flow_log_waits_for_the_bucket,
        "a flow log while its bucket is being closed",
        put("primary", "aws_flow_log", "depends_on", None),
    ),
    violates(
        logs.zone_logs_its_queries,
        "queries without a log",
        gone("global", "aws_route53_query_log"),
    ),
    violates(
        logs.zone_logs_its_queries,
        "Route 53 may not write",
        gone("global", "aws_cloudwatch_log_resource_policy"),
    ),
    violates(
        logs.service_logs_for_this_account,
        "any account's firewall logs here",
        statements(
            "primary",
            "aws_cloudwatch_log_resource_policy",
            without_condition("aws:SourceAccount"),
            "policy_document",
        ),
    ),
    violates(
        identity.role_has_no_wildcard_action,
        "a role that may do all of S3",
        statements("dr", ROLE_POLICY, allowing("s3:*", "arn:aws:s3:::some")),
    ),
    violates(
        identity.role_has_no_unnarrowed_resource,
        "a role that ends any instance",
        statements("dr", ROLE_POLICY, allowing(["ec2:TerminateInstances"], "*")),
    ),
    violates(
        identity.role_is_assumed_by_services_alone,
        "a role for anybody",
        statements(
            "dr",
            ROLE,
            allowing("sts:AssumeRole", "*", Principal={"AWS": "*"}),
            "assume_role_policy",
        ),
    ),
    violates(
        identity.no_role_is_an_administrator,
        "an administrator",
        add(
            "dr",
            "aws_iam_role_policy_attachment.all",
            role="${aws_iam_role.control_role.name}",
            policy_arn="arn:aws:iam::aws:policy/AdministratorAccess",
        ),
    ),
    violates(
        instances.world_reaches_load_balancers_alone,
        "instances open to the world",
        put("primary", f"{INGRESS}.instances_from_load_balancer", "cidr_ipv4", "0.0.0.0/0"),
    ),
    violates(
        instances.world_reaches_load_balancers_alone,
        "a load balancer's other port",
        put("primary", f"{INGRESS}.load_balancer_from_anywhere", "to_port", 8080),
    ),
    violates(
        instances.world_reaches_load_balancers_alone,
        "a group with rules of its own",
        put(
            "primary",
            "aws_default_security_group",
            "ingress",
            [{"cidr_blocks": ["0.0.0.0/0"], "from_port": 22, "to_port": 22}],
        ),
    ),
    violates(
        instances.instances_want_a_token,
        "IMDSv1",
        put("dr", TEMPLATE, "metadata_options.http_tokens", "optional"),
    ),
    violates(
        instances.instances_have_no_public_address,
        "a public address",
        put("dr", TEMPLATE, "network_interfaces.associate_public_ip_address", "true"),
    ),
    violates(
        instances.instances_have_no_public_address,
        "a subnet that gives them",
        put("dr", "aws_subnet.private_subnet_a", "map_public_ip_on_launch", True),
    ),
    violates(
        instances.volumes_are_encrypted,
        "a volume in clear",
        put("primary", TEMPLATE, "block_device_mappings.ebs.encrypted", "false"),
    ),
    violates(
        instances.group_keeps_the_size_it_has,
        "an apply that resizes",
        put("dr", GROUP, "lifecycle", None),
    ),
    violates(
        instances.group_replaces_what_does_not_serve,
        "EC2's own health checks",
        put("primary", GROUP, "health_check_type", "EC2"),
    ),
    violates(
        instances.group_waits_for_its_listener,
        "instances before their listener",
        instances_at_once,
    ),
    violates(
        instances.group_waits_for_its_listener,
        "instances after a listener that only redirects",
        put("dr", GROUP, "depends_on", ["aws_lb_listener.http_listener"]),
    ),
    violates(
        instances.network_is_protected_as_said,
        "a network that may be replaced",
        put("dr", "aws_vpc", "lifecycle", None),
    ),
    violates(instances.group_is_in_every_zone, "instances in fewer zones", without_one_zone),
    violates(
        instances.standby_can_take_over,
        "a standby smaller than the primary",
        put("dr", GROUP, "max_size", 2),
    ),
    violates(
        instances.function_keeps_what_failed,
        "a function that drops events",
        gone("dr", "aws_lambda_function_event_invoke_config"),
    ),
)

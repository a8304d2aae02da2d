"""Corrects moto where it differs from AWS, as far as the stacks here are affected.

Each fix is one function whose docstring says what moto 5.2.5 does. A test also runs each case
against an unfixed moto, and fails once the fix is no longer needed: then delete it.
"""

from sandbox.embedded_aws.moto_fixes import (
    acm,
    alarm_history,
    autoscaling,
    capacity,
    concurrency,
    ec2,
    elbv2,
    events,
    flow_logs,
    instance_refreshes,
    logs,
    pipelines,
    quotas,
    regions,
    release_instances,
    route53,
    s3,
    s3_writes,
    subnets,
    wafv2,
)

FIXES = (
    logs.groups_take_another_key,
    events.schedules_match_no_event,
    s3.buckets_are_private,
    s3.buckets_tell_eventbridge,
    s3.keep_newer_noncurrent_versions,
    s3_writes.checksums_are_compared,
    s3_writes.every_write_may_have_a_condition,
    s3_writes.bucket_policies_are_judged_in_front,
    ec2.templates_keep_their_own_tags_apart,
    ec2.templates_show_tags_added_later,
    ec2.template_versions_have_user_data,
    ec2.describe_rules_of_any_kind,
    subnets.subnets_tell_of_ipv6,
    subnets.subnets_are_found_by_ipv6,
    flow_logs.buckets_let_flow_logs_in,
    elbv2.protected_balancers_stay,
    elbv2.targets_wait_for_a_listener,
    elbv2.terminated_targets_leave,
    acm.names_have_records_of_their_own,
    acm.certificates_wait_for_their_records,
    wafv2.keep_data_protection,
    wafv2.lock_tokens_are_uuids,
    route53.records_are_created_once,
    route53.records_are_deleted_alone,
    route53.metric_checks_have_an_alarm,
    route53.recovery_checks_have_a_routing_control,
    route53.references_are_of_one_check,
    route53.query_logs_take_plain_arns,
    autoscaling.keep_default_instance_warmup,
    autoscaling.policies_are_enabled,
    autoscaling.policies_are_of_one_group,
    autoscaling.policies_have_no_empty_prediction,
    quotas.quotas_are_told_and_raised,
    quotas.instances_start_where_they_may,
    regions.regions_are_opted_in,
    regions.regions_tell_whether_enabled,
    concurrency.lambda_tells_its_limits,
    alarm_history.alarms_have_a_history,
    capacity.spread_over_subnets,
    capacity.groups_tell_what_failed,
    capacity.groups_try_again,
    autoscaling.replacements_are_targets,
    instance_refreshes.refresh_instances,
    release_instances.instances_run_their_release,
    pipelines.pipelines_tell_when_they_were_made,
    pipelines.pipelines_run_until_somebody_is_done,
    pipelines.pipelines_start_when_they_are_made,
    pipelines.stages_are_rolled_back,
    pipelines.projects_take_what_a_pipeline_hands_over,
    pipelines.projects_change,
    pipelines.events_start_pipelines,
)


def apply() -> None:
    """Applies every fix. Call once per process."""
    for fix in FIXES:
        fix()


__all__ = ["FIXES", "apply"]

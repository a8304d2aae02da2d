"""Alarms, events, functions, health checks and records."""

# pyright: basic, reportMissingImports=false

import json

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as functions
from aws_cdk import aws_route53 as route53

from bench.equal_app.values import Json, given, same

TO_ALARM = same(
    "alarm_actions",
    "alarm_description",
    "alarm_name",
    "comparison_operator",
    "datapoints_to_alarm",
    "evaluation_periods",
    "extended_statistic",
    "insufficient_data_actions",
    "metric_name",
    "namespace",
    "period",
    "statistic",
    "threshold",
    "treat_missing_data",
    ok_actions="ok_actions",
)


def alarm(body: Json) -> Json:
    queries = [_query(one) for one in body.get("metric_query", [])]
    dimensions = _dimensions(body)
    return TO_ALARM(body) | ({"metrics": queries} if queries else {"dimensions": dimensions})


def _query(query: Json) -> cloudwatch.CfnAlarm.MetricDataQueryProperty:
    if "metric" not in query:
        return cloudwatch.CfnAlarm.MetricDataQueryProperty(**query)
    metric = query["metric"]
    stat = cloudwatch.CfnAlarm.MetricStatProperty(
        metric=cloudwatch.CfnAlarm.MetricProperty(
            dimensions=_dimensions(metric),
            metric_name=metric["metric_name"],
            namespace=metric["namespace"],
        ),
        period=metric["period"],
        stat=metric["stat"],
    )
    return cloudwatch.CfnAlarm.MetricDataQueryProperty(id=query["id"], metric_stat=stat)


def _dimensions(body: Json) -> list[cloudwatch.CfnAlarm.DimensionProperty]:
    return [
        cloudwatch.CfnAlarm.DimensionProperty(name=name, value=value)
        for name, value in body.get("dimensions", {}).items()
    ]


def event_rule(body: Json) -> Json:
    pattern = (
        {"event_pattern": json.loads(body["event_pattern"])} if "event_pattern" in body else {}
    )
    return same("description", "name", "schedule_expression")(body) | pattern


def event_target(body: Json) -> Json:
    retries = body.get("retry_policy")
    target = events.CfnRule.TargetProperty(
        arn=body["arn"],
        id=body["target_id"],
        retry_policy=events.CfnRule.RetryPolicyProperty(**retries) if retries else None,
    )
    return {"schedule_expression": "rate(1 minute)", "targets": [target]}


def function(body: Json) -> Json:
    given_names = ("description", "function_name", "handler", "memory_size", "role", "runtime")
    return same(*given_names, "timeout")(body) | {
        "code": functions.CfnFunction.CodeProperty(s3_bucket="code", s3_key=body["filename"]),
        "environment": functions.CfnFunction.EnvironmentProperty(**body["environment"]),
    }


def invoke_config(body: Json) -> Json:
    config = functions.CfnEventInvokeConfig
    limits = same("function_name", "maximum_event_age_in_seconds", "maximum_retry_attempts")(body)
    if "destination_config" in body:
        failure = config.OnFailureProperty(**body["destination_config"]["on_failure"])
        limits["destination_config"] = config.DestinationConfigProperty(on_failure=failure)
    return limits | {"qualifier": "$LATEST"}


def health_check(body: Json) -> Json:
    settings = given(
        body,
        type="type",
        fully_qualified_domain_name="fqdn",
        port="port",
        resource_path="resource_path",
        request_interval="request_interval",
        failure_threshold="failure_threshold",
        enable_sni="enable_sni",
        inverted="invert_healthcheck",
        child_health_checks="child_healthchecks",
        health_threshold="child_health_threshold",
    )
    check = route53.CfnHealthCheck
    return {
        "health_check_config": check.HealthCheckConfigProperty(**settings),
        "health_check_tags": [
            check.HealthCheckTagProperty(key=key, value=value)
            for key, value in body["tags"].items()
        ],
    }


def record(body: Json) -> Json:
    arguments = given(
        body,
        name="name",
        type="type",
        hosted_zone_id="zone_id",
        health_check_id="health_check_id",
        set_identifier="set_identifier",
        resource_records="records",
    )
    if "ttl" in body:
        arguments["ttl"] = str(body["ttl"])
    if "failover_routing_policy" in body:
        arguments["failover"] = body["failover_routing_policy"]["type"]
    if "alias" in body:
        alias = body["alias"]
        arguments["alias_target"] = route53.CfnRecordSet.AliasTargetProperty(
            dns_name=alias["name"],
            hosted_zone_id=alias["zone_id"],
            evaluate_target_health=alias["evaluate_target_health"],
        )
    return arguments


def flow_log(body: Json) -> Json:
    arguments = same(
        "log_destination", "log_destination_type", "max_aggregation_interval", "traffic_type"
    )(body)
    return arguments | {"resource_id": body["vpc_id"], "resource_type": "VPC"}


def topic_policy(body: Json) -> Json:
    return {"policy_document": json.loads(body["policy"]), "topics": [body["arn"]]}


def instance_profile(body: Json) -> Json:
    return {"instance_profile_name": body["name"], "roles": [body["role"]]}


def default_group(body: Json) -> Json:
    return same("vpc_id")(body) | {"group_description": "default"}


def attachment(body: Json) -> Json:
    trust = {"Version": "2012-10-17", "Statement": []}
    return {"assume_role_policy_document": trust, "managed_policy_arns": [body["policy_arn"]]}


def query_log(body: Json) -> Json:
    log = body["cloudwatch_log_group_arn"]
    config = route53.CfnHostedZone.QueryLoggingConfigProperty(cloud_watch_logs_log_group_arn=log)
    return {"name": "example.com", "query_logging_config": config}

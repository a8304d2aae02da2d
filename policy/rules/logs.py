"""Logs: whether they exist, where, for how long, and who may write them."""

import re
from collections.abc import Iterator

from emitted import Deployment, Resource, references
from environments import ROLES
from modules.regions import GLOBAL_REGION
from policy.documents import (
    actions,
    allowed,
    allows,
    conditions,
    covers,
    denied,
    for_everybody,
    principals,
    resources,
)
from policy.finding import Finding
from policy.rule import error
from policy.rules.buckets import bucket_statements, buckets
from policy.rules.load_balancers import public

WRITES = ("s3:PutObject", "s3:PutObjectAcl", "s3:DeleteObject", "s3:PutBucketPolicy")
# The account, by reference or by number, in the object keys that AWS writes.
OF_AN_ACCOUNT = re.compile(r"/AWSLogs/(\$\{|\d{12}/)")
BUCKET_CONFIGURATION = (
    "aws_s3_bucket_public_access_block",
    "aws_s3_bucket_ownership_controls",
    "aws_s3_bucket_versioning",
    "aws_s3_bucket_server_side_encryption_configuration",
    "aws_s3_bucket_lifecycle_configuration",
)
QUERY_LOGS = "route53.amazonaws.com"


def _log_buckets(deployment: Deployment) -> list[Resource]:
    names = {deployment.environment.logs_bucket(role) for role in ROLES}
    return [one for one in buckets(deployment) if one.get("bucket") in names]


@error
def services_alone_write_logs(deployment: Deployment) -> Iterator[Finding]:
    """Only AWS services may write to a log bucket, with one action.

    Anyone who can write a log can cover their tracks.
    [Access logs](https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html)
    """
    for bucket in _log_buckets(deployment):
        for statement in allowed(bucket_statements(deployment, bucket)):
            written = [one for one in WRITES if covers(statement, one)]
            if written and set(principals(statement)) != {"Service"}:
                yield Finding.of(bucket, "not only services may write", "only services")
            if set(written) - {"s3:PutObject"}:
                yield Finding.of(bucket, f"allows {', '.join(actions(statement))}", "s3:PutObject")


@error
def logs_are_of_this_account(deployment: Deployment) -> Iterator[Finding]:
    """A service may write to a log bucket only on behalf of this account, by a condition or by the
    object's key.

    A service acts for every account: without the restriction, another account could fill the
    bucket.
    [Confused deputy](https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html)
    """
    for bucket in _log_buckets(deployment):
        for statement in allowed(bucket_statements(deployment, bucket)):
            if not covers(statement, "s3:PutObject"):
                continue
            by_condition = "aws:sourceaccount" in conditions(statement)
            by_key = all(OF_AN_ACCOUNT.search(one) for one in resources(statement))
            if not by_condition and not by_key:
                yield Finding.of(bucket, "for any account", "aws:SourceAccount, or in the key")


@error
def logs_are_not_for_the_account_to_write(deployment: Deployment) -> Iterator[Finding]:
    """A log bucket denies writes to every principal of the account that is not a service.

    Otherwise any administrator, or anybody who steals an administrator's role, could forge logs.
    [Policy evaluation](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html)
    """
    for bucket in _log_buckets(deployment):
        arn = f"arn:aws:s3:::{bucket.get('bucket')}/*"
        for statement in denied(bucket_statements(deployment, bucket)):
            others = conditions(statement).get("aws:principalisawsservice") == ["false"]
            whole = arn in resources(statement) and covers(statement, "s3:PutObject")
            if others and whole and for_everybody(statement):
                break
        else:
            yield Finding.of(bucket, "the account may write", "a Deny for all but AWS services")


@error
def logs_expire(deployment: Deployment) -> Iterator[Finding]:
    """Log buckets and log groups keep logs for the days that the environment file sets.

    Logs kept for ever cost for ever, and hold personal data longer than they should.
    [Expiring objects](https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-expire-general-considerations.html)
    """
    days = deployment.environment.logs.days
    for bucket in _log_buckets(deployment):
        found = deployment.naming("aws_s3_bucket_lifecycle_configuration", "bucket", bucket)
        if not any(one.get("rule", "expiration", "days") == days for one in found):
            yield Finding.of(bucket, "keeps logs for another period", f"{days} days")


@error
def log_group_forgets(deployment: Deployment) -> Iterator[Finding]:
    """Every log group has a retention.

    CloudWatch's default is to keep logs for ever.
    [PutRetentionPolicy](https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html)
    """
    for group in deployment.resources("aws_cloudwatch_log_group"):
        if not group.get("retention_in_days"):
            yield Finding.of(group, "has no retention", "retention_in_days")


@error
def load_balancer_logs_requests(deployment: Deployment) -> Iterator[Finding]:
    """Every public load balancer logs its requests to a bucket in its own region.

    After a failover, only these logs show which users it served; it cannot log to another region's
    bucket.
    [Access logs](https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html)
    """
    for balancer in public(deployment):
        if not balancer.get("access_logs", "enabled"):
            yield Finding.of(balancer, "no access log", "access_logs")
            continue
        said = balancer.get("access_logs", "bucket")
        bucket = deployment.named(balancer, said)
        names = {one.get("bucket") for one in deployment.resources("aws_s3_bucket")}
        if bucket is None and said not in names:
            yield Finding.of(balancer, f"logs to {said}", "a bucket of its own stack")
        elif bucket and bucket.region != balancer.region:
            yield Finding.of(balancer, f"logs to {bucket.region}", balancer.region)


@error
def network_logs_its_flows(deployment: Deployment) -> Iterator[Finding]:
    """Every network of the deployment logs its traffic.

    Only these logs show the traffic that never reached an application.
    [Flow logs](https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html)
    """
    for network in deployment.resources("aws_vpc"):
        if not deployment.naming("aws_flow_log", "vpc_id", network):
            yield Finding.of(network, "no flow log", "an aws_flow_log")


@error
def flow_log_leaves_the_policy_to_terraform(deployment: Deployment) -> Iterator[Finding]:
    """A bucket's policy is written after the flow log that delivers to the bucket is created.

    If the caller may write bucket policies, AWS writes one when a flow log is created, and may
    overwrite the existing policy.
    [Flow logs in S3](https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-permissions.html)
    """
    for log in deployment.resources("aws_flow_log"):
        buckets = references(log.get("log_destination"))
        for policy in deployment.resources("aws_s3_bucket_policy", stack=log.stack):
            if not buckets & references(policy.get("bucket")):
                continue
            if log.address not in (policy.get("depends_on") or ()):
                yield Finding.of(policy, f"may be written before {log.address}", "depends_on it")


@error
def flow_log_waits_for_the_bucket(deployment: Deployment) -> Iterator[Finding]:
    """A flow log is created after its bucket is configured, except for the policy.

    AWS then writes the bucket's policy, and S3 rejects concurrent changes to a bucket.
    [OperationAborted](https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html)
    """
    for log in deployment.resources("aws_flow_log"):
        buckets = references(log.get("log_destination"))
        awaited = log.get("depends_on") or ()
        for kind in BUCKET_CONFIGURATION:
            for one in deployment.resources(kind, stack=log.stack):
                if buckets & references(one.get("bucket")) and one.address not in awaited:
                    yield Finding.of(log, f"may be created during {one.address}", "depends_on it")


@error
def zone_logs_its_queries(deployment: Deployment) -> Iterator[Finding]:
    """With `dns.query_logs`, the zone's queries are logged in us-east-1, and Route 53 may write the
    log.

    Route 53 accepts log groups only in that region.
    [Query logging](https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateQueryLoggingConfig.html)
    """
    found = list(deployment.resources("aws_route53_query_log"))
    if deployment.environment.dns.query_logs and not found:
        yield Finding("global", "aws_route53_query_log", "no log of queries", "one")
    for one in found:
        group = deployment.named(one, one.get("cloudwatch_log_group_arn"))
        region = group.region if group else "no stack"
        if region != GLOBAL_REGION:
            yield Finding.of(one, f"its log group is in {region}", GLOBAL_REGION)
        policies = deployment.resources("aws_cloudwatch_log_resource_policy", stack=one.stack)
        if not any(
            policy.region == region
            and allows(policy.statements("policy_document"), "logs:PutLogEvents", QUERY_LOGS)
            for policy in policies
        ):
            yield Finding.of(one, "Route 53 may not write", f"logs:PutLogEvents for {QUERY_LOGS}")


@error
def service_logs_for_this_account(deployment: Deployment) -> Iterator[Finding]:
    """A service may write to a log group only on behalf of this account.

    A service acts for every account: without the condition, another account's logs could end up
    here.
    [Confused deputy](https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html)
    """
    for policy in deployment.resources("aws_cloudwatch_log_resource_policy"):
        for statement in allowed(policy.statements("policy_document")):
            if "aws:sourceaccount" not in conditions(statement):
                yield Finding.of(policy, "for any account", "aws:SourceAccount")

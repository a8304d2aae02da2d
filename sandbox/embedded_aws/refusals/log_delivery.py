"""Logs whose destination does not let the delivering service write."""

from collections.abc import Mapping
from typing import Any

from moto.elbv2.models import elbv2_backends
from moto.logs.models import logs_backends

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.refusals.policies import PolicyRequest, lets, service_context
from sandbox.embedded_aws.refusals.rule import Rules
from sandbox.embedded_aws.refusals.s3 import bucket_of

BALANCERS = "logdelivery.elasticloadbalancing.amazonaws.com"
# The test objects that the load balancer writes to the bucket.
BALANCER_LOGS = {
    "access_logs.s3": "ELBAccessLogTestFile",
    "connection_logs.s3": "ELBConnectionLogTestFile",
    "health_check_logs.s3": "ELBHealthCheckLogTestFile",
}
WAF_PREFIX = "aws-waf-logs-"


def balancers_may_write_their_logs(call: Call) -> None:
    """Refuses load balancer logs to a bucket that does not exist, is in another region, is
    encrypted with a KMS key, or whose policy does not allow log delivery.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
    """
    arn = call.parameters["LoadBalancerArn"]
    balancer: Any = elbv2_backends[call.account][call.region].load_balancers.get(arn)
    if balancer is None:
        return  # moto refuses it
    changed = {one["Key"]: one.get("Value", "") for one in call.parameters["Attributes"]}
    attributes: Mapping[str, str] = {**balancer.attrs, **changed}
    for kind, test_file in BALANCER_LOGS.items():
        if attributes.get(f"{kind}.enabled") == "true":
            name, prefix = attributes.get(f"{kind}.bucket"), attributes.get(f"{kind}.prefix")
            _check_bucket(call, f"{kind}.bucket", name or "", prefix or "", test_file)


def _check_bucket(call: Call, where: str, name: str, prefix: str, test_file: str) -> None:
    if "AWSLogs" in prefix:
        raise Refusal(
            "InvalidConfigurationRequest", f"Attributes: {where}: the prefix has AWSLogs in it"
        )
    bucket = bucket_of(call.account, name)
    key = "/".join(filter(None, (prefix, "AWSLogs", call.account, test_file)))
    source = f"arn:aws:elasticloadbalancing:{call.region}:{call.account}:loadbalancer/app/x/y"
    request = PolicyRequest(
        service=BALANCERS,
        action="s3:PutObject",
        resource=f"arn:aws:s3:::{name}/{key}",
        context=service_context(call.account, source),
    )
    if bucket is None:
        wrong = "it does not exist"
    elif bucket.region_name != call.region:
        wrong = f"it is in {bucket.region_name}, and the load balancer in {call.region}"
    elif "kms" in str(bucket.encryption):
        wrong = (
            "it is encrypted with a KMS key, and SSE-S3 is the only encryption that is written to"
        )
    elif not lets(_text(bucket.policy), request):
        wrong = f"its policy does not let {BALANCERS} write {name}/{key}"
    else:
        return
    raise Refusal(
        "InvalidConfigurationRequest",
        f"Attributes: {where}: Access Denied for bucket: {name}. Please check S3bucket permission: "
        f"{wrong}",
    )


def _text(policy: bytes | None) -> str | None:
    return policy.decode() if policy else None


def firewalls_log_where_they_may(call: Call) -> None:
    """Refuses a firewall log destination whose name does not start with aws-waf-logs-, or that is
    in another region or does not exist; and more than one destination.

    https://docs.aws.amazon.com/waf/latest/developerguide/logging-destinations.html
    """
    where = "LoggingConfiguration.LogDestinationConfigs"
    configuration: Mapping[str, Any] = call.parameters["LoggingConfiguration"]
    destinations: list[str] = configuration["LogDestinationConfigs"]
    if len(destinations) != 1:
        raise Refusal("WAFInvalidParameterException", f"{where}: {len(destinations)}, not one")
    arn = destinations[0]
    parts = arn.split(":", 5)
    name = parts[-1].removeprefix("log-group:").removeprefix("deliverystream/")
    if not name.startswith(WAF_PREFIX):
        raise Refusal(
            "WAFInvalidParameterException", f"{where}: {arn}: its name does not begin {WAF_PREFIX}"
        )
    service, region = parts[2], parts[3]
    if region and region != call.region:
        raise Refusal("WAFInvalidParameterException", f"{where}: {arn} is not in {call.region}")
    there = {
        "s3": lambda: bucket_of(call.account, name) is not None,
        "logs": lambda: _log_group(call, name.removesuffix(":*")) is not None,
    }
    if service in there and not there[service]():
        raise Refusal("WAFLogDestinationPermissionIssueException", f"{where}: there is no {arn}")


def _log_group(call: Call, name: str) -> Any:
    backend: Any = logs_backends[call.account][call.region]
    return backend.groups.get(name)


RULES: Rules = {
    ("elbv2", "ModifyLoadBalancerAttributes"): (balancers_may_write_their_logs,),
    ("wafv2", "PutLoggingConfiguration"): (firewalls_log_where_they_may,),
}

"""The ARNs of everything that a call names.

Names are turned into ARNs; ARNs are used as they are.
"""

from collections.abc import Callable, Iterator
from typing import Any, cast

from moto.backends import get_backend

from sandbox.embedded_aws.calls import Call
from sandbox.embedded_aws.permissions.actions import prefix
from sandbox.embedded_aws.zonal_shifts import SHIFTS

HERE = "arn:aws:{service}:{region}:{account}:"
# Parameters that hold names, by service, with the ARN for the name. IDs that the call does not
# contain become 0.
NAMED: dict[str, dict[str, str]] = {
    "cloudwatch": {
        "AlarmName": HERE + "alarm:{name}",
        "AlarmNames": HERE + "alarm:{name}",
        "DashboardName": "arn:aws:cloudwatch::{account}:dashboard/{name}",
        "DashboardNames": "arn:aws:cloudwatch::{account}:dashboard/{name}",
    },
    "codebuild": {
        "name": HERE + "project/{name}",
        "names": HERE + "project/{name}",
        "projectName": HERE + "project/{name}",
    },
    "codepipeline": {"name": HERE + "{name}", "pipelineName": HERE + "{name}"},
    "dynamodb": {"TableName": HERE + "table/{name}"},
    "events": {
        "Name": HERE + "rule/{name}",
        "Rule": HERE + "rule/{name}",
        "RuleName": HERE + "rule/{name}",
    },
    "iam": {
        "InstanceProfileName": "arn:aws:iam::{account}:instance-profile/{name}",
        "PolicyName": "arn:aws:iam::{account}:policy/{name}",
        "RoleName": "arn:aws:iam::{account}:role/{name}",
    },
    "lambda": {"FunctionName": HERE + "function:{name}", "Resource": HERE + "function:{name}"},
    "logs": {
        "logGroupName": HERE + "log-group:{name}",
        "logGroupIdentifier": HERE + "log-group:{name}",
    },
    "rds": {
        "DBClusterIdentifier": HERE + "cluster:{name}",
        "DBClusterParameterGroupName": HERE + "cluster-pg:{name}",
        "DBClusterSnapshotIdentifier": HERE + "cluster-snapshot:{name}",
        "DBInstanceIdentifier": HERE + "db:{name}",
        "DBParameterGroupName": HERE + "pg:{name}",
        "DBSnapshotIdentifier": HERE + "snapshot:{name}",
        "DBSubnetGroupName": HERE + "subgrp:{name}",
        "DbClusterIdentifier": HERE + "cluster:{name}",
        "GlobalClusterIdentifier": "arn:aws:rds::{account}:global-cluster:{name}",
        "OptionGroupName": HERE + "og:{name}",
        "SourceDBClusterIdentifier": HERE + "cluster:{name}",
        "SourceDBClusterSnapshotIdentifier": HERE + "cluster-snapshot:{name}",
        "SourceDBInstanceIdentifier": HERE + "db:{name}",
        "TargetDBClusterSnapshotIdentifier": HERE + "cluster-snapshot:{name}",
        "TargetDbClusterIdentifier": HERE + "cluster:{name}",
    },
    "sns": {"Name": HERE + "{name}"},
    "sqs": {"QueueName": HERE + "{name}"},
}


def named(call: Call) -> Iterator[str]:
    """The ARNs of everything named in the call's parameters."""
    templates = NAMED.get(call.service, {})
    for parameter, value in call.parameters.items():
        for each in _texts(value):
            if each.startswith("arn:"):
                yield each.removesuffix(":*")
            elif parameter in templates:
                yield of(call, templates[parameter], each)
    if call.service in SPECIAL:
        yield from SPECIAL[call.service](call)


def of(call: Call, template: str, name: str) -> str:
    """The ARN for this name, in the call's account and region."""
    return template.format(
        name=name, service=prefix(call.service), region=call.region, account=call.account
    )


def _texts(value: Any) -> list[str]:
    values = cast("list[Any]", value) if isinstance(value, list) else [value]
    return [each for each in values if isinstance(each, str)]


def _autoscaling(call: Call) -> Iterator[str]:
    name = call.parameters.get("AutoScalingGroupName")
    names = [name, *(tag.get("ResourceId") for tag in call.parameters.get("Tags", []))]
    groups = get_backend("autoscaling")[call.account][call.region].autoscaling_groups
    for each in dict.fromkeys(names):
        if each in groups:
            yield groups[each].arn
        elif each is not None:
            template = HERE + "autoScalingGroup:0:autoScalingGroupName/{name}"
            yield of(call, template, each)


def _acm(call: Call) -> Iterator[str]:
    if call.operation == "RequestCertificate":
        yield of(call, HERE + "certificate/{name}", "0")


def _codepipeline(call: Call) -> Iterator[str]:
    if "pipeline" in call.parameters:
        yield of(call, HERE + "{name}", call.parameters["pipeline"]["name"])


def _dynamodb(call: Call) -> Iterator[str]:
    for name in call.parameters.get("RequestItems", {}):
        yield of(call, HERE + "table/{name}", name)


def _elbv2(call: Call) -> Iterator[str]:
    kinds = {"CreateLoadBalancer": "loadbalancer/app", "CreateTargetGroup": "targetgroup"}
    if call.operation in kinds:
        yield of(call, f"{HERE}{kinds[call.operation]}/{{name}}/0", call.parameters["Name"])


def _events(call: Call) -> Iterator[str]:
    for entry in call.parameters.get("Entries", []):
        bus = entry.get("EventBusName", "default")
        yield bus if bus.startswith("arn:") else of(call, HERE + "event-bus/{name}", bus)


def _kms(call: Call) -> Iterator[str]:
    if call.operation == "CreateKey":
        yield of(call, HERE + "key/{name}", "0")
    # For an alias, also the key that it points to:
    # https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html
    alias = call.parameters.get("AliasName")
    if alias is not None:
        yield of(call, HERE + "{name}", alias)
    for key in (alias, call.parameters.get("KeyId"), call.parameters.get("TargetKeyId")):
        known = _key_id(call, key) if key is not None else None
        if known is not None:
            yield of(call, HERE + "key/{name}", known)


def _key_id(call: Call, key: str) -> str | None:
    name = key.rpartition(":")[2] if key.startswith("arn:") else key
    if name.startswith("alias/"):
        return get_backend("kms")[call.account][call.region].get_key_id_from_alias(name)
    return name.removeprefix("key/")


def _logs(call: Call) -> Iterator[str]:
    group, stream = (call.parameters.get(name) for name in ("logGroupName", "logStreamName"))
    if group is not None and stream is not None:
        yield of(call, HERE + "log-group:{name}:log-stream:", group) + stream


def _route53(call: Call) -> Iterator[str]:
    kinds = {
        "HostedZoneId": "hostedzone",
        "HealthCheckId": "healthcheck",
        "ResourceId": call.parameters.get("ResourceType", ""),
        "Id": next((kind for kind in ROUTE53_IDS if kind in call.operation.lower()), ""),
    }
    for parameter, kind in kinds.items():
        if parameter in call.parameters:
            yield f"arn:aws:route53:::{kind}/{call.parameters[parameter].rpartition('/')[2]}"


def _s3(call: Call) -> Iterator[str]:
    bucket = call.parameters.get("Bucket")
    if bucket is None:
        return
    keys = [call.parameters.get("Key")]
    keys += [each["Key"] for each in call.parameters.get("Delete", {}).get("Objects", [])]
    arns = [f"arn:aws:s3:::{bucket}/{key}" for key in keys if key is not None]
    yield from arns or [f"arn:aws:s3:::{bucket}"]


def _secretsmanager(call: Call) -> Iterator[str]:
    """The ARN of a secret has six random characters, which a new one has yet to get."""
    if call.operation == "CreateSecret":
        yield of(call, HERE + "secret:{name}-000000", call.parameters["Name"])
    name = call.parameters.get("SecretId")
    if name is not None and not name.startswith("arn:"):
        secrets = get_backend("secretsmanager")[call.account][call.region].secrets
        known = secrets.get(name)
        yield known.arn if known else of(call, HERE + "secret:{name}-000000", name)


def _sqs(call: Call) -> Iterator[str]:
    if "QueueUrl" in call.parameters:
        yield of(call, HERE + "{name}", call.parameters["QueueUrl"].rpartition("/")[2])


def _ssm(call: Call) -> Iterator[str]:
    if "Parameter" in call.operation:
        for key in ("Name", "Names"):
            for name in _texts(call.parameters.get(key)):
                yield parameter(call, name)


def parameter(call: Call, name: str) -> str:
    """The ARN of a Systems Manager parameter. AWS's own public ones belong to no account."""
    owner = "" if name.startswith("/aws/service/") else call.account
    return f"arn:aws:ssm:{call.region}:{owner}:parameter/{name.removeprefix('/')}"


def _wafv2(call: Call) -> Iterator[str]:
    kind = next((kind for kind in WAF_KINDS if kind in call.operation.lower()), None)
    if kind is not None and "Name" in call.parameters:
        scope = call.parameters.get("Scope", "REGIONAL").lower()
        name, known = call.parameters["Name"], call.parameters.get("Id", "0")
        yield of(call, HERE + f"{scope}/{kind}/{{name}}/{known}", name)
    logging = call.parameters.get("LoggingConfiguration", {})
    if "ResourceArn" in logging:
        yield logging["ResourceArn"]
    yield from _referred_to(call, call.parameters.get("Rules", []))


def _referred_to(call: Call, part: Any) -> Iterator[str]:
    """What a firewall's rules reference: the account's sets and groups, and managed groups."""
    if isinstance(part, dict):
        fields = cast("dict[str, Any]", part)
        if "ARN" in fields:
            yield fields["ARN"]
        if "VendorName" in fields:
            scope = call.parameters.get("Scope", "REGIONAL").lower()
            yield of(call, HERE + f"{scope}/managedruleset/{{name}}/*", "*")
        for each in fields.values():
            yield from _referred_to(call, each)
    elif isinstance(part, list):
        for each in cast("list[Any]", part):
            yield from _referred_to(call, each)


ROUTE53_IDS = ("hostedzone", "healthcheck", "queryloggingconfig", "change")


WAF_KINDS = ("webacl", "ipset", "rulegroup", "regexpatternset")


# Services whose resource names are not single parameters.
def _fis(call: Call) -> Iterator[str]:
    template, experiment = HERE + "experiment-template/{name}", HERE + "experiment/{name}"
    for action in call.parameters.get("actions", {}).values():
        if "actionId" in action:
            yield of(call, HERE + "action/{name}", action["actionId"])
    if call.operation in {"GetExperiment", "StopExperiment"}:
        yield of(call, experiment, call.parameters["id"])
    elif call.operation == "StartExperiment":
        yield of(call, template, call.parameters["experimentTemplateId"])
        yield of(call, experiment, "0")
    elif call.operation.endswith("ExperimentTemplate"):
        yield of(call, template, call.parameters.get("id", "0"))


def _scheduler(call: Call) -> Iterator[str]:
    name = call.parameters.get("Name")
    if name is None:
        return
    if call.operation.endswith("ScheduleGroup"):
        yield of(call, HERE + "schedule-group/{name}", name)
    else:
        group = call.parameters.get("GroupName", "default")
        yield of(call, HERE + "schedule/{name}", f"{group}/{name}")


def _zonal_shift(call: Call) -> Iterator[str]:
    """The load balancer of a shift that is named."""
    shift = SHIFTS.get(call.parameters.get("zonalShiftId", ""))
    if shift is not None:
        yield shift.resource


SPECIAL: dict[str, Callable[[Call], Iterator[str]]] = {
    "acm": _acm,
    "arc-zonal-shift": _zonal_shift,
    "autoscaling": _autoscaling,
    "codepipeline": _codepipeline,
    "dynamodb": _dynamodb,
    "elbv2": _elbv2,
    "events": _events,
    "fis": _fis,
    "kms": _kms,
    "logs": _logs,
    "route53": _route53,
    "s3": _s3,
    "scheduler": _scheduler,
    "secretsmanager": _secretsmanager,
    "sqs": _sqs,
    "ssm": _ssm,
    "wafv2": _wafv2,
}

"""What an operation needs besides its own action."""

from collections.abc import Callable, Iterator
from typing import Any

from moto.backends import get_backend

from sandbox.embedded_aws.calls import Call
from sandbox.embedded_aws.permissions.actions import action, prefix
from sandbox.embedded_aws.permissions.database_companions import OF_DATABASES
from sandbox.embedded_aws.permissions.named import NAMED, of, parameter
from sandbox.embedded_aws.permissions.need import Need
from sandbox.embedded_aws.permissions.resources import ANY, resources
from sandbox.embedded_aws.permissions.service_roles import pass_role, service_linked_role
from sandbox.embedded_aws.permissions.tables import OF_TABLES

Companions = Iterator[Need]

# Tagging on creation needs permission to tag. Each creating operation's page says so, such as
# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
TAGGING = {
    "acm": "acm:AddTagsToCertificate",
    "autoscaling": "autoscaling:CreateOrUpdateTags",
    "cloudwatch": "cloudwatch:TagResource",
    "codepipeline": "codepipeline:TagResource",
    "dynamodb": "dynamodb:TagResource",
    "ec2": "ec2:CreateTags",
    "elbv2": "elasticloadbalancing:AddTags",
    "events": "events:TagResource",
    "fis": "fis:TagResource",
    "iam": "iam:Tag{created}",
    "kms": "kms:TagResource",
    "lambda": "lambda:TagResource",
    "logs": "logs:TagResource",
    "rds": "rds:AddTagsToResource",
    "scheduler": "scheduler:TagResource",
    "secretsmanager": "secretsmanager:TagResource",
    "sns": "sns:TagResource",
    "sqs": "sqs:TagQueue",
    "wafv2": "wafv2:TagResource",
}
TAGS = ("Tags", "tags", "TagSpecifications")
# Starts an image that is the value of a parameter.
PARAMETER = "resolve:ssm:"
# The parameter that names what is created.
CREATED_IN_RDS = {
    "CreateDBCluster": "DBClusterIdentifier",
    "CreateDBClusterSnapshot": "DBClusterSnapshotIdentifier",
    "CreateDBInstance": "DBInstanceIdentifier",
    "CreateDBInstanceReadReplica": "DBInstanceIdentifier",
    "CreateGlobalCluster": "GlobalClusterIdentifier",
}
CREATING = ("Create", "Put", "Request", "Allocate", "Run")


def companions(call: Call) -> Companions:
    if call.operation.startswith(CREATING) and any(call.parameters.get(name) for name in TAGS):
        yield from _tags(call)
    own = OF_OPERATIONS.get((call.service, call.operation))
    if own is not None:
        yield from own(call)


def _tags(call: Call) -> Companions:
    if call.service not in TAGGING:
        return
    tags = TAGGING[call.service].format(created=call.operation.removeprefix("Create"))
    if tags != action(call):  # unless the operation only creates tags
        for resource in resources(call, tags):
            if _is_new(call, resource):
                yield Need(tags, _tagged(call, resource))


def _is_new(call: Call, resource: str) -> bool:
    """RDS's requests name what the new resource uses as well."""
    name = CREATED_IN_RDS.get(call.operation) if call.service == "rds" else None
    return name is None or resource == of(call, NAMED["rds"][name], call.parameters[name])


def _tagged(call: Call, resource: str) -> str:
    """CreateListener names the load balancer's ARN, but the tags are the listener's."""
    if call.operation == "CreateListener":
        return resource.replace(":loadbalancer/", ":listener/") + "/0"
    return resource


def _lambda_role(call: Call) -> Companions:
    if "Role" in call.parameters:
        yield pass_role(call.parameters["Role"], "lambda.amazonaws.com")


def _pipeline_role(call: Call) -> Companions:
    yield pass_role(call.parameters["pipeline"]["roleArn"], "codepipeline.amazonaws.com")


def _build_role(call: Call) -> Companions:
    if "serviceRole" in call.parameters:
        yield pass_role(call.parameters["serviceRole"], "codebuild.amazonaws.com")


def _schedule_role(call: Call) -> Companions:
    yield pass_role(call.parameters["Target"]["RoleArn"], "scheduler.amazonaws.com")


def _template_role(call: Call) -> Companions:
    if "roleArn" in call.parameters:
        yield pass_role(call.parameters["roleArn"], "fis.amazonaws.com")


def _experiment(call: Call) -> Companions:
    """https://docs.aws.amazon.com/fis/latest/userguide/using-service-linked-roles.html"""
    yield service_linked_role(call, "fis.amazonaws.com", "AWSServiceRoleForFIS")


def _targets_roles(call: Call) -> Companions:
    for target in call.parameters["Targets"]:
        if "RoleArn" in target:
            yield pass_role(target["RoleArn"], "events.amazonaws.com")


def _new_group(call: Call) -> Companions:
    yield service_linked_role(call, "autoscaling.amazonaws.com", "AWSServiceRoleForAutoScaling")
    yield from _launches(call)


def _launches(call: Call) -> Companions:
    """What launching a group's instances takes, checked when the group is created or updated, and
    on instance refresh.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-api-permissions.html
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-launch-template-permissions.html
    """
    template = _template(call)
    if template is None:
        return
    data = template.latest_version().data
    yield Need("ec2:RunInstances", ANY)
    yield from _image(call, data.get("ImageId", ""))
    if data.get("TagSpecifications"):
        yield Need("ec2:CreateTags", ANY)
    profile = data.get("IamInstanceProfile", {})
    arn = profile.get("Arn")
    name = profile.get("Name") or (arn and arn.rpartition("/")[2])
    if name:
        found = get_backend("iam")[call.account]["aws"].get_instance_profile(name)
        for role in found.roles:
            yield pass_role(role.arn, "ec2.amazonaws.com")


def _image(call: Call, image: str) -> Companions:
    """Whoever launches from a template whose image is a parameter must be able to read it.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/using-systems-manager-parameters.html
    """
    if image.startswith(PARAMETER):
        yield Need("ssm:GetParameters", parameter(call, image.removeprefix(PARAMETER)))


def _template(call: Call) -> Any:
    """The launch template named in the call, or else the group's."""
    named = call.parameters.get("LaunchTemplate")
    if named is None:
        groups = get_backend("autoscaling")[call.account][call.region].autoscaling_groups
        group = groups.get(call.parameters.get("AutoScalingGroupName", ""))
        return group and group.ec2_launch_template
    ec2 = get_backend("ec2")[call.account][call.region]
    names = ec2.launch_template_name_to_ids
    known = named.get("LaunchTemplateId") or names.get(named["LaunchTemplateName"])
    return ec2.launch_templates.get(known or "")


def _looks_at(*kinds: str) -> Callable[[Call], Companions]:
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-api-permissions.html"""

    def needed(_: Call) -> Companions:
        for kind in kinds:
            yield Need(f"ec2:Describe{kind}", ANY)

    return needed


def _new_load_balancer(call: Call) -> Companions:
    yield service_linked_role(
        call, "elasticloadbalancing.amazonaws.com", "AWSServiceRoleForElasticLoadBalancing"
    )
    yield from _looks_at(
        "AccountAttributes", "Addresses", "InternetGateways", "SecurityGroups", "Subnets", "Vpcs"
    )(call)


def _flow_log(call: Call) -> Companions:
    """https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-create-flow-log.html"""
    if "DeliverLogsPermissionArn" in call.parameters:
        yield pass_role(call.parameters["DeliverLogsPermissionArn"], "vpc-flow-logs.amazonaws.com")
    if call.parameters.get("LogDestinationType") == "s3":
        yield Need("logs:CreateLogDelivery", ANY)
        yield Need("logs:DeleteLogDelivery", ANY)


def _firewall_log(call: Call) -> Companions:
    """https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html"""
    yield Need("logs:CreateLogDelivery", ANY)
    yield Need("logs:DeleteLogDelivery", ANY)
    if any(
        ":log-group:" in to
        for to in call.parameters["LoggingConfiguration"]["LogDestinationConfigs"]
    ):
        for name in ("PutResourcePolicy", "DescribeResourcePolicies", "DescribeLogGroups"):
            yield Need(f"logs:{name}", ANY)


def _ends_log_delivery(_: Call) -> Companions:
    yield Need("logs:DeleteLogDelivery", ANY)


def _on_balancer(action: str) -> Callable[[Call], Companions]:
    """https://docs.aws.amazon.com/waf/latest/developerguide/security_iam_service-with-iam.html"""

    def needed(call: Call) -> Companions:
        resource = call.parameters["ResourceArn"]
        if ":loadbalancer/app/" in resource:
            yield Need(f"{prefix('elbv2')}:{action}", resource)

    return needed


def _private_names(call: Call) -> Companions:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html"""
    kind = call.parameters.get("VpcEndpointType")
    if kind == "Interface" and call.parameters.get("PrivateDnsEnabled") in (True, "true", None):
        yield Need("route53:AssociateVPCWithHostedZone", ANY)


def _copied(call: Call) -> Companions:
    source = call.parameters["CopySource"]
    path = source.partition("?")[0].removeprefix("/")
    yield Need("s3:GetObject", f"arn:aws:s3:::{path}")
    yield from _if_match(call)


def _whether_missing(call: Call) -> Companions:
    """A caller without permission to list the bucket is not told that an object is missing.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    """
    bucket = get_backend("s3")[call.account]["aws"].buckets.get(call.parameters["Bucket"])
    if bucket is not None and call.parameters["Key"] not in bucket.keys:
        yield Need("s3:ListBucket", f"arn:aws:s3:::{call.parameters['Bucket']}")


def _if_match(call: Call) -> Companions:
    """Comparing an object's ETag takes permission to read it.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html
    """
    if "IfMatch" in call.parameters:
        bucket, key = call.parameters["Bucket"], call.parameters["Key"]
        yield Need("s3:GetObject", f"arn:aws:s3:::{bucket}/{key}")


OF_OPERATIONS: dict[tuple[str, str], Callable[[Call], Companions]] = {
    **OF_DATABASES,
    ("autoscaling", "CreateAutoScalingGroup"): _new_group,
    ("autoscaling", "StartInstanceRefresh"): _launches,
    ("autoscaling", "UpdateAutoScalingGroup"): _launches,
    ("codebuild", "CreateProject"): _build_role,
    ("codebuild", "UpdateProject"): _build_role,
    ("codepipeline", "CreatePipeline"): _pipeline_role,
    ("codepipeline", "UpdatePipeline"): _pipeline_role,
    ("ec2", "CreateFlowLogs"): _flow_log,
    ("ec2", "CreateVpcEndpoint"): _private_names,
    ("ec2", "DeleteFlowLogs"): _ends_log_delivery,
    ("elbv2", "CreateLoadBalancer"): _new_load_balancer,
    ("elbv2", "CreateTargetGroup"): _looks_at("InternetGateways", "Vpcs"),
    ("elbv2", "SetIpAddressType"): _looks_at("Subnets"),
    ("elbv2", "SetSubnets"): _looks_at("Subnets"),
    ("events", "PutTargets"): _targets_roles,
    ("fis", "CreateExperimentTemplate"): _template_role,
    ("fis", "StartExperiment"): _experiment,
    ("fis", "UpdateExperimentTemplate"): _template_role,
    ("lambda", "CreateFunction"): _lambda_role,
    ("lambda", "UpdateFunctionConfiguration"): _lambda_role,
    ("scheduler", "CreateSchedule"): _schedule_role,
    ("s3", "CompleteMultipartUpload"): _if_match,
    ("s3", "CopyObject"): _copied,
    ("s3", "DeleteObject"): _if_match,
    ("s3", "GetObject"): _whether_missing,
    ("s3", "HeadObject"): _whether_missing,
    ("s3", "PutObject"): _if_match,
    ("wafv2", "AssociateWebACL"): _on_balancer("CreateWebACLAssociation"),
    ("wafv2", "DeleteLoggingConfiguration"): _ends_log_delivery,
    ("wafv2", "DisassociateWebACL"): _on_balancer("DeleteWebACLAssociation"),
    ("wafv2", "GetWebACLForResource"): _on_balancer("GetLoadBalancerWebACL"),
    ("wafv2", "PutLoggingConfiguration"): _firewall_log,
    **OF_TABLES,
}

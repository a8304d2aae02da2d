"""Probes an AWS for what takes a primary out of users' reach, and gives it back."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.embedded_aws import ACCOUNT, EmbeddedAws
from tests.sandbox.embedded_aws.default_network import default_subnets
from tests.sandbox.embedded_aws.naming import unique

# Separate, as the other probes count what is in their region.
REGION = "eu-west-2"
SET_GROUPS = "arn:aws:scheduler:::aws-sdk:elasticloadbalancingv2:setSecurityGroups"


def role(aws: EmbeddedAws, service: str, *allowed: str) -> str:
    """A role that a service may assume, and that allows `allowed` on everything."""
    iam, name = aws.client("iam", REGION), unique()
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]
    if allowed:
        statement = {"Effect": "Allow", "Action": list(allowed), "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=policy)
    return made["Arn"]


def template(aws: EmbeddedAws, subnet: str, **changed: Any) -> dict[str, Any]:
    """A request for a template that cuts this subnet off for a minute."""
    arn = f"arn:aws:ec2:{REGION}:{ACCOUNT}:subnet/{subnet}"
    action = {
        "actionId": "aws:network:disrupt-connectivity",
        "parameters": {"duration": "PT1M", "scope": "vpc"},
        "targets": {"Subnets": "own"},
    }
    target = {
        "resourceType": "aws:ec2:subnet",
        "resourceArns": [arn],
        "selectionMode": "ALL",
    }
    return {
        "clientToken": unique(),
        "description": "cuts a subnet off",
        "stopConditions": [{"source": "none"}],
        "targets": {"own": target},
        "actions": {"cut_off": action},
        "roleArn": role(aws, "fis.amazonaws.com"),
        **changed,
    }


def marks(aws: EmbeddedAws, subnet: str) -> list[dict[str, str]]:
    """The tags of a subnet's network ACL."""
    only = [{"Name": "association.subnet-id", "Values": [subnet]}]
    (acl,) = aws.client("ec2", REGION).describe_network_acls(Filters=only)["NetworkAcls"]
    return acl["Tags"]


def experiments_take_their_time(aws: EmbeddedAws) -> bool:
    fis, subnet = aws.client("fis", REGION), default_subnets(aws, REGION)[0]["SubnetId"]
    made = fis.create_experiment_template(**template(aws, subnet))["experimentTemplate"]
    started = fis.start_experiment(clientToken=unique(), experimentTemplateId=made["id"])
    known = {"id": started["experiment"]["id"]}

    def status() -> str:
        return fis.get_experiment(**known)["experiment"]["state"]["status"]

    if status() != "running" or {"Key": "managedByFIS", "Value": "true"} not in marks(aws, subnet):
        return False
    fis.stop_experiment(**known)
    return status() == "stopped" and not marks(aws, subnet)


def schedule(role_arn: str, balancer: str, groups: list[str], seconds: float) -> dict[str, Any]:
    """A request for a schedule that gives a load balancer these groups in so many seconds."""
    due = datetime.now(UTC) + timedelta(seconds=seconds)
    given = {"LoadBalancerArn": balancer, "SecurityGroups": groups}
    return {
        "Name": unique(),
        "ScheduleExpression": f"at({due:%Y-%m-%dT%H:%M:%S})",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "ActionAfterCompletion": "DELETE",
        "Target": {"Arn": SET_GROUPS, "RoleArn": role_arn, "Input": json.dumps(given)},
    }

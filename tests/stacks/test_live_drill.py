"""What a drill on the real deployment needs, and that it is left out where nobody asked for it."""

import json
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from cdktf_cdktf_provider_aws.fis_experiment_template import FisExperimentTemplate
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.lb import Lb
from cdktf_cdktf_provider_aws.scheduler_schedule_group import SchedulerScheduleGroup
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from cdktf_cdktf_provider_aws.vpc_security_group_egress_rule import VpcSecurityGroupEgressRule
from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule

from environments import Environment
from environments.loading import check
from tests.synthesis import EXAMPLES, Stack, example, synthesise

CLOSED = "${aws_security_group.drill_closed_security_group.id}"
INSTANCES = "${aws_security_group.instances_security_group.id}"


def drilled(**drill: Any) -> Environment:
    """The mission with these values in `[drill]`."""
    file = json.loads(example("mission").model_dump_json(by_alias=True, exclude_none=True))
    return check({**file, "drill": drill}, EXAMPLES / "drilled.toml")


@cache
def primary(*, fis: bool) -> Stack:
    with tempfile.TemporaryDirectory() as folder:
        return synthesise(drilled(live=True, fis=fis, minutes=20), Path(folder))["primary"]


def test_without_it_there_is_nothing(tmp_path: Path) -> None:
    stacks = synthesise(example("mission"), tmp_path)
    assert not [name for name, stack in stacks.items() if "drill" in stack.text]


def test_the_standby_has_none_of_it(tmp_path: Path) -> None:
    assert "drill" not in synthesise(drilled(live=True), tmp_path)["dr"].text


def test_nobody_reaches_the_closed_group_and_it_reaches_the_instances() -> None:
    stack = primary(fis=False)
    ways_in = stack.resources(VpcSecurityGroupIngressRule).values()
    assert not [rule for rule in ways_in if rule["security_group_id"] == CLOSED]
    (out,) = (
        rule
        for rule in stack.resources(VpcSecurityGroupEgressRule).values()
        if rule["security_group_id"] == CLOSED
    )
    assert out["referenced_security_group_id"] == INSTANCES
    (accepted,) = (rule for rule in ways_in if rule.get("referenced_security_group_id") == CLOSED)
    assert (accepted["security_group_id"], accepted["from_port"]) == (INSTANCES, out["from_port"])


def test_terraform_keeps_the_load_balancers_own_group() -> None:
    assert CLOSED not in primary(fis=False).only(Lb)["security_groups"]


def test_the_scheduler_may_open_this_load_balancer_and_nothing_else() -> None:
    stack, name = primary(fis=False), "awspractice-ap-south-1-drill"
    assert stack.only(SchedulerScheduleGroup)["name"] == name
    role = stack.resources(IamRole)["drill_scheduler_role"]
    trust = json.loads(role["assume_role_policy"])["Statement"][0]
    assert (role["name"], trust["Principal"]) == (name, {"Service": "scheduler.amazonaws.com"})
    assert "aws:SourceAccount" in trust["Condition"]["StringEquals"]
    policy = stack.resources(IamRolePolicy)["drill_scheduler_policy"]
    assert json.loads(policy["policy"])["Statement"] == [
        {
            "Effect": "Allow",
            "Action": ["elasticloadbalancing:SetSecurityGroups"],
            "Resource": "${aws_lb.load_balancer.arn}",
        }
    ]


def test_the_experiment_ends_by_itself_and_early_if_the_standby_is_lost() -> None:
    template = primary(fis=True).only(FisExperimentTemplate)
    (action,), (target,), (stop,) = (template[of] for of in ("action", "target", "stop_condition"))
    assert action["action_id"] == "aws:network:disrupt-connectivity"
    parameters = {one["key"]: one["value"] for one in action["parameter"]}
    assert parameters == {"duration": "PT20M", "scope": "vpc"}
    assert action["target"] == {"key": "Subnets", "value": target["name"]}
    assert len(target["resource_arns"]) == 3
    assert all("public" in arn for arn in target["resource_arns"])
    assert stop["value"].endswith(":alarm:awspractice-standby-lost")


def test_an_experiment_needs_no_closed_group() -> None:
    assert "drill_closed_security_group" not in primary(fis=True).resources(SecurityGroup)
    assert not primary(fis=True).resources(SchedulerScheduleGroup)

"""An experiment of AWS Fault Injection Service that takes the primary out of users' reach."""

from collections.abc import Iterator, Sequence
from typing import Any

from cdktf_cdktf_provider_aws.fis_experiment_template import (
    FisExperimentTemplate,
    FisExperimentTemplateAction,
    FisExperimentTemplateActionParameter,
    FisExperimentTemplateActionTarget,
    FisExperimentTemplateStopCondition,
    FisExperimentTemplateTarget,
)
from constructs import Construct

from modules.iam import allow
from modules.module import Module
from modules.roles import ServiceRole

FIS = "fis.amazonaws.com"
SUBNETS = "public_subnets"
# Network ACLs that FIS made itself.
MADE_BY_FIS = {"StringEquals": {"ec2:ResourceTag/managedByFIS": "true"}}


class CutOff(Module):
    """A template that cuts the load balancer's subnets off from everything outside their VPC, for a
    time; FIS ends it by itself. The load balancer still reaches its instances: if their health
    checks failed, the Auto Scaling group would replace them.

    https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html#disrupt-connectivity

    Args:
        name: The template's name, as a tag, and its role's.
        region: The region.
        account_id: The account.
        subnet_ids: The load balancer's subnets.
        vpc_id: Their VPC.
        minutes: How long.
        stop_alarm: The alarm that ends it early, by name: nobody would serve.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        region: str,
        account_id: str,
        subnet_ids: Sequence[str],
        vpc_id: str,
        minutes: int,
        stop_alarm: str,
    ) -> None:
        super().__init__(scope, id)
        self._here = f"arn:aws:ec2:{region}:{account_id}"
        role = ServiceRole(
            self,
            "drill_fis",
            name=f"{name}-fis",
            service=FIS,
            description="Cuts the load balancer's subnets off for a drill",
            policy_name="cut-off",
            statements=list(self._statements(subnet_ids, vpc_id)),
            on_behalf_of={"aws:SourceAccount": account_id},
        )
        duration = FisExperimentTemplateActionParameter(key="duration", value=f"PT{minutes}M")
        scope_of_denial = FisExperimentTemplateActionParameter(key="scope", value="vpc")
        FisExperimentTemplate(
            self,
            "drill_experiment",
            description="Takes the primary out of users' reach",
            role_arn=role.arn,
            stop_condition=[
                FisExperimentTemplateStopCondition(
                    source="aws:cloudwatch:alarm",
                    value=f"arn:aws:cloudwatch:{region}:{account_id}:alarm:{stop_alarm}",
                )
            ],
            target=[
                FisExperimentTemplateTarget(
                    name=SUBNETS,
                    resource_type="aws:ec2:subnet",
                    selection_mode="ALL",
                    resource_arns=[f"{self._here}:subnet/{subnet}" for subnet in subnet_ids],
                )
            ],
            action=[
                FisExperimentTemplateAction(
                    name="cut_off",
                    action_id="aws:network:disrupt-connectivity",
                    parameter=[duration, scope_of_denial],
                    target=FisExperimentTemplateActionTarget(key="Subnets", value=SUBNETS),
                )
            ],
            tags={"Name": name},
            depends_on=role.policies,
        )

    def _statements(self, subnet_ids: Sequence[str], vpc_id: str) -> Iterator[dict[str, Any]]:
        """The action's permissions, on these subnets and on FIS's own network ACLs alone, as in
        https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSFaultInjectionSimulatorNetworkAccess.html
        """
        acls = f"{self._here}:network-acl/*"
        marked = {"aws:RequestTag/managedByFIS": "true"}
        creating = {"ec2:CreateAction": "CreateNetworkAcl", **marked}
        yield allow("ec2:CreateTags", on=acls, condition={"StringEquals": creating})
        yield allow("ec2:CreateNetworkAcl", on=acls, condition={"StringEquals": marked})
        yield allow("ec2:CreateNetworkAcl", on=f"{self._here}:vpc/{vpc_id}")
        yield allow(
            "ec2:CreateNetworkAclEntry", "ec2:DeleteNetworkAcl", on=acls, condition=MADE_BY_FIS
        )
        yield allow(
            "ec2:ReplaceNetworkAclAssociation",
            on=[*(f"{self._here}:subnet/{subnet}" for subnet in subnet_ids), acls],
        )
        # None of these can be limited to a resource.
        yield allow(
            "ec2:DescribeManagedPrefixLists",
            "ec2:DescribeNetworkAcls",
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcs",
            on="*",
        )

"""The instances: what each one is (launch template) and how many there are (Auto Scaling group)."""

import base64
from collections.abc import Mapping, Sequence

from cdktf import Fn, ITerraformDependable, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.autoscaling_group import (
    AutoscalingGroup,
    AutoscalingGroupInstanceRefresh,
    AutoscalingGroupInstanceRefreshPreferences,
    AutoscalingGroupLaunchTemplate,
    AutoscalingGroupTag,
)
from cdktf_cdktf_provider_aws.autoscaling_policy import (
    AutoscalingPolicy,
    AutoscalingPolicyTargetTrackingConfiguration,
    AutoscalingPolicyTargetTrackingConfigurationPredefinedMetricSpecification,
)
from cdktf_cdktf_provider_aws.launch_template import (
    LaunchTemplate,
    LaunchTemplateBlockDeviceMappings,
    LaunchTemplateBlockDeviceMappingsEbs,
    LaunchTemplateCreditSpecification,
    LaunchTemplateIamInstanceProfile,
    LaunchTemplateMetadataOptions,
    LaunchTemplateMonitoring,
    LaunchTemplateNetworkInterfaces,
    LaunchTemplateTagSpecifications,
)
from constructs import Construct

from environments import Application, RegionalSettings
from environments.instance_types import known_type
from modules.module import Module
from modules.recovery_time import until_served
from modules.regional.image import image_id
from modules.user_data import Workload, user_data

ROOT_DEVICE = "/dev/xvda"
ROOT_VOLUME_GIB = 8
# An apply waits as long as one instance and its replacement may take. If the group is later than
# that, Terraform taints it, and the next apply would destroy it.
INSTANCES_WAITED_FOR = 2
# Shown on the dashboard; AWS does not charge for a group's metrics.
# https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-cloudwatch-monitoring.html
GROUP_METRICS = ("GroupDesiredCapacity", "GroupInServiceInstances")


class WebTier(Module):
    """A launch template, its Auto Scaling group across all zones, and target tracking on CPU.

    Args:
        name: Name of the instances.
        settings: What an instance is, and how many there are. `capacity.desired` is only
            a new group's size; after that target tracking owns the number, and an apply leaves it
            alone.
        workload: What an instance runs.
        subnet_ids: Subnets of the instances.
        security_group_id: Security group of the instances.
        instance_profile_arn: Instance profile of the instances.
        target_group_arn: Target group that they register with.
        tags: For the instances and volumes, which the provider's default tags do not reach.
        known_later: What stands in the workload's variables for values that only AWS knows, and
            Terraform's expressions for those.
        depends_on: What instances need to become healthy: their way out, and the listener that
            forwards to the target group.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        settings: RegionalSettings,
        workload: Workload,
        subnet_ids: Sequence[str],
        security_group_id: str,
        instance_profile_arn: str,
        target_group_arn: str,
        tags: Mapping[str, str],
        known_later: Mapping[str, str],
        depends_on: Sequence[ITerraformDependable],
    ) -> None:
        super().__init__(scope, id)
        self._settings, self._workload = settings, workload
        application = workload.application
        self._tags = {"Name": name, **tags}
        self._known_later = known_later
        template = self._launch_template(instance_profile_arn, security_group_id)
        capacity = settings.capacity
        self.auto_scaling_group = AutoscalingGroup(
            self,
            "auto_scaling_group",
            name=settings.auto_scaling_group,
            min_size=capacity.min,
            desired_capacity=capacity.desired,
            max_size=capacity.max,
            vpc_zone_identifier=list(subnet_ids),
            launch_template=_numbered_version(template),
            target_group_arns=[target_group_arn],
            health_check_type="ELB",
            health_check_grace_period=application.grace,
            # With less, a refresh would terminate old instances before the new ones serve.
            default_instance_warmup=until_served(application),
            min_elb_capacity=_awaited(settings, application),
            wait_for_capacity_timeout=f"{-(-INSTANCES_WAITED_FOR * application.grace // 60)}m",
            instance_refresh=_instance_refresh(can_roll_back=settings.ami is not None),
            tag=[
                AutoscalingGroupTag(key=key, value=value, propagate_at_launch=False)
                for key, value in sorted(self._tags.items())
            ],
            lifecycle=TerraformResourceLifecycle(ignore_changes=["desired_capacity"]),
            enabled_metrics=list(GROUP_METRICS),
            depends_on=depends_on,
        )
        self._target_tracking(settings.target_cpu_percent)

    def _target_tracking(self, target_cpu_percent: int) -> None:
        AutoscalingPolicy(
            self,
            "target_tracking",
            name="cpu",
            autoscaling_group_name=self.auto_scaling_group.name,
            policy_type="TargetTrackingScaling",
            target_tracking_configuration=AutoscalingPolicyTargetTrackingConfiguration(
                target_value=target_cpu_percent,
                predefined_metric_specification=AutoscalingPolicyTargetTrackingConfigurationPredefinedMetricSpecification(
                    predefined_metric_type="ASGAverageCPUUtilization"
                ),
            ),
        )

    def _launch_template(self, instance_profile_arn: str, security_group_id: str) -> LaunchTemplate:
        settings = self._settings
        return LaunchTemplate(
            self,
            "launch_template",
            name=settings.launch_template,
            update_default_version=True,
            image_id=image_id(settings.instance_type, settings.ami),
            instance_type=settings.instance_type,
            user_data=_encoded(user_data(self._workload), self._known_later),
            iam_instance_profile=LaunchTemplateIamInstanceProfile(arn=instance_profile_arn),
            metadata_options=LaunchTemplateMetadataOptions(
                http_endpoint="enabled", http_tokens="required", http_put_response_hop_limit=1
            ),
            credit_specification=_credits(settings.instance_type),
            # Metrics every minute instead of every five, so that target tracking reacts to a
            # failover's load.
            monitoring=LaunchTemplateMonitoring(enabled=True),
            network_interfaces=[
                LaunchTemplateNetworkInterfaces(
                    device_index=0,
                    associate_public_ip_address="false",
                    delete_on_termination="true",
                    security_groups=[security_group_id],
                )
            ],
            block_device_mappings=[_root_volume()],
            # The provider's default tags reach the template, not what is launched from it.
            tag_specifications=[
                LaunchTemplateTagSpecifications(resource_type=kind, tags=self._tags)
                for kind in ("instance", "volume", "network-interface")
            ],
            # Not the template's name: it may contain parentheses, which not every service accepts
            # in a tag.
            tags={"Name": self._tags["Name"]},
        )


def _awaited(settings: RegionalSettings, application: Application) -> int | None:
    """How many instances must serve in time, or an apply that creates the group fails. None for
    releases: the first one is delivered to instances that wait for it, and whether one serves is
    the delivery's matter."""
    return None if application.kind == "release" else settings.capacity.min or None


def _root_volume() -> LaunchTemplateBlockDeviceMappings:
    return LaunchTemplateBlockDeviceMappings(
        device_name=ROOT_DEVICE,
        ebs=LaunchTemplateBlockDeviceMappingsEbs(
            volume_type="gp3",
            volume_size=ROOT_VOLUME_GIB,
            encrypted="true",
            delete_on_termination="true",
        ),
    )


def _credits(instance_type: str) -> LaunchTemplateCreditSpecification | None:
    """Lets a burstable instance exceed its credits, which costs extra. A new instance has none, and
    a standby held to its baseline, a tenth of a t3.micro, would fail under exactly the load that it
    is there for. Stated, because T2 and an account's settings may have another default; EC2 rejects
    it for other types.
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances-unlimited-mode-concepts.html
    """
    kind = known_type(instance_type)
    if kind is None or not kind.burstable:
        return None
    return LaunchTemplateCreditSpecification(cpu_credits="unlimited")


def _numbered_version(template: LaunchTemplate) -> AutoscalingGroupLaunchTemplate:
    """The latest version, by number: with $Latest, a new one would start no instance refresh."""
    latest = f"${{{template.fqn}.latest_version}}"
    return AutoscalingGroupLaunchTemplate(id=template.id, version=latest)


def _instance_refresh(*, can_roll_back: bool) -> AutoscalingGroupInstanceRefresh:
    """Replaces instances when the template changes, a few at a time, each before it is terminated:
    100 and 110 % are what the console calls "launch before terminating".

    EC2 Auto Scaling cannot roll back to a template whose image is an SSM parameter:
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-rollback.html
    """
    return AutoscalingGroupInstanceRefresh(
        strategy="Rolling",
        preferences=AutoscalingGroupInstanceRefreshPreferences(
            min_healthy_percentage=100,
            max_healthy_percentage=110,
            auto_rollback=can_roll_back,
            # Also replaces instances that a failover has protected against scale-in.
            scale_in_protected_instances="Refresh",
        ),
    )


def _encoded(script: str, known_later: Mapping[str, str]) -> str:
    """The script in base64, as EC2 takes it. Terraform replaces each key of `known_later` in it by
    the value of an expression."""
    text = base64.b64encode(script.encode()).decode()
    if not known_later:
        return text
    filled = Fn.base64decode(text)
    for placeholder, expression in known_later.items():
        filled = Fn.replace(filled, placeholder, expression)
    return Fn.base64encode(filled)

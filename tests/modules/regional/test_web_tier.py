"""The launch template and the Auto Scaling group of each region."""

import base64

from cdktf_cdktf_provider_aws.autoscaling_group import AutoscalingGroup
from cdktf_cdktf_provider_aws.autoscaling_policy import AutoscalingPolicy
from cdktf_cdktf_provider_aws.launch_template import LaunchTemplate

from environments import ROLES, Application
from modules.recovery_time import until_served
from modules.user_data import ATTEMPT_TIMEOUT, LAST_ATTEMPT
from tests.conftest import Region, Synthesised
from tests.synthesis import Stacks, example

BOOT_TIME = until_served(Application())


def test_instances_require_imdsv2(region: Region) -> None:
    assert region.stack.has(
        LaunchTemplate,
        metadata_options={
            "http_endpoint": "enabled",
            "http_tokens": "required",
            "http_put_response_hop_limit": 1,
        },
    )


def test_volumes_are_encrypted_gp3(region: Region) -> None:
    (device,) = region.stack.only(LaunchTemplate)["block_device_mappings"]
    assert device["device_name"] == "/dev/xvda"
    assert device["ebs"] == {
        "encrypted": "true",
        "volume_type": "gp3",
        "volume_size": 8,
        "delete_on_termination": "true",
    }


def test_instances_have_no_public_address_and_no_ssh(region: Region) -> None:
    template = region.stack.only(LaunchTemplate)
    (interface,) = template["network_interfaces"]
    assert interface["associate_public_ip_address"] == "false"
    assert interface["security_groups"] == ["${aws_security_group.instances_security_group.id}"]
    assert "key_name" not in template
    assert "vpc_security_group_ids" not in template


def test_instances_have_the_session_manager_profile(region: Region) -> None:
    assert region.stack.has(
        LaunchTemplate,
        name=region.settings.launch_template,
        instance_type=region.settings.instance_type,
        iam_instance_profile={"arn": "${aws_iam_instance_profile.instance_profile.arn}"},
        update_default_version=True,
    )


def test_the_image_is_amazon_linux_2023_for_the_processor(region: Region) -> None:
    processor = {"t3.micro": "x86_64", "t4g.micro": "arm64"}[region.settings.instance_type]
    parameter = f"/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-{processor}"
    assert region.stack.has(LaunchTemplate, image_id=f"resolve:ssm:{parameter}")


def test_the_user_data_carries_the_page(region: Region) -> None:
    script = base64.b64decode(region.stack.only(LaunchTemplate)["user_data"]).decode()
    assert script.startswith("#!/bin/bash\n")
    assert f"'{region.settings.page}'" in script


def test_what_is_started_carries_the_tags(region: Region) -> None:
    expected = {
        "Name": f"{region.environment.name}-{region.settings.region}-web",
        "Deployment": region.environment.name,
        "Stack": region.role,
        "ManagedBy": "cdktf",
        **region.environment.tags,
    }
    specifications = region.stack.only(LaunchTemplate)["tag_specifications"]
    assert {s["resource_type"]: s["tags"] for s in specifications} == {
        "instance": expected,
        "volume": expected,
        "network-interface": expected,
    }
    tags = region.stack.only(AutoscalingGroup)["tag"]
    assert {tag["key"]: tag["value"] for tag in tags} == expected
    assert not any(tag["propagate_at_launch"] for tag in tags)


def test_the_group_spans_all_zones_and_heals_itself(region: Region) -> None:
    group = region.stack.only(AutoscalingGroup)
    assert group["name"] == region.settings.auto_scaling_group
    assert group["vpc_zone_identifier"] == [
        f"${{aws_subnet.private_subnet_{zone[-1]}.id}}" for zone in region.settings.zones
    ]
    assert group["health_check_type"] == "ELB"
    assert group["default_instance_warmup"] == BOOT_TIME == 190
    assert group["target_group_arns"] == ["${aws_lb_target_group.target_group.arn}"]


def test_an_instance_has_time_for_all_attempts_at_installing_apache(region: Region) -> None:
    grace = region.stack.only(AutoscalingGroup)["health_check_grace_period"]
    assert grace == 600
    assert grace > LAST_ATTEMPT + ATTEMPT_TIMEOUT + 10


def test_instances_start_once_their_way_out_and_their_listener_are_there(region: Region) -> None:
    """Until a listener forwards to it, AWS probes no target, and an apply waits in vain."""
    expected = {
        "aws_lb_listener.https_listener",
        "aws_vpc_endpoint.s3_endpoint",
        "aws_vpc_security_group_egress_rule.instances_to_s3",
    }
    if region.settings.nat_gateways != "none":
        expected.add("aws_vpc_security_group_egress_rule.instances_to_internet")
    for zone in region.settings.zones:
        letter = zone[-1]
        expected.add(f"aws_route_table_association.private_route_table_association_{letter}")
        if region.settings.nat_gateways != "none":
            expected.add(f"aws_route.private_default_route_{letter}")
    after = region.stack.only(AutoscalingGroup)["depends_on"]
    assert sorted(after) == sorted(expected)


def test_without_tls_the_listener_that_forwards_is_that_of_http(plain: Synthesised) -> None:
    for role in ROLES:
        after = plain.stacks[role].only(AutoscalingGroup)["depends_on"]
        assert "aws_lb_listener.http_listener" in after


def test_an_apply_waits_for_an_instance_and_its_replacement(region: Region) -> None:
    group = region.stack.only(AutoscalingGroup)
    assert group["wait_for_capacity_timeout"] == "20m"
    assert 2 * group["health_check_grace_period"] <= 20 * 60


def test_a_burstable_instance_goes_on_beyond_its_credits(region: Region) -> None:
    """Whatever the account's default is."""
    assert region.stack.has(LaunchTemplate, credit_specification={"cpu_credits": "unlimited"})


def test_another_instance_has_no_credits() -> None:
    mission = example("mission")
    larger = mission.primary.model_copy(update={"instance_type": "m7i.large"})
    stack = Stacks(mission.model_copy(update={"primary": larger}))["primary"]
    assert "credit_specification" not in stack.only(LaunchTemplate)


def test_metrics_come_each_minute(region: Region) -> None:
    assert region.stack.has(LaunchTemplate, monitoring={"enabled": True})


def test_the_group_has_the_size_of_the_file(region: Region) -> None:
    capacity = region.settings.capacity
    assert region.stack.has(
        AutoscalingGroup,
        min_size=capacity.min,
        desired_capacity=capacity.desired,
        max_size=capacity.max,
        min_elb_capacity=capacity.min,
    )


def test_an_apply_does_not_undo_what_target_tracking_did(region: Region) -> None:
    assert region.stack.has(AutoscalingGroup, lifecycle={"ignore_changes": ["desired_capacity"]})
    assert region.stack.has(
        AutoscalingPolicy,
        policy_type="TargetTrackingScaling",
        autoscaling_group_name="${aws_autoscaling_group.auto_scaling_group.name}",
        target_tracking_configuration={
            "target_value": region.settings.target_cpu_percent,
            "predefined_metric_specification": {
                "predefined_metric_type": "ASGAverageCPUUtilization"
            },
        },
    )


def test_a_new_template_version_refreshes_the_instances(region: Region) -> None:
    group = region.stack.only(AutoscalingGroup)
    template = "aws_launch_template.launch_template"
    assert group["launch_template"] == {
        "id": f"${{{template}.id}}",
        "version": f"${{{template}.latest_version}}",
    }
    refresh = group["instance_refresh"]
    assert refresh["strategy"] == "Rolling"
    assert refresh["preferences"]["min_healthy_percentage"] == 100
    assert refresh["preferences"]["max_healthy_percentage"] == 110


def test_a_refresh_rolls_back_only_where_ec2_can(region: Region) -> None:
    """EC2 Auto Scaling refuses to roll back to an image given as an SSM parameter."""
    refresh = region.stack.only(AutoscalingGroup)["instance_refresh"]
    assert refresh["preferences"]["auto_rollback"] is False

    mission = example("mission")
    pinned = mission.primary.model_copy(update={"ami": "ami-0123456789abcdef0"})
    stacks = Stacks(mission.model_copy(update={"primary": pinned}))
    refresh = stacks["primary"].only(AutoscalingGroup)["instance_refresh"]
    assert refresh["preferences"]["auto_rollback"] is True
    assert stacks["primary"].has(LaunchTemplate, image_id="ami-0123456789abcdef0")


def test_the_missions_own_values(mission: Synthesised) -> None:
    primary, dr = mission.stacks["primary"], mission.stacks["dr"]
    assert primary.has(LaunchTemplate, name="mytemp")
    assert primary.has(AutoscalingGroup, name="myauto", min_size=3, desired_capacity=3, max_size=6)
    assert len(primary.only(AutoscalingGroup)["vpc_zone_identifier"]) == 3
    page = base64.b64decode(primary.only(LaunchTemplate)["user_data"])
    assert b"<h1>Primary Zone A - Web Server</h1>" in page
    page = base64.b64decode(dr.only(LaunchTemplate)["user_data"])
    assert b"<h1>Disaster Recovery - Region B</h1>" in page
    assert dr.has(AutoscalingGroup, min_size=2, desired_capacity=2, max_size=6)


def test_a_template_whose_name_has_parentheses_has_a_tag_without() -> None:
    mission = example("mission")
    named = mission.primary.model_copy(update={"launch_template": "web(old)"})
    stack = Stacks(mission.model_copy(update={"primary": named}))["primary"]
    template = stack.only(LaunchTemplate)
    assert (template["name"], template["tags"]["Name"]) == (
        "web(old)",
        "awspractice-ap-south-1-web",
    )

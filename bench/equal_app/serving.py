"""Instances, and the load balancer in front of them."""

# pyright: basic, reportMissingImports=false

from typing import Any

from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elb

from bench.equal_app.values import Json, given, same, tagged


def auto_scaling_group(body: Json) -> Json:
    template = body["launch_template"]
    return {
        "auto_scaling_group_name": body["name"],
        "min_size": str(body["min_size"]),
        "max_size": str(body["max_size"]),
        "desired_capacity": str(body["desired_capacity"]),
        "health_check_type": body["health_check_type"],
        "health_check_grace_period": body["health_check_grace_period"],
        "default_instance_warmup": body["default_instance_warmup"],
        "target_group_arns": body["target_group_arns"],
        "vpc_zone_identifier": body["vpc_zone_identifier"],
        "launch_template": autoscaling.CfnAutoScalingGroup.LaunchTemplateSpecificationProperty(
            launch_template_id=template["id"], version=template["version"]
        ),
        "metrics_collection": [
            autoscaling.CfnAutoScalingGroup.MetricsCollectionProperty(
                granularity="1Minute", metrics=body["enabled_metrics"]
            )
        ],
        "tags": [autoscaling.CfnAutoScalingGroup.TagPropertyProperty(**tag) for tag in body["tag"]],
    }


def scaling_policy(body: Json) -> Json:
    policy, tracking = autoscaling.CfnScalingPolicy, body["target_tracking_configuration"]
    return {
        "auto_scaling_group_name": body["autoscaling_group_name"],
        "policy_type": body["policy_type"],
        "target_tracking_configuration": policy.TargetTrackingConfigurationProperty(
            target_value=tracking["target_value"],
            predefined_metric_specification=policy.PredefinedMetricSpecificationProperty(
                **tracking["predefined_metric_specification"]
            ),
        ),
    }


def launch_template(body: Json) -> Json:
    template, volume = ec2.CfnLaunchTemplate, body["block_device_mappings"][0]
    interface, metadata = body["network_interfaces"][0], body["metadata_options"]
    data = template.LaunchTemplateDataProperty(
        image_id=body["image_id"],
        instance_type=body["instance_type"],
        user_data=body["user_data"],
        block_device_mappings=[
            template.BlockDeviceMappingProperty(
                device_name=volume["device_name"],
                ebs=template.EbsProperty(
                    delete_on_termination=True,
                    encrypted=True,
                    volume_size=volume["ebs"]["volume_size"],
                    volume_type=volume["ebs"]["volume_type"],
                ),
            )
        ],
        credit_specification=template.CreditSpecificationProperty(**body["credit_specification"]),
        iam_instance_profile=template.IamInstanceProfileProperty(**body["iam_instance_profile"]),
        metadata_options=template.MetadataOptionsProperty(**metadata),
        monitoring=template.MonitoringProperty(**body["monitoring"]),
        network_interfaces=[
            template.NetworkInterfaceProperty(
                device_index=0,
                associate_public_ip_address=False,
                delete_on_termination=True,
                groups=interface["security_groups"],
            )
        ],
        tag_specifications=[
            template.TagSpecificationProperty(
                resource_type=one["resource_type"], tags=tagged(one)["tags"]
            )
            for one in body["tag_specifications"]
        ],
    )
    return {"launch_template_name": body["name"], "launch_template_data": data}


def load_balancer(body: Json) -> Json:
    attributes: dict[str, Any] = {
        "access_logs.s3.enabled": body["access_logs"]["enabled"],
        "access_logs.s3.bucket": body["access_logs"]["bucket"],
        "connection_logs.s3.enabled": body["connection_logs"]["enabled"],
        "connection_logs.s3.bucket": body["connection_logs"]["bucket"],
        "client_keep_alive.seconds": body["client_keep_alive"],
        "deletion_protection.enabled": body["enable_deletion_protection"],
        "idle_timeout.timeout_seconds": body["idle_timeout"],
        "routing.http.desync_mitigation_mode": body["desync_mitigation_mode"],
        "routing.http.drop_invalid_header_fields.enabled": body["drop_invalid_header_fields"],
        "zonal_shift.config.enabled": body["enable_zonal_shift"],
    }
    return same("name", "ip_address_type", "security_groups", "subnets")(body) | {
        "scheme": "internet-facing",
        "type": body["load_balancer_type"],
        "load_balancer_attributes": [
            elb.CfnLoadBalancer.LoadBalancerAttributeProperty(key=key, value=_text(value))
            for key, value in attributes.items()
        ],
    }


def target_group(body: Json) -> Json:
    check = body["health_check"]
    attributes = {"deregistration_delay.timeout_seconds": body["deregistration_delay"]}
    return same("name", "port", "protocol", "target_type", "vpc_id")(body) | {
        "health_check_enabled": check["enabled"],
        "health_check_interval_seconds": check["interval"],
        "health_check_path": check["path"],
        "health_check_port": check["port"],
        "health_check_protocol": check["protocol"],
        "health_check_timeout_seconds": check["timeout"],
        "healthy_threshold_count": check["healthy_threshold"],
        "unhealthy_threshold_count": check["unhealthy_threshold"],
        "matcher": elb.CfnTargetGroup.MatcherProperty(http_code=check["matcher"]),
        "target_group_attributes": [
            elb.CfnTargetGroup.TargetGroupAttributeProperty(key=key, value=value)
            for key, value in attributes.items()
        ],
    }


def listener(body: Json) -> Json:
    actions = [
        elb.CfnListener.ActionProperty(
            type=action["type"],
            **given(action, target_group_arn="target_group_arn"),
            **(
                {"redirect_config": elb.CfnListener.RedirectConfigProperty(**action["redirect"])}
                if "redirect" in action
                else {}
            ),
        )
        for action in body["default_action"]
    ]
    certificates = (
        [elb.CfnListener.CertificateProperty(certificate_arn=body["certificate_arn"])]
        if "certificate_arn" in body
        else None
    )
    arguments = given(
        body,
        load_balancer_arn="load_balancer_arn",
        port="port",
        protocol="protocol",
        ssl_policy="ssl_policy",
    )
    return arguments | {"default_actions": actions, "certificates": certificates}


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

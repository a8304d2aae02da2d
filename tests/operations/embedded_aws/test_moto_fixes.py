"""Each fix is needed, and works: one question to an unfixed moto, and to the embedded AWS."""

import base64
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from modules.buckets import bucket_policy
from operations.embedded_aws import EmbeddedAws
from operations.embedded_aws.moto_fixes import FIXES
from operations.embedded_aws.process import MOTO
from tests.operations.embedded_aws.account_probes import (
    alarms_have_a_history,
    groups_tell_what_failed,
    groups_try_again,
    instances_start_where_they_may,
    lambda_tells_its_limits,
    quotas_are_told_and_raised,
    regions_are_opted_in,
    regions_tell_whether_enabled,
)
from tests.operations.embedded_aws.balancing_probes import (
    certificates_wait_for_their_records,
    names_have_records_of_their_own,
    records_are_deleted_alone,
    targets_wait_for_a_listener,
)
from tests.operations.embedded_aws.bucket_probes import (
    buckets_are_private,
    buckets_let_flow_logs_in,
)
from tests.operations.embedded_aws.log_probes import (
    groups_take_another_key,
    keep_data_protection,
    lock_tokens_are_uuids,
    query_logs_take_plain_arns,
    schedules_match_no_event,
)
from tests.operations.embedded_aws.network_probes import (
    protected_balancers_stay,
    subnets_are_found_by_ipv6,
    subnets_tell_of_ipv6,
)

REGION = "us-east-1"
ZONES = ("us-east-1a", "us-east-1b", "us-east-1c")
Probe = Callable[[EmbeddedAws], bool]


@pytest.fixture(scope="module")
def unfixed() -> Iterator[EmbeddedAws]:
    """moto as it comes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(
        command, env=MOTO, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            aws = EmbeddedAws(f"http://127.0.0.1:{port}")
            _wait_for(aws, process)
            yield aws
        finally:
            process.terminate()
            process.wait(10)


def _wait_for(aws: EmbeddedAws, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(f"{aws.url}/moto-api/data.json", timeout=5).close()
        except urllib.error.URLError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("moto did not start")


def unique() -> str:
    return f"x{uuid4().hex[:20]}"


def bucket(aws: EmbeddedAws) -> str:
    name = unique()
    aws.client("s3", REGION).create_bucket(Bucket=name)
    return name


def keep_newer_noncurrent_versions(aws: EmbeddedAws) -> bool:
    s3, name = aws.client("s3", REGION), bucket(aws)
    expiration = {"NoncurrentDays": 90, "NewerNoncurrentVersions": 10}
    rule = {
        "ID": "old",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "NoncurrentVersionExpiration": expiration,
    }
    s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": [rule]})
    (read,) = s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]
    return read["NoncurrentVersionExpiration"] == expiration


def take_loopback_for_tls(aws: EmbeddedAws) -> bool:
    s3, name = aws.client("s3", REGION), bucket(aws)
    s3.put_bucket_policy(Bucket=name, Policy=bucket_policy(name))
    try:
        s3.put_object(Bucket=name, Key="state", Body=b"{}")
    except ClientError:
        return False
    return True


def template(aws: EmbeddedAws) -> str:
    """A launch template with tags of its own and tags for what it starts."""
    data = {
        "ImageId": "ami-12c6146b",
        "InstanceType": "t3.micro",
        "TagSpecifications": [
            {"ResourceType": "instance", "Tags": [{"Key": "of", "Value": "instance"}]}
        ],
    }
    own = {"ResourceType": "launch-template", "Tags": [{"Key": "of", "Value": "template"}]}
    created = aws.client("ec2", REGION).create_launch_template(
        LaunchTemplateName=unique(), LaunchTemplateData=data, TagSpecifications=[own]
    )
    return created["LaunchTemplate"]["LaunchTemplateId"]


def templates_keep_their_own_tags_apart(aws: EmbeddedAws) -> bool:
    (version,) = aws.client("ec2", REGION).describe_launch_template_versions(
        LaunchTemplateId=template(aws)
    )["LaunchTemplateVersions"]
    kinds = [tags["ResourceType"] for tags in version["LaunchTemplateData"]["TagSpecifications"]]
    assert "instance" in kinds
    return kinds == ["instance"]


def templates_show_tags_added_later(aws: EmbeddedAws) -> bool:
    ec2, launch_template = aws.client("ec2", REGION), template(aws)
    ec2.create_tags(Resources=[launch_template], Tags=[{"Key": "added", "Value": "later"}])
    (read,) = ec2.describe_launch_templates(LaunchTemplateIds=[launch_template])["LaunchTemplates"]
    tags = {tag["Key"]: tag["Value"] for tag in read["Tags"]}
    assert tags["of"] == "template"
    return tags == {"of": "template", "added": "later"}


def group(aws: EmbeddedAws, launch_template: str, *, desired: int, version: str = "1") -> str:
    subnets = aws.client("ec2", REGION).describe_subnets(
        Filters=[{"Name": "availability-zone", "Values": list(ZONES)}]
    )["Subnets"]
    name = unique()
    aws.client("autoscaling", REGION).create_auto_scaling_group(
        AutoScalingGroupName=name,
        LaunchTemplate={"LaunchTemplateId": launch_template, "Version": version},
        MinSize=0,
        MaxSize=9,
        DesiredCapacity=desired,
        DefaultInstanceWarmup=60,
        VPCZoneIdentifier=",".join(subnet["SubnetId"] for subnet in subnets),
    )
    return name


def template_versions_have_user_data(aws: EmbeddedAws) -> bool:
    ec2, launch_template = aws.client("ec2", REGION), template(aws)
    script = base64.b64encode(b"#!/bin/bash\n").decode()
    ec2.create_launch_template_version(
        LaunchTemplateId=launch_template,
        LaunchTemplateData={
            "ImageId": "ami-12c6146b",
            "InstanceType": "t3.micro",
            "UserData": script,
        },
    )
    try:
        group(aws, launch_template, desired=1, version="2")
    except (ClientError, ResponseParserError):
        return False
    return True


def describe_rules_of_any_kind(aws: EmbeddedAws) -> bool:
    ec2 = aws.client("ec2", REGION)
    prefixes = ec2.describe_prefix_lists()["PrefixLists"][0]["PrefixListId"]
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    one = ec2.create_security_group(GroupName=unique(), Description="-", VpcId=vpc)["GroupId"]
    https = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
    sides = [
        {"UserIdGroupPairs": [{"GroupId": one, "Description": "described"}]},
        {"PrefixListIds": [{"PrefixListId": prefixes, "Description": "described"}]},
        {"IpRanges": [{"CidrIp": "192.0.2.0/24", "Description": "described"}]},
    ]
    for side in sides:
        ec2.authorize_security_group_ingress(GroupId=one, IpPermissions=[{**https, **side}])
    rules = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [one]}])
    incoming = [rule for rule in rules["SecurityGroupRules"] if not rule["IsEgress"]]
    assert len(incoming) == len(sides)
    return all(rule.get("Description") == "described" for rule in incoming)


def records_are_created_once(aws: EmbeddedAws) -> bool:
    route53, name = aws.client("route53", REGION), f"{unique()}.example"
    zone = route53.create_hosted_zone(Name=name, CallerReference=name)["HostedZone"]["Id"]
    settings = {"Type": "TCP", "FullyQualifiedDomainName": name, "Port": 443}
    made = route53.create_health_check(CallerReference=name, HealthCheckConfig=settings)
    check = {"HealthCheckId": made["HealthCheck"]["Id"]}

    def change(action: str, set_identifier: str, failover: str, address: str) -> None:
        record = {"Name": name, "Type": "A", "SetIdentifier": set_identifier, "Failover": failover}
        values = {"TTL": 60, "ResourceRecords": [{"Value": address}], **check}
        asked = {"Action": action, "ResourceRecordSet": {**record, **values}}
        route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [asked]})

    change("CREATE", "primary", "PRIMARY", "192.0.2.1")
    change("CREATE", "secondary", "SECONDARY", "192.0.2.1")
    change("DELETE", "secondary", "SECONDARY", "192.0.2.1")
    try:
        change("CREATE", "secondary", "SECONDARY", "192.0.2.1")
    except ClientError:
        return False
    try:
        change("CREATE", "primary", "PRIMARY", "192.0.2.2")
    except ClientError as error:
        return "already exists" in str(error)
    return False


def metric_checks_have_an_alarm(aws: EmbeddedAws) -> bool:
    route53 = aws.client("route53", REGION)
    config = {
        "Type": "CLOUDWATCH_METRIC",
        "AlarmIdentifier": {"Region": REGION, "Name": "switch"},
        "InsufficientDataHealthStatus": "LastKnownStatus",
    }
    made = route53.create_health_check(CallerReference=unique(), HealthCheckConfig=config)
    check = made["HealthCheck"]["Id"]
    other = {"Region": REGION, "Name": "another"}
    for alarm in (config["AlarmIdentifier"], other):
        route53.update_health_check(HealthCheckId=check, AlarmIdentifier=alarm)
        read = route53.get_health_check(HealthCheckId=check)["HealthCheck"]["HealthCheckConfig"]
        if read != {**config, "AlarmIdentifier": alarm, "Inverted": False, "Disabled": False}:
            return False
    return True


def recovery_checks_have_a_routing_control(aws: EmbeddedAws) -> bool:
    route53 = aws.client("route53", REGION)
    panel = "arn:aws:route53-recovery-control::123456789012:controlpanel/0123456789abcdef"
    config = {"Type": "RECOVERY_CONTROL", "RoutingControlArn": f"{panel}/routingcontrol/0123"}
    made = route53.create_health_check(CallerReference=unique(), HealthCheckConfig=config)
    check = made["HealthCheck"]["Id"]
    route53.update_health_check(HealthCheckId=check, Inverted=True)
    read = route53.get_health_check(HealthCheckId=check)["HealthCheck"]["HealthCheckConfig"]
    return read == {**config, "Inverted": True, "Disabled": False}


def references_are_of_one_check(aws: EmbeddedAws) -> bool:
    config = {"Type": "TCP", "FullyQualifiedDomainName": "www.example.com", "Port": 443}
    asked = {"CallerReference": unique(), "HealthCheckConfig": config}
    create = aws.client("route53", REGION).create_health_check
    first, second = (create(**asked)["HealthCheck"]["Id"] for _ in range(2))
    return first == second


def keep_default_instance_warmup(aws: EmbeddedAws) -> bool:
    name = group(aws, template(aws), desired=0)
    autoscaling = aws.client("autoscaling", REGION)
    (read,) = autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[name])[
        "AutoScalingGroups"
    ]
    autoscaling.update_auto_scaling_group(AutoScalingGroupName=name, DefaultInstanceWarmup=90)
    (later,) = autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[name])[
        "AutoScalingGroups"
    ]
    return (read.get("DefaultInstanceWarmup"), later.get("DefaultInstanceWarmup")) == (60, 90)


def policy(aws: EmbeddedAws) -> dict[str, object]:
    autoscaling, name = aws.client("autoscaling", REGION), group(aws, template(aws), desired=0)
    tracking = {
        "TargetValue": 50,
        "PredefinedMetricSpecification": {"PredefinedMetricType": "ASGAverageCPUUtilization"},
    }
    autoscaling.put_scaling_policy(
        AutoScalingGroupName=name,
        PolicyName=unique(),
        PolicyType="TargetTrackingScaling",
        TargetTrackingConfiguration=tracking,
    )
    (read,) = autoscaling.describe_policies(AutoScalingGroupName=name)["ScalingPolicies"]
    return read


def policies_are_enabled(aws: EmbeddedAws) -> bool:
    return policy(aws).get("Enabled") is True


def policies_are_of_one_group(aws: EmbeddedAws) -> bool:
    autoscaling = aws.client("autoscaling", REGION)
    names = [group(aws, template(aws), desired=0) for _ in range(2)]
    tracking = {
        "PredefinedMetricSpecification": {"PredefinedMetricType": "ASGAverageCPUUtilization"},
        "TargetValue": 50.0,
    }

    def policies(of: str) -> int:
        return len(autoscaling.describe_policies(AutoScalingGroupName=of)["ScalingPolicies"])

    for name in names:
        autoscaling.put_scaling_policy(
            AutoScalingGroupName=name,
            PolicyName="cpu",
            PolicyType="TargetTrackingScaling",
            TargetTrackingConfiguration=tracking,
        )
    before = [policies(name) for name in names]
    autoscaling.delete_policy(AutoScalingGroupName=names[0], PolicyName="cpu")
    return (before, [policies(name) for name in names]) == ([1, 1], [0, 1])


def policies_have_no_empty_prediction(aws: EmbeddedAws) -> bool:
    return "PredictiveScalingConfiguration" not in policy(aws)


def instances(aws: EmbeddedAws, name: str) -> list[dict[str, str]]:
    (read,) = aws.client("autoscaling", REGION).describe_auto_scaling_groups(
        AutoScalingGroupNames=[name]
    )["AutoScalingGroups"]
    return read["Instances"]


def spread_over_subnets(aws: EmbeddedAws) -> bool:
    name = group(aws, template(aws), desired=3)
    before = Counter(instance["AvailabilityZone"] for instance in instances(aws, name))
    aws.client("autoscaling", REGION).set_desired_capacity(
        AutoScalingGroupName=name, DesiredCapacity=6
    )
    after = Counter(instance["AvailabilityZone"] for instance in instances(aws, name))
    return before == dict.fromkeys(ZONES, 1) and after == dict.fromkeys(ZONES, 2)


def refresh_instances(aws: EmbeddedAws) -> bool:
    autoscaling, name = aws.client("autoscaling", REGION), group(aws, template(aws), desired=3)
    old = {instance["InstanceId"] for instance in instances(aws, name)}
    try:
        autoscaling.start_instance_refresh(AutoScalingGroupName=name)
        (refresh,) = autoscaling.describe_instance_refreshes(AutoScalingGroupName=name)[
            "InstanceRefreshes"
        ]
    except (ClientError, ResponseParserError):
        return False
    new = {instance["InstanceId"] for instance in instances(aws, name)}
    running = aws.client("ec2", REGION).describe_instances(
        InstanceIds=sorted(old), Filters=[{"Name": "instance-state-name", "Values": ["running"]}]
    )["Reservations"]
    return refresh["Status"] == "Successful" and len(new) == 3 and not old & new and not running


PROBES: tuple[Probe, ...] = (
    buckets_are_private,
    buckets_let_flow_logs_in,
    groups_take_another_key,
    keep_newer_noncurrent_versions,
    take_loopback_for_tls,
    templates_keep_their_own_tags_apart,
    templates_show_tags_added_later,
    template_versions_have_user_data,
    describe_rules_of_any_kind,
    subnets_tell_of_ipv6,
    subnets_are_found_by_ipv6,
    protected_balancers_stay,
    keep_data_protection,
    lock_tokens_are_uuids,
    records_are_created_once,
    metric_checks_have_an_alarm,
    recovery_checks_have_a_routing_control,
    references_are_of_one_check,
    query_logs_take_plain_arns,
    schedules_match_no_event,
    keep_default_instance_warmup,
    policies_are_enabled,
    policies_are_of_one_group,
    policies_have_no_empty_prediction,
    spread_over_subnets,
    refresh_instances,
    certificates_wait_for_their_records,
    names_have_records_of_their_own,
    records_are_deleted_alone,
    targets_wait_for_a_listener,
    groups_tell_what_failed,
    groups_try_again,
    instances_start_where_they_may,
    quotas_are_told_and_raised,
    regions_are_opted_in,
    regions_tell_whether_enabled,
    lambda_tells_its_limits,
    alarms_have_a_history,
)


def test_every_fix_has_a_question() -> None:
    assert {probe.__name__ for probe in PROBES} == {fix.__name__ for fix in FIXES}


@pytest.mark.slow
@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.__name__)
def test_the_embedded_aws_answers_as_aws_does(probe: Probe, aws: EmbeddedAws) -> None:
    assert probe(aws)


@pytest.mark.slow
@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.__name__)
def test_moto_still_needs_the_fix(probe: Probe, unfixed: EmbeddedAws) -> None:
    """Where this fails, moto has learnt it: delete the fix."""
    assert not probe(unfixed)

"""Probes an AWS for what an account may have: quotas, regions, instances."""

from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from modules.quotas import ELASTIC_IPS, VCPUS
from sandbox.embedded_aws import EmbeddedAws, EmbeddedAwsError
from tests.sandbox.embedded_aws.default_network import default_subnets
from tests.sandbox.embedded_aws.naming import unique

# Other probes count and change things in other regions.
REGION = "eu-west-1"
OPT_IN = "eu-south-2"
# vCPUs: two t3.micro, which have 2 each.
FEW = 4
REFUSED = (ClientError, ResponseParserError)


def quotas_are_told_and_raised(aws: EmbeddedAws) -> bool:
    quotas = aws.client("service-quotas", "eu-west-2")
    which = {"ServiceCode": ELASTIC_IPS.service, "QuotaCode": ELASTIC_IPS.code}
    try:
        before = quotas.get_service_quota(**which)["Quota"]
        asked = quotas.request_service_quota_increase(**which, DesiredValue=7)["RequestedQuota"]
        after = quotas.get_service_quota(**which)["Quota"]
        default = quotas.get_aws_default_service_quota(**which)["Quota"]
        listed = quotas.list_service_quotas(ServiceCode="ec2")["Quotas"]
    except REFUSED:
        return False
    assert asked["Status"] == "APPROVED"
    assert after in listed
    return (before["Value"], after["Value"], default["Value"]) == (5, 7, 5)


def regions_are_opted_in(aws: EmbeddedAws) -> bool:
    account = aws.client("account", "us-east-1")
    try:
        status = [account.get_region_opt_status(RegionName=OPT_IN)["RegionOptStatus"]]
        account.disable_region(RegionName=OPT_IN)
        status.append(account.get_region_opt_status(RegionName=OPT_IN)["RegionOptStatus"])
        try:
            aws.client("ec2", OPT_IN).describe_vpcs()
        except ClientError as error:
            status.append(error.response["Error"]["Code"])
        account.enable_region(RegionName=OPT_IN)
        aws.client("ec2", OPT_IN).describe_vpcs()
        enabled = account.list_regions(RegionOptStatusContains=["ENABLED"])["Regions"]
    except REFUSED:
        return False
    assert OPT_IN in {region["RegionName"] for region in enabled}
    return status == ["ENABLED", "DISABLED", "AuthFailure"]


def regions_tell_whether_enabled(aws: EmbeddedAws) -> bool:
    ec2 = aws.client("ec2", "us-east-1")

    def told(**asked: bool) -> dict[str, str]:
        regions = ec2.describe_regions(**asked)["Regions"]
        return {region["RegionName"]: region["OptInStatus"] for region in regions}

    if told().get("us-east-1") != "opt-in-not-required" or told().get(OPT_IN) != "opted-in":
        return False
    aws.disable(OPT_IN)
    try:
        return OPT_IN not in told() and told(AllRegions=True)[OPT_IN] == "not-opted-in"
    finally:
        aws.enable(OPT_IN)


def lambda_tells_its_limits(aws: EmbeddedAws) -> bool:
    try:
        settings = aws.client("lambda", REGION).get_account_settings()
    except REFUSED:
        return False
    limit = settings["AccountLimit"]
    return limit["UnreservedConcurrentExecutions"] == limit["ConcurrentExecutions"] == 10


def alarms_have_a_history(aws: EmbeddedAws) -> bool:
    cloudwatch, name = aws.client("cloudwatch", REGION), unique()
    sns = aws.client("sns", REGION)
    topic, gone = (sns.create_topic(Name=f"{name}{end}")["TopicArn"] for end in ("", "-gone"))
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        AlarmActions=[topic, gone],
        MetricName="m",
        Namespace="n",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    sns.delete_topic(TopicArn=gone)
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="-")
    try:
        items = cloudwatch.describe_alarm_history(AlarmName=name)["AlarmHistoryItems"]
    except REFUSED:
        return False
    outcomes = [item["HistorySummary"].partition(" ")[0] for item in items]
    return outcomes == ["Failed", "Successfully", "Alarm"]


def instances_start_where_they_may(aws: EmbeddedAws) -> bool:
    def run(kind: str, count: int, zone: str) -> str:
        try:
            aws.client("ec2", "us-east-1").run_instances(
                ImageId="ami-12c6146b",
                InstanceType=kind,
                MinCount=count,
                MaxCount=count,
                Placement={"AvailabilityZone": zone},
            )
        except ClientError as error:
            return error.response["Error"]["Code"]
        return "ok"

    first, lacks_t3 = "us-east-1a", "us-east-1e"
    assert run("t3.micro", 1, first) == "ok"
    answers = [run("t3.tiny", 1, first), run("t3.micro", 1, lacks_t3), run("t3.micro", 500, first)]
    return answers == ["InvalidParameterValue", "Unsupported", "VcpuLimitExceeded"]


def _allow(aws: EmbeddedAws, vcpus: int) -> None:
    with suppress(ValueError, EmbeddedAwsError):  # unfixed moto has no such path
        aws.allow(VCPUS.code, vcpus, REGION)


def _short_group(aws: EmbeddedAws) -> str:
    """A group that wants one instance more than allowed."""
    ec2, name = aws.client("ec2", REGION), unique()
    _allow(aws, _used(aws) + FEW)
    ec2.create_launch_template(
        LaunchTemplateName=name,
        LaunchTemplateData={"ImageId": "ami-12c6146b", "InstanceType": "t3.micro"},
    )
    aws.client("autoscaling", REGION).create_auto_scaling_group(
        AutoScalingGroupName=name,
        LaunchTemplate={"LaunchTemplateName": name},
        MinSize=0,
        MaxSize=3,
        DesiredCapacity=3,
        VPCZoneIdentifier=",".join(s["SubnetId"] for s in default_subnets(aws, REGION)),
    )
    return name


def _used(aws: EmbeddedAws) -> int:
    running = [{"Name": "instance-state-name", "Values": ["running"]}]
    found = aws.client("ec2", REGION).describe_instances(Filters=running)["Reservations"]
    return sum(2 * len(one["Instances"]) for one in found)


def _group(aws: EmbeddedAws, name: str) -> dict[str, Any]:
    (group,) = aws.client("autoscaling", REGION).describe_auto_scaling_groups(
        AutoScalingGroupNames=[name]
    )["AutoScalingGroups"]
    return group


def groups_tell_what_failed(aws: EmbeddedAws) -> bool:
    name = _short_group(aws)
    activities = aws.client("autoscaling", REGION).describe_scaling_activities(
        AutoScalingGroupName=name
    )["Activities"]
    statuses = [activity["StatusCode"] for activity in activities]
    return (
        len(_group(aws, name)["Instances"]) == FEW // 2
        and statuses == ["Failed", "Successful", "Successful"]
        and "L-1216C47A in eu-west-1" in activities[0]["StatusMessage"]
    )


def groups_try_again(aws: EmbeddedAws) -> bool:
    name = _short_group(aws)
    if len(_group(aws, name)["Instances"]) != FEW // 2:
        return False
    _allow(aws, _used(aws) + FEW)
    return len(_group(aws, name)["Instances"]) == FEW // 2 + 1

"""Ways of breaking a standby quietly that its own region can tell."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

from modules.quotas import VCPUS
from tests.operations.readiness.whole import Whole, archive, deliver, environment_lag, found_by

Broken = Generator[None]


def group(whole: Whole) -> dict[str, str]:
    return {"AutoScalingGroupName": whole.environment.dr.auto_scaling_group}


@contextmanager
def template(whole: Whole, **data: Any) -> Broken:
    """The standby's group starts instances from a template that is changed so."""
    ec2, autoscaling = whole.of("ec2"), whole.of("autoscaling")
    (found,) = autoscaling.describe_auto_scaling_groups()["AutoScalingGroups"]
    used, before = found["LaunchTemplate"], whole.deployment.template("dr")
    made = ec2.create_launch_template_version(
        LaunchTemplateId=used["LaunchTemplateId"], LaunchTemplateData={**before, **data}
    )["LaunchTemplateVersion"]["VersionNumber"]
    named = {"LaunchTemplateId": used["LaunchTemplateId"]}
    autoscaling.update_auto_scaling_group(
        **group(whole), LaunchTemplate={**named, "Version": str(made)}
    )
    try:
        yield
    finally:
        autoscaling.update_auto_scaling_group(
            **group(whole), LaunchTemplate={**named, "Version": used["Version"]}
        )


@found_by("vCPUs")
def the_quota_is_too_small(whole: Whole) -> Broken:
    """The region's vCPU quota is that of a new account."""
    region = whole.environment.dr.region
    quotas = whole.of("service-quotas")
    asked = {"ServiceCode": VCPUS.service, "QuotaCode": VCPUS.code}
    before = quotas.get_service_quota(**asked)["Quota"]["Value"]
    whole.aws.allow(VCPUS.code, 5, region)
    yield
    whole.aws.allow(VCPUS.code, before, region)


@found_by("group size")
def somebody_lowered_the_maximum(whole: Whole) -> Broken:
    """Somebody lowered the group's maximum by hand, to save money."""
    autoscaling = whole.of("autoscaling")
    with resized(autoscaling, group(whole), MinSize=1, MaxSize=2, DesiredCapacity=2):
        yield


@contextmanager
def resized(autoscaling: Any, named: Mapping[str, str], **sizes: int) -> Broken:
    (found,) = autoscaling.describe_auto_scaling_groups()["AutoScalingGroups"]
    before = {name: found[name] for name in sizes}
    autoscaling.update_auto_scaling_group(**named, **sizes)
    try:
        yield
    finally:
        autoscaling.update_auto_scaling_group(**named, **before)


@found_by("group processes")
def launching_is_suspended(whole: Whole) -> Broken:
    """The group's process Launch was suspended during maintenance, and never resumed."""
    yield from suspended(whole, "Launch")


@found_by("group processes")
def following_the_load_is_suspended(whole: Whole) -> Broken:
    """The group's process AlarmNotification is suspended: target tracking has no effect."""
    yield from suspended(whole, "AlarmNotification")


def suspended(whole: Whole, process: str) -> Broken:
    autoscaling = whole.of("autoscaling")
    named = {**group(whole), "ScalingProcesses": [process]}
    autoscaling.suspend_processes(**named)
    yield
    autoscaling.resume_processes(**named)


@found_by("image")
def the_image_was_deregistered(whole: Whole) -> Broken:
    """The launch template names an image that does not exist in the standby's region."""
    with template(whole, ImageId="ami-0123456789abcdef0"):
        yield


@found_by("targets")
def an_instance_was_taken_out(whole: Whole) -> Broken:
    """Somebody deregistered an instance from the load balancer to look at it."""
    elbv2, arn = whole.of("elbv2"), whole.deployment.standby.target_group
    described = elbv2.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    target = {"Id": described[0]["Target"]["Id"]}
    elbv2.deregister_targets(TargetGroupArn=arn, Targets=[target])
    yield
    elbv2.register_targets(TargetGroupArn=arn, Targets=[target])


@found_by("targets")
def the_group_was_detached(whole: Whole) -> Broken:
    """The group is no longer attached to the target group: new instances get no users."""
    autoscaling, arn = whole.of("autoscaling"), whole.deployment.standby.target_group
    named = {**group(whole), "TargetGroupARNs": [arn]}
    autoscaling.detach_load_balancer_target_groups(**named)
    yield
    autoscaling.attach_load_balancer_target_groups(**named)


@found_by("listener")
def a_maintenance_page_was_left(whole: Whole) -> Broken:
    """The standby's listener still answers everybody with a maintenance page."""
    elbv2, listener = whole.of("elbv2"), whole.deployment.standby.listener
    page = {"StatusCode": "503", "ContentType": "text/plain", "MessageBody": "Back soon"}
    elbv2.modify_listener(
        ListenerArn=listener["ListenerArn"],
        DefaultActions=[{"Type": "fixed-response", "FixedResponseConfig": page}],
    )
    yield
    forward = {"Type": "forward", "TargetGroupArn": whole.deployment.standby.target_group}
    elbv2.modify_listener(ListenerArn=listener["ListenerArn"], DefaultActions=[forward])


@found_by("certificate")
def the_certificate_has_other_names(whole: Whole) -> Broken:
    """The standby's listener got a certificate that does not cover the domain."""
    elbv2, listener = whole.of("elbv2"), whole.deployment.standby.listener
    acm = whole.of("acm")
    found = acm.list_certificates(CertificateStatuses=["ISSUED"])["CertificateSummaryList"]
    before = listener["Certificates"]
    domain = whole.environment.dns.domain
    others = [one["CertificateArn"] for one in found if one["DomainName"] != domain]
    arn = others[0] if others else issued(whole, acm, f"us-east-1.{domain}")
    elbv2.modify_listener(
        ListenerArn=listener["ListenerArn"], Certificates=[{"CertificateArn": arn}]
    )
    yield
    elbv2.modify_listener(
        ListenerArn=listener["ListenerArn"],
        Certificates=[{"CertificateArn": one["CertificateArn"]} for one in before],
    )


def issued(whole: Whole, acm: Any, name: str) -> str:
    """A certificate for a name whose validation record is there already."""
    arn: str = acm.request_certificate(DomainName=name, ValidationMethod="DNS")["CertificateArn"]
    for _ in range(100):
        if acm.describe_certificate(CertificateArn=arn)["Certificate"]["Status"] == "ISSUED":
            return arn
    raise AssertionError(f"{name} has no certificate in {whole.environment.dr.region}")


@found_by("release")
def the_archive_was_cleaned_up(whole: Whole) -> Broken:
    """A lifecycle rule, or somebody, deleted the current release's archive."""
    s3, bucket = whole.of("s3"), whole.environment.releases_bucket("dr")
    (found,) = s3.list_objects_v2(Bucket=bucket, Prefix="releases/")["Contents"]
    s3.delete_object(Bucket=bucket, Key=found["Key"])
    yield
    deliver(whole, "dr", archive())


@found_by("keys")
def the_databases_key_is_disabled(whole: Whole) -> Broken:
    """Somebody disabled the key of the standby's database."""
    kms = whole.of("kms")
    named = {"KeyId": key(kms, whole.environment.database("dr"))}
    kms.disable_key(**named)
    yield
    kms.enable_key(**named)


@found_by("keys")
def the_alarms_key_is_to_be_deleted(whole: Whole) -> Broken:
    """The key of alarms and logs waits for its deletion."""
    kms = whole.of("kms")
    named = {"KeyId": key(kms, whole.environment.regional_prefix("dr"))}
    kms.schedule_key_deletion(**named, PendingWindowInDays=30)
    yield
    kms.cancel_key_deletion(**named)
    kms.enable_key(**named)


def key(kms: Any, alias: str) -> str:
    return kms.describe_key(KeyId=f"alias/{alias}")["KeyMetadata"]["KeyId"]


@found_by("state")
def the_states_versions_are_off(whole: Whole) -> Broken:
    """Versioning of the standby's state bucket is suspended."""
    yield from unversioned(whole.of("s3"), whole.environment.state.dr.bucket)


def unversioned(s3: Any, bucket: str) -> Broken:
    for status in ("Suspended", "Enabled"):
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": status})
        if status == "Suspended":
            yield


@found_by("lag")
def the_copy_is_far_behind(whole: Whole) -> Broken:
    """The standby's copy of the database is ten minutes behind."""
    name = environment_lag(whole.environment)
    before, whole.metrics[name] = whole.metrics[name], 600_000
    yield
    whole.metrics[name] = before


@found_by("lag")
def nobody_reports_the_lag(whole: Whole) -> Broken:
    """The lag of the standby's copy is not reported any more."""
    name = environment_lag(whole.environment)
    before = whole.metrics.pop(name)
    yield
    whole.metrics[name] = before


@found_by("control function")
def the_control_is_throttled_to_nothing(whole: Whole) -> Broken:
    """The failover control was stopped by a reserved concurrency of 0."""
    named = {"FunctionName": whole.environment.control_name}
    client = whole.of("lambda")
    client.put_function_concurrency(**named, ReservedConcurrentExecutions=0)
    yield
    client.delete_function_concurrency(**named)


@found_by("control rules")
def the_schedule_is_disabled(whole: Whole) -> Broken:
    """The rule that starts the control every minute is disabled."""
    events, named = whole.of("events"), {"Name": f"{whole.environment.control_name}-minute"}
    events.disable_rule(**named)
    yield
    events.enable_rule(**named)


@found_by("control rules")
def the_alarms_rule_calls_nobody(whole: Whole) -> Broken:
    """The rule that starts the control when the primary's alarm goes off has lost its target."""
    events, named = whole.of("events"), {"Rule": f"{whole.environment.control_name}-alarm"}
    targets = events.list_targets_by_rule(**named)["Targets"]
    events.remove_targets(**named, Ids=[one["Id"] for one in targets])
    yield
    events.put_targets(**named, Targets=targets)


@found_by("control reports")
def the_control_is_silent(whole: Whole) -> Broken:
    """The control's runs fail before they report anything."""
    before = whole.metrics.pop("StandbyNeeded")
    yield
    whole.metrics["StandbyNeeded"] = before


@found_by("alarm actions")
def an_alarm_was_muted(whole: Whole) -> Broken:
    """The actions of an alarm on the standby were turned off during maintenance."""
    names = {"AlarmNames": [f"{whole.environment.regional_prefix('dr')}-too-few-hosts"]}
    cloudwatch = whole.of("cloudwatch")
    cloudwatch.disable_alarm_actions(**names)
    yield
    cloudwatch.enable_alarm_actions(**names)


@found_by("alarm actions")
def an_alarm_was_deleted(whole: Whole) -> Broken:
    """The alarm on a silent failover control was deleted."""
    yield from without_alarm(whole.of("cloudwatch"), f"{whole.environment.name}-control-silent")


def without_alarm(cloudwatch: Any, name: str) -> Broken:
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    cloudwatch.delete_alarms(AlarmNames=[name])
    yield
    known = cloudwatch.meta.service_model.operation_model("PutMetricAlarm").input_shape.members
    cloudwatch.put_metric_alarm(**{key: alarm[key] for key in known if alarm.get(key)})


@found_by("subscribers")
def nobody_subscribes(whole: Whole) -> Broken:
    """The only subscriber of the standby's topic clicked on unsubscribe in a mail."""
    yield from unsubscribed(whole.of("sns"), f"{whole.environment.regional_prefix('dr')}-alerts")


def unsubscribed(sns: Any, topic: str) -> Broken:
    (one,) = [
        one
        for one in sns.list_subscriptions()["Subscriptions"]
        if one["TopicArn"].endswith(f":{topic}")
    ]
    sns.unsubscribe(SubscriptionArn=one["SubscriptionArn"])
    yield
    sns.subscribe(TopicArn=one["TopicArn"], Protocol="email", Endpoint=one["Endpoint"])

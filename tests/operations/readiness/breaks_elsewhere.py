"""Ways of breaking a standby quietly that take both regions, or Route 53, to tell."""

import base64
import copy
from collections.abc import Callable, Generator
from typing import Any

from functions.failover_control.agreed import SET_KEY
from operations.readiness.dns import endpoint_id
from tests.operations.readiness.breaks_in_the_standby import (
    resized,
    template,
    unsubscribed,
    unversioned,
    without_alarm,
)
from tests.operations.readiness.whole import Whole, archive, deliver, found_by

Broken = Generator[None]


@found_by("present size")
def the_primary_outgrew_the_standby(whole: Whole) -> Broken:
    """Target tracking made the primary larger than the standby may become."""
    standby = {"AutoScalingGroupName": whole.environment.dr.auto_scaling_group}
    primary = {"AutoScalingGroupName": whole.environment.primary.auto_scaling_group}
    with (
        resized(whole.of("autoscaling"), standby, MaxSize=3),
        resized(whole.of("autoscaling", "primary"), primary, DesiredCapacity=4),
    ):
        yield


@found_by("image parity")
def the_standbys_image_is_older(whole: Whole) -> Broken:
    """The standby's instances start from another image than the primary's."""
    older = [{"Name": "name", "Values": ["amzn-ami-hvm-*"]}]
    other = whole.of("ec2").describe_images(Filters=older)["Images"][0]
    with template(whole, ImageId=other["ImageId"]):
        yield


@found_by("template parity")
def the_standbys_instances_are_smaller(whole: Whole) -> Broken:
    """The standby's launch template was changed to a smaller instance type."""
    with template(whole, InstanceType="t3.nano"):
        yield


@found_by("template parity")
def the_standbys_user_data_were_edited(whole: Whole) -> Broken:
    """The standby's user data set another value of a variable than the primary's."""
    script = base64.b64decode(whole.deployment.template("dr")["UserData"])
    edited = script.replace(b"GREETING=", b"GREETINGS=")
    assert edited != script
    with template(whole, UserData=base64.b64encode(edited).decode()):
        yield


@found_by("release parity")
def the_standby_has_another_release(whole: Whole) -> Broken:
    """A hotfix was delivered to the primary's region alone."""
    deliver(whole, "dr", archive(b"#!/bin/sh\nexec sleep 1\n"))
    yield
    deliver(whole, "dr", archive())


@found_by("secret copy")
def the_secret_is_not_copied(whole: Whole) -> Broken:
    """Replication of the database's secret was stopped."""
    manager = whole.of("secretsmanager", "primary")
    named, region = {"SecretId": whole.environment.database_secret}, whole.environment.dr.region
    manager.remove_regions_from_replication(**named, RemoveReplicaRegions=[region])
    yield
    manager.replicate_secret_to_regions(**named, AddReplicaRegions=[{"Region": region}])


def security_group(whole: Whole, name: str) -> dict[str, Any]:
    """The standby's group of this name."""
    tag = f"{whole.environment.regional_prefix('dr')}-{name}"
    filters = [{"Name": "tag:Name", "Values": [tag]}]
    (found,) = whole.of("ec2").describe_security_groups(Filters=filters)["SecurityGroups"]
    return found


@found_by("group parity")
def users_are_not_let_in(whole: Whole) -> Broken:
    """Nobody may connect to port 443 of the standby's load balancer."""
    found, ec2 = security_group(whole, "load-balancer"), whole.of("ec2")
    rules = [one for one in found["IpPermissions"] if one["FromPort"] == 443]
    ec2.revoke_security_group_ingress(GroupId=found["GroupId"], IpPermissions=rules)
    yield
    ec2.authorize_security_group_ingress(GroupId=found["GroupId"], IpPermissions=rules)


@found_by("group parity")
def ssh_was_left_open(whole: Whole) -> Broken:
    """Port 22 of the standby's instances was opened for debugging."""
    found, ec2 = security_group(whole, "instances"), whole.of("ec2")
    ssh: dict[str, Any] = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22}
    rules = [{**ssh, "IpRanges": [{"CidrIp": "203.0.113.0/24"}]}]
    ec2.authorize_security_group_ingress(GroupId=found["GroupId"], IpPermissions=rules)
    yield
    ec2.revoke_security_group_ingress(GroupId=found["GroupId"], IpPermissions=rules)


@found_by("firewall parity")
def the_firewall_was_taken_off(whole: Whole) -> Broken:
    """The standby's load balancer has no web ACL."""
    wafv2, arn = whole.of("wafv2"), whole.deployment.standby.balancer["LoadBalancerArn"]
    acl = wafv2.get_web_acl_for_resource(ResourceArn=arn)["WebACL"]
    wafv2.disassociate_web_acl(ResourceArn=arn)
    yield
    wafv2.associate_web_acl(ResourceArn=arn, WebACLArn=acl["ARN"])


@found_by("firewall parity")
def a_rule_only_counts(whole: Whole) -> Broken:
    """In the standby, the rule against floods only counts."""

    def count(rules: list[dict[str, Any]]) -> None:
        (rate,) = [rule for rule in rules if rule["Name"] == "rate"]
        rate["Action"] = {"Count": {}}

    yield from with_rules(whole, count)


def with_rules(whole: Whole, change: Callable[[list[dict[str, Any]]], None]) -> Broken:
    wafv2, arn = whole.of("wafv2"), whole.deployment.standby.balancer["LoadBalancerArn"]
    acl = wafv2.get_web_acl_for_resource(ResourceArn=arn)["WebACL"]
    before, rules = acl["Rules"], copy.deepcopy(acl["Rules"])
    change(rules)
    for wanted in (rules, before):
        (found,) = wafv2.list_web_acls(Scope="REGIONAL")["WebACLs"]
        wafv2.update_web_acl(
            Name=acl["Name"],
            Id=acl["Id"],
            Scope="REGIONAL",
            DefaultAction=acl["DefaultAction"],
            VisibilityConfig=acl["VisibilityConfig"],
            Rules=wanted,
            LockToken=found["LockToken"],
        )
        if wanted is rules:
            yield


@found_by("delegation")
def the_registrar_names_other_servers(whole: Whole) -> Broken:
    """The parent zone names the name servers of a zone that was deleted."""
    before, whole.name_servers = whole.name_servers, ["ns-1.awsdns-00.com."]
    yield
    whole.name_servers = before


def record(whole: Whole, name: str, kind: str, failover: str | None = None) -> dict[str, Any]:
    (found,) = [
        one
        for one in whole.deployment.records
        if (one["Name"].rstrip("."), one["Type"], one.get("Failover")) == (name, kind, failover)
    ]
    return found


def changed(whole: Whole, before: dict[str, Any], after: dict[str, Any] | None) -> Broken:
    """A record is changed, or deleted."""
    route53 = whole.aws.client("route53", "us-east-1")

    def change(action: str, to: dict[str, Any]) -> None:
        batch = {"Changes": [{"Action": action, "ResourceRecordSet": to}]}
        route53.change_resource_record_sets(
            HostedZoneId=whole.deployment.zone_id, ChangeBatch=batch
        )

    change("UPSERT" if after else "DELETE", after or before)
    yield
    change("UPSERT", before)


@found_by("failover records")
def the_secondary_points_at_the_primary(whole: Whole) -> Broken:
    """Somebody pointed the SECONDARY record at the primary."""
    before = record(whole, whole.environment.dns.domain, "A", "SECONDARY")
    name = whole.environment.regional_name("primary")
    yield from changed(
        whole, before, {**before, "AliasTarget": {**before["AliasTarget"], "DNSName": name}}
    )


@found_by("failover records")
def ipv6_users_have_no_standby(whole: Whole) -> Broken:
    """The SECONDARY record for IPv6 was deleted."""
    before = record(whole, whole.environment.dns.domain, "AAAA", "SECONDARY")
    yield from changed(whole, before, None)


@found_by("regional records")
def the_standbys_name_is_gone(whole: Whole) -> Broken:
    """The record of the standby's own name for IPv6 was deleted."""
    before = record(whole, whole.environment.regional_name("dr"), "AAAA")
    yield from changed(whole, before, None)


@found_by("health records")
def the_control_is_told_another_address(whole: Whole) -> Broken:
    """The record that tells the control of a healthy primary has another address."""
    before = record(whole, whole.environment.health_name("primary"), "A", "PRIMARY")
    yield from changed(whole, before, {**before, "ResourceRecords": [{"Value": "192.0.2.9"}]})


def health_check(whole: Whole, id: str, **changes: Any) -> Broken:
    route53 = whole.aws.client("route53", "us-east-1")
    found = route53.get_health_check(HealthCheckId=id)["HealthCheck"]["HealthCheckConfig"]
    usual = {"Disabled": False, "Inverted": False}
    route53.update_health_check(HealthCheckId=id, **changes)
    yield
    before = {name: found.get(name, usual.get(name)) for name in changes}
    route53.update_health_check(HealthCheckId=id, **before)


@found_by("health checks")
def the_primarys_check_is_disabled(whole: Whole) -> Broken:
    """The primary's health check was disabled for maintenance, and counts as healthy."""
    yield from health_check(whole, endpoint_id(whole.deployment, "primary"), Disabled=True)


@found_by("health checks")
def the_primarys_check_is_inverted(whole: Whole) -> Broken:
    """The primary's health check is inverted."""
    yield from health_check(whole, endpoint_id(whole.deployment, "primary"), Inverted=True)


@found_by("health checks")
def the_standbys_check_probes_the_redirect(whole: Whole) -> Broken:
    """The standby's health check probes another path, which always answers."""
    yield from health_check(whole, endpoint_id(whole.deployment, "dr"), ResourcePath="/static")


def switch_check(whole: Whole) -> tuple[str, list[str]]:
    """IDs of the check that users follow, and of those of which it consists."""
    before = record(whole, whole.environment.dns.domain, "A", "PRIMARY")
    route53 = whole.aws.client("route53", "us-east-1")
    found = route53.get_health_check(HealthCheckId=before["HealthCheckId"])["HealthCheck"]
    return found["Id"], found["HealthCheckConfig"]["ChildHealthChecks"]


@found_by("switch checks")
def one_healthy_part_is_enough(whole: Whole) -> Broken:
    """The check that users follow needs only one of its parts to be healthy."""
    whole_id, parts = switch_check(whole)
    yield from health_check(whole, whole_id, ChildHealthChecks=parts, HealthThreshold=1)


@found_by("switch checks")
def the_switch_is_not_obeyed(whole: Whole) -> Broken:
    """The check of the switch in the third region is no longer part of what users follow."""
    whole_id, parts = switch_check(whole)
    yield from health_check(whole, whole_id, ChildHealthChecks=parts[:-1], HealthThreshold=2)


@found_by("switch")
def the_places_differ(whole: Whole) -> Broken:
    """The switch is set in one of its places, and nothing makes them agree."""
    place = whole.environment.switch_places[1]
    s3 = whole.aws.client("s3", place.region)
    s3.put_object(Bucket=place.bucket, Key=SET_KEY, Body=b"1")
    yield
    s3.delete_object(Bucket=place.bucket, Key=SET_KEY)


@found_by("buckets")
def the_switchs_history_is_off(whole: Whole) -> Broken:
    """Versioning of the switch's bucket in the third region is suspended."""
    place = whole.environment.switch_places[1]
    yield from unversioned(whole.aws.client("s3", place.region), place.bucket)


@found_by("alarms")
def the_endpoints_alarm_was_deleted(whole: Whole) -> Broken:
    """The alarm on the primary's health check was deleted."""
    cloudwatch = whole.aws.client("cloudwatch", "us-east-1")
    yield from without_alarm(cloudwatch, whole.environment.endpoint_alarm)


@found_by("alarms")
def the_endpoints_alarm_was_muted(whole: Whole) -> Broken:
    """The actions of the alarm on the primary's health check are off."""
    cloudwatch = whole.aws.client("cloudwatch", "us-east-1")
    cloudwatch.disable_alarm_actions(AlarmNames=[whole.environment.endpoint_alarm])
    yield
    cloudwatch.enable_alarm_actions(AlarmNames=[whole.environment.endpoint_alarm])


@found_by("other subscribers")
def nobody_hears_of_the_health_checks(whole: Whole) -> Broken:
    """Nobody subscribes to the alarms on the health checks any more."""
    topic = f"{whole.environment.name}-global-alerts"
    yield from unsubscribed(whole.aws.client("sns", "us-east-1"), topic)


@found_by("database")
def the_standbys_database_has_no_instance(whole: Whole) -> Broken:
    """Somebody deleted the only instance of the standby's database."""
    rds = whole.of("rds")
    (one,) = rds.describe_db_instances()["DBInstances"]
    rds.delete_db_instance(DBInstanceIdentifier=one["DBInstanceIdentifier"], SkipFinalSnapshot=True)
    yield
    rds.create_db_instance(
        DBInstanceIdentifier=one["DBInstanceIdentifier"],
        DBClusterIdentifier=one["DBClusterIdentifier"],
        DBInstanceClass=one["DBInstanceClass"],
        Engine=one["Engine"],
        AutoMinorVersionUpgrade=False,
    )

"""Probes an AWS for certificates and load balancing."""

from typing import Any

from sandbox.embedded_aws import EmbeddedAws
from tests.sandbox.embedded_aws.default_network import default_subnets
from tests.sandbox.embedded_aws.naming import unique

REGION = "us-east-1"


def _certificate(aws: EmbeddedAws, *names: str) -> str:
    acm, (first, *others) = aws.client("acm", REGION), names
    more = {"SubjectAlternativeNames": others} if others else {}
    return acm.request_certificate(DomainName=first, ValidationMethod="DNS", **more)[
        "CertificateArn"
    ]


def _described(aws: EmbeddedAws, certificate: str) -> dict[str, Any]:
    return aws.client("acm", REGION).describe_certificate(CertificateArn=certificate)["Certificate"]


def _records(described: dict[str, Any]) -> dict[str, dict[str, str]]:
    options = described["DomainValidationOptions"]
    return {option["DomainName"]: option["ResourceRecord"] for option in options}


def names_have_records_of_their_own(aws: EmbeddedAws) -> bool:
    domain = f"{unique()}.example"
    one = _records(_described(aws, _certificate(aws, domain, f"www.{domain}")))
    other = _records(_described(aws, _certificate(aws, domain)))
    labels = {record["Name"].partition(".")[0] for record in one.values()}
    assert one[domain]["Name"].endswith(f".{domain}.")
    return len(labels) == 2 and other[domain] == one[domain]


def certificates_wait_for_their_records(aws: EmbeddedAws) -> bool:
    """Pending without the records, with one of two, or with a wrong one; issued with both."""
    domain = f"{unique()}.example"
    route53 = aws.client("route53", REGION)
    zone = route53.create_hosted_zone(Name=domain, CallerReference=domain)["HostedZone"]["Id"]
    certificate = _certificate(aws, domain, f"www.{domain}")
    seen: list[str] = []

    def look() -> None:
        seen.append(_described(aws, certificate)["Status"])

    def add(record: dict[str, str], value: str) -> None:
        asked = {
            **{name: record[name] for name in ("Name", "Type")},
            **{"TTL": 60, "ResourceRecords": [{"Value": value}]},
        }
        change = {"Action": "UPSERT", "ResourceRecordSet": asked}
        route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [change]})

    look()
    first, second = _records(_described(aws, certificate)).values()
    add(first, first["Value"])
    look()
    add(second, "_wrong.acm-validations.aws.")
    look()
    add(second, second["Value"])
    look()
    return seen == ["PENDING_VALIDATION"] * 3 + ["ISSUED"]


def targets_wait_for_a_listener(aws: EmbeddedAws) -> bool:
    ec2, elb, name = aws.client("ec2", REGION), aws.client("elbv2", REGION), unique()
    subnets = default_subnets(aws, REGION)
    zones = {subnet["AvailabilityZone"]: subnet["SubnetId"] for subnet in subnets}
    (group,) = elb.create_target_group(
        Name=name, Protocol="HTTP", Port=80, VpcId=subnets[0]["VpcId"]
    )["TargetGroups"]
    for zone in ("us-east-1a", "us-east-1c"):
        (instance,) = ec2.run_instances(
            ImageId="ami-12c6146b",
            InstanceType="t3.micro",
            MinCount=1,
            MaxCount=1,
            SubnetId=zones[zone],
        )["Instances"]
        target = {"Id": instance["InstanceId"]}
        elb.register_targets(TargetGroupArn=group["TargetGroupArn"], Targets=[target])

    def states() -> list[tuple[str, str | None]]:
        found = elb.describe_target_health(TargetGroupArn=group["TargetGroupArn"])
        health = [one["TargetHealth"] for one in found["TargetHealthDescriptions"]]
        return [(one["State"], one.get("Reason")) for one in health]

    before = states()
    (balancer,) = elb.create_load_balancer(
        Name=name, Subnets=[zones["us-east-1a"], zones["us-east-1b"]]
    )["LoadBalancers"]
    between = states()
    forward = {"Type": "forward", "TargetGroupArn": group["TargetGroupArn"]}
    elb.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[forward],
    )
    unused = ("unused", "Target.NotInUse")
    return [before, between, states()] == [[unused] * 2, [unused] * 2, [("healthy", None), unused]]


def records_are_deleted_alone(aws: EmbeddedAws) -> bool:
    """Deletes only the requested one of two names' primaries, and of a name's A and AAAA
    records."""
    domain = f"{unique()}.example"
    route53 = aws.client("route53", REGION)
    zone = route53.create_hosted_zone(Name=domain, CallerReference=domain)["HostedZone"]["Id"]
    settings = {"Type": "TCP", "FullyQualifiedDomainName": domain, "Port": 443}
    check = route53.create_health_check(CallerReference=unique(), HealthCheckConfig=settings)

    def change(action: str, name: str, kind: str, value: str) -> None:
        record = {
            **{"Name": f"{name}.{domain}", "Type": kind, "TTL": 60},
            **{"SetIdentifier": "primary", "Failover": "PRIMARY"},
            **{"HealthCheckId": check["HealthCheck"]["Id"]},
            **{"ResourceRecords": [{"Value": value}]},
        }
        batch = {"Changes": [{"Action": action, "ResourceRecordSet": record}]}
        route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)

    for record in (("a", "A", "192.0.2.1"), ("a", "AAAA", "2001:db8::1"), ("b", "A", "192.0.2.2")):
        change("CREATE", *record)
    change("DELETE", "a", "A", "192.0.2.1")
    found = route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    left = {(one["Name"].partition(".")[0], one["Type"]) for one in found if one.get("Failover")}
    return left == {("a", "AAAA"), ("b", "A")}


def _group(aws: EmbeddedAws) -> tuple[str, str]:
    """A group of two instances and its target group."""
    elb, name, subnet = aws.client("elbv2", REGION), unique(), default_subnets(aws, REGION)[0]
    (targets,) = elb.create_target_group(
        Name=name, Protocol="HTTP", Port=80, VpcId=subnet["VpcId"]
    )["TargetGroups"]
    data = {"ImageId": "ami-12c6146b", "InstanceType": "t3.micro"}
    aws.client("ec2", REGION).create_launch_template(
        LaunchTemplateName=name, LaunchTemplateData=data
    )
    aws.client("autoscaling", REGION).create_auto_scaling_group(
        AutoScalingGroupName=name,
        LaunchTemplate={"LaunchTemplateName": name, "Version": "1"},
        MinSize=0,
        MaxSize=2,
        DesiredCapacity=2,
        TargetGroupARNs=[targets["TargetGroupArn"]],
        VPCZoneIdentifier=subnet["SubnetId"],
    )
    return name, targets["TargetGroupArn"]


def _targets(aws: EmbeddedAws, arn: str) -> set[str]:
    found = aws.client("elbv2", REGION).describe_target_health(TargetGroupArn=arn)
    return {one["Target"]["Id"] for one in found["TargetHealthDescriptions"]}


def terminated_targets_leave(aws: EmbeddedAws) -> bool:
    """A group that scales in from two instances to one has one target."""
    name, targets = _group(aws)
    aws.client("autoscaling", REGION).set_desired_capacity(
        AutoScalingGroupName=name, DesiredCapacity=1
    )
    return len(_targets(aws, targets)) == 1


def replacements_are_targets(aws: EmbeddedAws) -> bool:
    """A group that loses one of its two instances has two targets again."""
    _, targets = _group(aws)
    before = _targets(aws, targets)
    gone = min(before)
    aws.client("ec2", REGION).terminate_instances(InstanceIds=[gone])
    after = _targets(aws, targets)
    return len(after) == 2 and gone not in after

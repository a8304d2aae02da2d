"""Probes an AWS for records and health checks."""

from botocore.exceptions import ClientError

from sandbox.embedded_aws import EmbeddedAws
from tests.sandbox.embedded_aws.naming import unique

REGION = "us-east-1"


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

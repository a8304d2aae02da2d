"""A table of what an environment has in the embedded AWS."""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from botocore.exceptions import (  # pyright: ignore[reportMissingTypeStubs]
    BotoCoreError,
    ClientError,
)
from rich.box import SIMPLE_HEAD
from rich.table import Table

from environments import ROLES, Backend, Environment
from modules.regions import GLOBAL_REGION
from sandbox.embedded_aws import EmbeddedAws

# What it is, where it is, its name and its state.
Row = tuple[str, str, str, str]
# What it is, where it is, and how to list it.
Question = tuple[str, str, Callable[[], Iterator[Row]]]
HEADINGS = ("what", "where", "name", "how it is")


def overview(environment: Environment, aws: EmbeddedAws) -> Table:
    """Load balancers, instances by zone, records, health checks and states."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in HEADINGS:
        table.add_column(heading, overflow="fold")
    for kind, region, rows in _questions(environment, aws):
        try:
            for row in rows():
                table.add_row(*row)
        except (ClientError, BotoCoreError) as error:
            table.add_row(kind, region, "", str(error), style="red")
    return table


def _questions(environment: Environment, aws: EmbeddedAws) -> Iterator[Question]:
    """The queries, kept separate because some regions may be lost."""
    for role in ROLES:
        region = environment.regional(role).region
        yield "load balancers", region, partial(_load_balancers, aws, region)
        yield "instances", region, partial(_instances, aws, region)
    yield "records", GLOBAL_REGION, partial(_records, environment, aws)
    yield "health checks", GLOBAL_REGION, partial(_health_checks, aws)
    for stack in environment.remote_stacks:
        backend = environment.backend(stack)
        yield "states", backend.region, partial(_state, aws, backend)


def _load_balancers(aws: EmbeddedAws, region: str) -> Iterator[Row]:
    elb = aws.client("elbv2", region)
    for balancer in elb.describe_load_balancers()["LoadBalancers"]:
        arn = balancer["LoadBalancerArn"]
        targets: list[dict[str, Any]] = []
        for group in elb.describe_target_groups(LoadBalancerArn=arn)["TargetGroups"]:
            health = elb.describe_target_health(TargetGroupArn=group["TargetGroupArn"])
            targets += health["TargetHealthDescriptions"]
        healthy = sum(target["TargetHealth"]["State"] == "healthy" for target in targets)
        how = f"{balancer['State']['Code']}, {healthy} of {len(targets)} targets healthy"
        yield "load balancer", region, balancer["LoadBalancerName"], how


def _instances(aws: EmbeddedAws, region: str) -> Iterator[Row]:
    groups = aws.client("autoscaling", region).describe_auto_scaling_groups()["AutoScalingGroups"]
    for group in groups:
        found = Counter(dict.fromkeys(group["AvailabilityZones"], 0))
        found.update(
            instance["AvailabilityZone"]
            for instance in group["Instances"]
            if instance["LifecycleState"] == "InService"
        )
        zones = ", ".join(f"{count} in {zone}" for zone, count in sorted(found.items()))
        yield "instances", region, group["AutoScalingGroupName"], zones


def _records(environment: Environment, aws: EmbeddedAws) -> Iterator[Row]:
    account = environment.dns.zone_account
    there = aws.in_account(account) if account else aws
    route53 = there.client("route53", GLOBAL_REGION)
    zones = route53.list_hosted_zones_by_name(DNSName=environment.dns.zone)["HostedZones"]
    for zone in zones:
        records = route53.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
        for record in records:
            if record["Type"] in {"NS", "SOA"}:
                continue
            name = f"{record['Name'].rstrip('.')} {record['Type']}"
            alias = record.get("AliasTarget", {}).get("DNSName")
            target = alias or ", ".join(value["Value"] for value in record["ResourceRecords"])
            failover = f"{record['Failover']}: " if "Failover" in record else ""
            yield "record", "Route 53", name, f"{failover}{target.rstrip('.')}"


def _health_checks(aws: EmbeddedAws) -> Iterator[Row]:
    for check in aws.client("route53", GLOBAL_REGION).list_health_checks()["HealthChecks"]:
        config = check["HealthCheckConfig"]
        yield "health check", "Route 53", *_health_check(config)


def _health_check(config: dict[str, Any]) -> tuple[str, str]:
    """What it checks, and how."""
    kind = config["Type"]
    if kind == "CALCULATED":
        children = len(config["ChildHealthChecks"])
        return kind, f"healthy with {config['HealthThreshold']} of {children} checks"
    if kind == "CLOUDWATCH_METRIC":
        alarm = config["AlarmIdentifier"]
        missing = config["InsufficientDataHealthStatus"]
        return f"{kind} {alarm['Name']} ({alarm['Region']})", f"without data: {missing}"
    path = config["ResourcePath"] if config.get("Inverted") else ""
    name = f"{kind} {config['FullyQualifiedDomainName']}:{config['Port']}{path}"
    how = f"every {config['RequestInterval']} s, {config['FailureThreshold']} failures in a row"
    return name, f"inverted, {how}" if config.get("Inverted") else how


def _state(aws: EmbeddedAws, backend: Backend) -> Iterator[Row]:
    bucket, region = backend.bucket, backend.region
    s3 = aws.client("s3", region)
    try:
        found = s3.list_objects_v2(Bucket=bucket).get("Contents", [])
    except s3.exceptions.NoSuchBucket:
        return
    for item in found:
        kind = "state lock" if item["Key"].endswith(".tflock") else "state"
        yield kind, region, f"s3://{bucket}/{item['Key']}", f"{item['Size'] / 1024:.1f} KiB"

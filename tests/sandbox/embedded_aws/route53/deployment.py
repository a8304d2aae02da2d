"""A small deployment in an embedded AWS: two regions, their names, and a domain that fails over."""

import json
from collections.abc import Callable
from copy import copy
from typing import Any

import dns.message
import dns.query
import dns.rcode

from sandbox.embedded_aws import EmbeddedAws
from tests.sandbox.embedded_aws.default_network import default_subnets
from tests.sandbox.embedded_aws.naming import unique

PRIMARY, STANDBY = "eu-west-1", "eu-west-2"
GLOBAL = "us-east-1"
HTTP = 80
SOON = 5


class Region:
    """A load balancer and its targets, one in each of two zones."""

    def __init__(self, aws: EmbeddedAws, region: str) -> None:
        self.region, self._elb = region, aws.client("elbv2", region)
        self._ec2, self._arc = aws.client("ec2", region), aws.client("arc-zonal-shift", region)
        subnets, name = default_subnets(aws, region)[:2], unique()
        (group,) = self._elb.create_target_group(
            Name=name, Protocol="HTTP", Port=HTTP, VpcId=subnets[0]["VpcId"]
        )["TargetGroups"]
        self._group = {"TargetGroupArn": group["TargetGroupArn"]}
        (made,) = self._elb.create_load_balancer(
            Name=name, Subnets=[subnet["SubnetId"] for subnet in subnets]
        )["LoadBalancers"]
        self.name, self.zone = made["DNSName"], made["CanonicalHostedZoneId"]
        self._arn = {"LoadBalancerArn": made["LoadBalancerArn"]}
        (listener,) = self._elb.create_listener(
            **self._arn,
            Protocol="HTTP",
            Port=HTTP,
            DefaultActions=[{"Type": "forward", **self._group}],
        )["Listeners"]
        self._listener = {"ListenerArn": listener["ListenerArn"]}
        self._targets = [{"Id": self._instance(subnet["SubnetId"])} for subnet in subnets]
        self.register()

    def register(self) -> None:
        self._elb.register_targets(**self._group, Targets=self._targets)

    def deregister(self, *which: int) -> None:
        targets = [self._targets[one] for one in which]
        self._elb.deregister_targets(**self._group, Targets=targets)

    def answer_with(self, status: str) -> None:
        """The load balancer itself answers everybody."""
        fixed = {"StatusCode": status, "ContentType": "text/plain"}
        action = {"Type": "fixed-response", "FixedResponseConfig": fixed}
        self._elb.modify_listener(**self._listener, DefaultActions=[action])

    def forward(self) -> None:
        action = {"Type": "forward", **self._group}
        self._elb.modify_listener(**self._listener, DefaultActions=[action])

    def shift_a_zone(self) -> Callable[[], Any]:
        """Moves users out of one of its zones; what is returned ends that."""
        enabled = {"Key": "zonal_shift.config.enabled", "Value": "true"}
        self._elb.modify_load_balancer_attributes(**self._arn, Attributes=[enabled])
        known = self._arc.list_managed_resources()["items"]
        (zones,) = (
            one["availabilityZones"] for one in known if one["arn"] == self._arn["LoadBalancerArn"]
        )
        shift = self._arc.start_zonal_shift(
            resourceIdentifier=self._arn["LoadBalancerArn"],
            awayFrom=zones[0],
            expiresIn="1h",
            comment="a test",
        )["zonalShiftId"]
        return lambda: self._arc.cancel_zonal_shift(zonalShiftId=shift)

    def _instance(self, subnet: str) -> str:
        asked = {"ImageId": "ami-12c6146b", "InstanceType": "t3.micro", "SubnetId": subnet}
        (made,) = self._ec2.run_instances(**asked, MinCount=1, MaxCount=1)["Instances"]
        return made["InstanceId"]


class Zone:
    """A hosted zone, and what its name server answers."""

    def __init__(self, aws: EmbeddedAws) -> None:
        self.aws, self.domain = aws, f"{unique()}.example"
        self.route53 = aws.client("route53", GLOBAL)
        made = self.route53.create_hosted_zone(Name=self.domain, CallerReference=self.domain)
        self.id = made["HostedZone"]["Id"]

    def record(self, name: str, kind: str, *values: str, **more: Any) -> None:
        """Adds one; with `alias` instead of values."""
        body: dict[str, Any] = {"Name": self.full(name), "Type": kind, **more}
        if values:
            body |= {"TTL": 60, "ResourceRecords": [{"Value": value} for value in values]}
        if "Failover" in more:
            body["SetIdentifier"] = more["Failover"]
        change = {"Action": "UPSERT", "ResourceRecordSet": body}
        batch = {"Changes": [change]}
        self.route53.change_resource_record_sets(HostedZoneId=self.id, ChangeBatch=batch)

    def alias(self, name: str, *, evaluated: bool = False) -> dict[str, Any]:
        """To a name of the zone."""
        return _alias(self.id.rpartition("/")[2], self.full(name), evaluated=evaluated)

    def check(self, kind: str, **config: Any) -> str:
        """A new health check's ID."""
        made = self.route53.create_health_check(
            CallerReference=unique(), HealthCheckConfig={"Type": kind, **config}
        )
        return made["HealthCheck"]["Id"]

    def endpoint_check(self, name: str, **more: Any) -> str:
        endpoint = {"FullyQualifiedDomainName": self.full(name), "ResourcePath": "/"}
        return self.check("HTTP", **{**endpoint, "Port": HTTP, **more})

    def full(self, name: str) -> str:
        return f"{name}.{self.domain}" if name else self.domain

    def seen_by(self, aws: EmbeddedAws) -> "Zone":
        """The same zone in a clone."""
        one = copy(self)
        one.aws = aws
        return one

    def ask(self, name: str, kind: str = "A") -> dns.message.Message:
        host, _, port = self.aws.name_server.partition(":")
        query = dns.message.make_query(self.full(name), kind)
        return dns.query.udp(query, host, port=int(port), timeout=SOON)

    def values(self, name: str, kind: str = "A") -> set[str]:
        """The last records of the answer."""
        answer = self.ask(name, kind).answer
        return {one.to_text() for one in answer[-1]} if answer else set()

    def follows(self, check: str) -> bool:
        """Whether a check is healthy, as records that follow it say."""
        name = unique()
        self.record(name, "A", "192.0.2.1", Failover="PRIMARY", HealthCheckId=check)
        self.record(name, "A", "192.0.2.2", Failover="SECONDARY")
        return self.values(name) == {"192.0.2.1"}


def balancer_alias(region: Region, *, evaluated: bool = True) -> dict[str, Any]:
    return _alias(region.zone, region.name, evaluated=evaluated)


def switch_bucket(aws: EmbeddedAws, region: str, key: str, *networks: str) -> str:
    """A bucket whose object `key` everybody in these networks may read."""
    s3, name = aws.client("s3", region), unique()
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": region})
    s3.delete_public_access_block(Bucket=name)
    statement = {
        **{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"},
        "Resource": f"arn:aws:s3:::{name}/{key}",
        "Condition": {"IpAddress": {"aws:SourceIp": networks}},
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps(policy))
    return name


def _alias(zone: str, target: str, *, evaluated: bool) -> dict[str, Any]:
    alias = {"HostedZoneId": zone, "DNSName": target, "EvaluateTargetHealth": evaluated}
    return {"AliasTarget": alias}

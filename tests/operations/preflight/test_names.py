"""Names that must be free, and DNS that must lead to the zone."""

import json
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from environments import Environment
from operations.checks import Status
from operations.preflight import names
from operations.preflight.account import Account
from operations.preflight.resolver import Ask
from sandbox.embedded_aws import EmbeddedAws
from sandbox.embedded_aws.process import ACCOUNT
from tests.operations.preflight.checking import (
    MISSING,
    READY,
    UNKNOWN,
    found,
    nobody,
    only,
    servers,
    with_dns,
)
from tests.synthesis import example

pytestmark = pytest.mark.slow


def test_there_is_one_public_hosted_zone(aws: EmbeddedAws, environment: Environment) -> None:
    check, zone = names.hosted_zone_exists, environment.dns.zone
    assert only(check, environment, aws.client)[0] is READY
    wrong = with_dns(environment, zone_id="Z0000000000")
    status, said = only(check, wrong, aws.client)
    assert (status, "with the ID Z0000000000" in said) == (MISSING, True)
    route53 = aws.client("route53", "us-east-1")
    route53.create_hosted_zone(
        Name=zone,
        CallerReference="private",
        HostedZoneConfig={"PrivateZone": True},
        VPC={"VPCRegion": "us-east-1", "VPCId": "vpc-12345678"},
    )
    assert only(check, environment, aws.client)[0] is READY
    route53.create_hosted_zone(Name=zone, CallerReference="second")
    status, said = only(check, environment, aws.client)
    assert (status, f"{zone} exists 2 times" in said) == (MISSING, True)
    status, said = only(check, with_dns(environment, zone="b.test", domain="b.test"), aws.client)
    assert status is MISSING
    assert "aws route53 create-hosted-zone --name b.test" in said
    assert only(names.records_are_free, environment, aws.client)[0] is UNKNOWN


def test_dns_leads_to_the_zone(aws: EmbeddedAws, environment: Environment) -> None:
    check, own = names.zone_is_delegated, servers(aws, environment)

    def answering(answer: list[str]) -> Ask:
        return lambda name, kind: answer if (name, kind) == (environment.dns.zone, "NS") else []

    shown = [f"{server.upper()}." for server in reversed(own)]
    assert only(check, environment, aws.client, answering(shown))[0] is READY
    for answer, words in (
        ([], "DNS does not know the zone"),
        (["ns1.old.example."], "ns1.old.example"),
    ):
        status, said = only(check, environment, aws.client, answering(answer))
        assert status is MISSING
        assert words in said
        assert own[0] in said
    status, said = only(check, environment, aws.client, nobody)
    assert status is UNKNOWN
    assert f"dig +short NS {environment.dns.zone}" in said


def add(aws: EmbeddedAws, environment: Environment, kind: str, name: str, value: str) -> None:
    record = {"Name": name, "Type": kind, "TTL": 60, "ResourceRecords": [{"Value": value}]}
    change = {"Action": "CREATE", "ResourceRecordSet": record}
    aws.client("route53", "us-east-1").change_resource_record_sets(
        HostedZoneId=Account(environment, client=aws.client).zone_id,
        ChangeBatch={"Changes": [change]},
    )


def test_a_caa_record_must_name_amazon(aws: EmbeddedAws, environment: Environment) -> None:
    check, zone = names.certificates_may_be_issued, environment.dns.zone
    below = with_dns(environment, domain=f"www.{zone}")
    assert only(check, below, aws.client)[0] is READY

    def parent(name: str, kind: str) -> list[str]:
        return ['0 issue "letsencrypt.org"'] if (name, kind) == ("example", "CAA") else []

    assert only(check, below, aws.client, parent)[0] is READY, "a top-level domain is not asked"
    add(aws, environment, "CAA", zone, '0 issue "letsencrypt.org"')
    status, said = only(check, below, aws.client)
    assert status is MISSING
    assert said.endswith('add 0 issue "amazon.com"')
    both = with_dns(environment, domain=f"www.{zone}", aliases=[zone])
    add(aws, environment, "CAA", f"www.{zone}", '0 issue "amazon.com"')
    assert [status for status, _ in found(check, both, aws.client)] == [READY, MISSING]
    assert only(check, below, aws.client)[0] is READY
    assert only(check, environment, aws.client)[0] is MISSING


def test_above_the_zone_caa_is_asked_of_dns(aws: EmbeddedAws) -> None:
    zone = f"sub.{uuid4().hex[:12]}.example"
    aws.client("route53", "us-east-1").create_hosted_zone(Name=zone, CallerReference=zone)
    environment = with_dns(example("mission"), zone=zone, domain=zone)
    above = zone.partition(".")[2]

    def parent(name: str, kind: str) -> list[str]:
        return ['0 issue ";"'] if (name, kind) == (above, "CAA") else []

    check = names.certificates_may_be_issued
    assert only(check, environment, aws.client, parent)[0] is MISSING
    assert only(check, environment, aws.client, nobody)[0] is UNKNOWN


def log_queries(aws: EmbeddedAws, environment: Environment, group: str) -> None:
    logs = aws.client("logs", "us-east-1")
    logs.create_log_group(logGroupName=group)
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "route53.amazonaws.com"},
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/aws/route53/*",
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    logs.put_resource_policy(policyName="queries", policyDocument=document)
    aws.client("route53", "us-east-1").create_query_logging_config(
        HostedZoneId=Account(environment, client=aws.client).zone_id,
        CloudWatchLogsLogGroupArn=f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{group}",
    )


def test_a_zone_has_room_for_one_query_log(aws: EmbeddedAws, environment: Environment) -> None:
    check, zone = names.query_log_is_free, environment.dns.zone
    assert only(check, environment, aws.client) == (READY, f"{zone} has no query log yet")
    log_queries(aws, environment, f"/aws/route53/of-{zone}")
    status, said = only(check, environment, aws.client)
    assert (status, said.endswith("set dns.query_logs = false")) == (MISSING, True)
    assert found(check, with_dns(environment, query_logs=False), aws.client) == []


def test_our_own_query_log_is_no_obstacle(aws: EmbeddedAws, environment: Environment) -> None:
    log_queries(aws, environment, f"/aws/route53/{environment.dns.zone}")
    assert only(names.query_log_is_free, environment, aws.client)[0] is READY


def test_a_record_in_the_way_is_named(aws: EmbeddedAws, environment: Environment) -> None:
    check, domain = names.records_are_free, environment.dns.domain
    add(aws, environment, "TXT", domain, '"v=spf1 -all"')
    assert only(check, environment, aws.client)[0] is READY
    add(aws, environment, "A", domain, "203.0.113.1")
    add(aws, environment, "CNAME", f"ap-south-1.{domain}", "elsewhere.example")
    assert [said.partition(": ")[0] for _, said in found(check, environment, aws.client)] == [
        f"{domain} already has a record A",
        f"ap-south-1.{domain} already has a record CNAME",
    ]


def test_a_new_alias_of_a_deployment_must_be_free(aws: EmbeddedAws) -> None:
    zone = f"{uuid4().hex[:12]}.example"
    route53 = aws.client("route53", "us-east-1")
    zone_id = route53.create_hosted_zone(Name=zone, CallerReference=zone)["HostedZone"]["Id"]
    environment = with_dns(example("mission"), zone=zone, domain=zone, aliases=[f"www.{zone}"])
    check = names.records_are_free
    deployed = {
        **{"Name": zone, "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "203.0.113.1"}]},
        **{"SetIdentifier": "secondary", "Failover": "SECONDARY"},
    }
    route53.change_resource_record_sets(
        HostedZoneId=zone_id,
        ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": deployed}]},
    )
    assert [status for status, _ in found(check, environment, aws.client)] == [READY]
    add(aws, environment, "CNAME", f"www.{zone}", "elsewhere.example")
    _, (status, said) = found(check, environment, aws.client)
    assert (status, said.partition(":")[0]) == (
        MISSING,
        f"www.{zone} already has a record CNAME",
    )


def test_buckets_of_this_account_are_no_obstacle(
    aws: EmbeddedAws, environment: Environment
) -> None:
    bucket = environment.backend("dr").bucket
    aws.client("s3", "us-east-1").create_bucket(Bucket=bucket)
    try:
        said = found(names.buckets_are_free, environment, aws.client)
    finally:
        aws.client("s3", "us-east-1").delete_bucket(Bucket=bucket)
    assert {status for status, _ in said} == {READY}
    assert [text for _, text in said if "already" in text] == [
        f"{bucket} already belongs to this account"
    ]
    assert len(said) == len({text for _, text in said})


def test_a_bucket_in_another_region_is_in_the_way(
    aws: EmbeddedAws, environment: Environment
) -> None:
    bucket, s3 = environment.backend("dr").bucket, aws.client("s3", "eu-west-1")
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    try:
        said = found(names.buckets_are_free, environment, aws.client)
    finally:
        s3.delete_bucket(Bucket=bucket)
    (wrong,) = (text for status, text in said if status is MISSING)
    assert f"{bucket} belongs to this account, but is in eu-west-1, not us-east-1" in wrong


class Refusing:
    """An S3 client that answers every question about a bucket with this error."""

    def __init__(self, code: str) -> None:
        self._code = code

    def head_bucket(self, **_: str) -> None:
        raise ClientError({"Error": {"Code": self._code, "Message": "-"}}, "HeadBucket")


@pytest.mark.parametrize(
    ("code", "status", "words"),
    [
        ("403", MISSING, "belongs to another account"),
        ("503", UNKNOWN, "cannot be checked"),
    ],
)
def test_a_bucket_of_somebody_elses(
    aws: EmbeddedAws, environment: Environment, code: str, status: Status, words: str
) -> None:
    def client(service: str, region: str) -> Any:
        return Refusing(code) if service == "s3" else aws.client(service, region)

    first = found(names.buckets_are_free, environment, client)[0]
    assert first[0] is status
    assert words in first[1]

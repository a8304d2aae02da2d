"""Each thing that a first apply needs is seen where it is there, and missed where it is not."""

import io
import json
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from rich.console import Console

from environments import Dns, Environment, ExistingNetwork
from modules.quotas import CONCURRENCY, ELASTIC_IPS, VCPUS, VPCS
from operations.preflight import access, capacity, names
from operations.preflight.account import Account, Check, Status
from operations.preflight.commands import CHECKS, preflight
from operations.preflight.resolver import Ask
from sandbox.embedded_aws import EmbeddedAws
from sandbox.embedded_aws.process import ACCOUNT
from terminal.errors import OperationError
from tests.synthesis import example

pytestmark = pytest.mark.slow

PLENTY = 100
OPT_IN = "eu-south-2"
READY, MISSING, UNKNOWN = Status.READY, Status.MISSING, Status.UNKNOWN


@pytest.fixture(autouse=True)
def plenty(aws: EmbeddedAws) -> Iterator[None]:
    """What a test takes from the account is there again for the next."""
    yield
    for quota in (VCPUS, ELASTIC_IPS, VPCS, CONCURRENCY):
        aws.allow(quota.code, PLENTY)
    aws.enable(OPT_IN)


@pytest.fixture
def environment(aws: EmbeddedAws) -> Environment:
    """The mission's, below a hosted zone of the test's own."""
    zone = f"{uuid4().hex[:12]}.example"
    client_of(aws)("route53", "us-east-1").create_hosted_zone(Name=zone, CallerReference=zone)
    return with_dns(example("mission"), zone=zone, domain=zone)


@cache
def client_of(aws: EmbeddedAws) -> Callable[[str, str], Any]:
    """Makes each client once: that takes longer than what it is asked."""
    return cache(aws.client)


def with_dns(environment: Environment, **changes: Any) -> Environment:
    dns = Dns.model_validate({**environment.dns.model_dump(), **changes})
    return environment.model_copy(update={"dns": dns})


def with_primary(environment: Environment, **changes: Any) -> Environment:
    primary = environment.primary.model_copy(update=changes)
    return environment.model_copy(update={"primary": primary})


def nobody(name: str, kind: str) -> list[str]:
    raise OperationError(f"DNS does not answer here: dig +short {kind} {name}")


def nothing(_name: str, _kind: str) -> list[str]:
    return []


def found(
    check: Callable[[Account], Any],
    environment: Environment,
    client: Callable[[str, str], Any],
    resolve: Ask = nothing,
) -> list[tuple[Status, str]]:
    findings = Check("it", check)(Account(environment, client=client, resolve=resolve))
    return [(finding.status, finding.said) for finding in findings]


def only(
    check: Callable[[Account], Any],
    environment: Environment,
    client: Callable[[str, str], Any],
    resolve: Ask = nothing,
) -> tuple[Status, str]:
    (one,) = found(check, environment, client, resolve)
    return one


def test_the_account_is_one_of_those_that_are_allowed(
    aws: EmbeddedAws, environment: Environment
) -> None:
    check = access.account_is_allowed
    assert only(check, environment, client_of(aws))[0] is READY
    allowed = environment.model_copy(update={"allowed_account_ids": [ACCOUNT]})
    assert only(check, allowed, client_of(aws)) == (READY, ACCOUNT)
    other = environment.model_copy(update={"allowed_account_ids": ["111122223333"]})
    said = f"{ACCOUNT}; allowed_account_ids has 111122223333"
    assert only(check, other, client_of(aws)) == (MISSING, said)


def test_an_opt_in_region_is_enabled_and_takes_the_credentials(
    aws: EmbeddedAws, environment: Environment
) -> None:
    abroad = with_primary(environment, region=OPT_IN)
    checks = (access.regions_are_enabled, access.credentials_work_in_each_region)
    for check in checks:
        assert {status for status, _ in found(check, abroad, client_of(aws))} == {READY}
    aws.disable(OPT_IN)
    said = [found(check, abroad, client_of(aws))[0] for check in checks]
    command = f"aws account enable-region --region-name {OPT_IN}"
    assert said[0] == (MISSING, f"{OPT_IN} is DISABLED: {command}")
    assert said[1][0] is MISSING
    assert "AWS_STS_REGIONAL_ENDPOINTS=regional" in said[1][1]


def test_a_region_that_cannot_be_asked_is_not_taken_for_one_that_refuses(
    aws: EmbeddedAws, environment: Environment
) -> None:
    aws.lose("us-east-1")
    try:
        said = found(access.credentials_work_in_each_region, environment, client_of(aws))
    finally:
        aws.restore("us-east-1")
    assert [status for status, _ in said] == [READY, UNKNOWN]


@pytest.mark.parametrize(
    ("vcpus", "status", "words"),
    [(14, READY, ""), (13, MISSING, "it starts, but cannot grow"), (5, MISSING, "does not start")],
)
def test_vcpus_are_counted_at_the_start_and_at_most(
    aws: EmbeddedAws, environment: Environment, vcpus: int, status: Status, words: str
) -> None:
    """3 t3.micro to start; 6 at most, and one more while they are refreshed."""
    aws.allow_vcpus(vcpus)
    primary = found(capacity.vcpus_suffice, environment, client_of(aws))[0]
    assert primary[0] is status
    assert f"{vcpus} of {vcpus} free; 6 to start, 14 at most" in primary[1]
    assert words in primary[1]
    assert ("--quota-code L-1216C47A --desired-value 14" in primary[1]) == (status is MISSING)


def test_instances_of_others_take_vcpus_too(aws: EmbeddedAws, environment: Environment) -> None:
    region = environment.primary.region
    ec2 = client_of(aws)("ec2", region)
    ours = [{"Key": "Deployment", "Value": environment.name}]
    started = [
        ec2.run_instances(
            ImageId="ami-12c6146b",
            InstanceType="t3.large",
            MinCount=1,
            MaxCount=1,
            TagSpecifications=[{"ResourceType": "instance", "Tags": tags}] if tags else [],
        )["Instances"][0]["InstanceId"]
        for tags in ([], ours)
    ]
    try:
        aws.allow_vcpus(15)
        status, said = found(capacity.vcpus_suffice, environment, client_of(aws))[0]
    finally:
        ec2.terminate_instances(InstanceIds=started)
    assert status is MISSING
    assert "13 of 15 free" in said
    assert said.endswith("--desired-value 16")


def test_the_quota_of_another_family_is_not_guessed(
    aws: EmbeddedAws, environment: Environment
) -> None:
    status, said = found(
        capacity.vcpus_suffice,
        with_primary(environment, instance_type="g4dn.xlarge"),
        client_of(aws),
    )[0]
    assert status is UNKNOWN
    assert "a family with a quota of its own" in said


def test_each_nat_gateway_needs_an_address(aws: EmbeddedAws, environment: Environment) -> None:
    assert found(capacity.elastic_ips_suffice, environment, client_of(aws)) == []
    six = with_primary(
        environment, nat_gateways="per_az", zones=[f"ap-south-1{letter}" for letter in "abcdef"]
    )
    aws.allow(ELASTIC_IPS.code, 6)
    assert only(capacity.elastic_ips_suffice, six, client_of(aws))[0] is READY
    taken = client_of(aws)("ec2", "ap-south-1").allocate_address(Domain="vpc")
    try:
        status, said = only(capacity.elastic_ips_suffice, six, client_of(aws))
    finally:
        client_of(aws)("ec2", "ap-south-1").release_address(AllocationId=taken["AllocationId"])
    assert status is MISSING
    assert "5 of 6 addresses free, 6 needed" in said
    assert said.endswith("--desired-value 7")


def test_a_region_has_room_for_a_vpc(aws: EmbeddedAws, environment: Environment) -> None:
    aws.allow(VPCS.code, 2)
    assert {status for status, _ in found(capacity.vpcs_suffice, environment, client_of(aws))} == {
        READY
    }
    aws.allow(VPCS.code, 1)
    status, said = found(capacity.vpcs_suffice, environment, client_of(aws))[0]
    assert status is MISSING
    assert "0 of 1 VPCs free, 1 needed" in said
    subnets = ["subnet-12345678", "subnet-87654321"]
    network = ExistingNetwork(
        vpc_id="vpc-12345678", public_subnets=subnets, private_subnets=subnets
    )
    adopting = with_primary(environment, cidr=None, existing_network=network)
    assert len(found(capacity.vpcs_suffice, adopting, client_of(aws))) == 1


def test_a_zone_that_lacks_the_type_is_named(aws: EmbeddedAws, environment: Environment) -> None:
    check = capacity.instance_types_are_offered
    assert [status for status, _ in found(check, environment, client_of(aws))] == [READY, READY]
    dr = environment.dr.model_copy(update={"zones": ["us-east-1a", "us-east-1e"]})
    _, (status, said) = found(check, environment.model_copy(update={"dr": dr}), client_of(aws))
    assert status is MISSING
    assert said.startswith("t3.micro is not offered in us-east-1e; it is in us-east-1a")
    unknown = found(check, with_primary(environment, instance_type="t3.tiny"), client_of(aws))[0]
    assert unknown[0] is MISSING
    assert "no zone of the region" in unknown[1]


def test_the_functions_need_concurrency(aws: EmbeddedAws, environment: Environment) -> None:
    check = capacity.functions_may_run
    aws.allow(CONCURRENCY.code, 3)
    assert [status for status, _ in found(check, environment, client_of(aws))] == [READY, READY]
    aws.allow(CONCURRENCY.code, 2)
    watch, control = found(check, environment, client_of(aws))
    assert watch == (READY, "ap-south-1: 2 runs at a time are free, 1 needed")
    assert control[0] is MISSING
    assert "us-east-1: 2 runs at a time are free, 3 needed" in control[1]
    aws.allow(CONCURRENCY.code, 0)
    assert found(check, environment, client_of(aws))[0][0] is MISSING
    failover = environment.failover.model_copy(
        update={"failback": "automatic", "activation": False}
    )
    alone = environment.model_copy(update={"failover": failover})
    assert [said for _, said in found(check, alone, client_of(aws))] == [
        "ap-south-1: 0 runs at a time are free, 1 needed: reserve less for other functions, or"
        " ask for at least 1,000 of L-B99A9384"
    ]


def test_there_is_one_public_hosted_zone(aws: EmbeddedAws, environment: Environment) -> None:
    check, zone = names.hosted_zone_exists, environment.dns.zone
    assert only(check, environment, client_of(aws))[0] is READY
    wrong = with_dns(environment, zone_id="Z0000000000")
    status, said = only(check, wrong, client_of(aws))
    assert (status, "with the ID Z0000000000" in said) == (MISSING, True)
    route53 = client_of(aws)("route53", "us-east-1")
    route53.create_hosted_zone(
        Name=zone,
        CallerReference="private",
        HostedZoneConfig={"PrivateZone": True},
        VPC={"VPCRegion": "us-east-1", "VPCId": "vpc-12345678"},
    )
    assert only(check, environment, client_of(aws))[0] is READY
    route53.create_hosted_zone(Name=zone, CallerReference="second")
    status, said = only(check, environment, client_of(aws))
    assert (status, f"{zone} is there 2 times" in said) == (MISSING, True)
    status, said = only(
        check, with_dns(environment, zone="b.test", domain="b.test"), client_of(aws)
    )
    assert status is MISSING
    assert "aws route53 create-hosted-zone --name b.test" in said
    assert only(names.records_are_free, environment, client_of(aws))[0] is UNKNOWN


def servers(aws: EmbeddedAws, environment: Environment) -> list[str]:
    route53 = client_of(aws)("route53", "us-east-1")
    zone_id = Account(environment, client=client_of(aws)).zone_id
    return route53.get_hosted_zone(Id=zone_id)["DelegationSet"]["NameServers"]


def test_dns_leads_to_the_zone(aws: EmbeddedAws, environment: Environment) -> None:
    check, own = names.zone_is_delegated, servers(aws, environment)

    def answering(answer: list[str]) -> Ask:
        return lambda name, kind: answer if (name, kind) == (environment.dns.zone, "NS") else []

    shown = [f"{server.upper()}." for server in reversed(own)]
    assert only(check, environment, client_of(aws), answering(shown))[0] is READY
    for answer, words in (([], "DNS does not know it"), (["ns1.old.example."], "ns1.old.example")):
        status, said = only(check, environment, client_of(aws), answering(answer))
        assert status is MISSING
        assert words in said
        assert own[0] in said
    status, said = only(check, environment, client_of(aws), nobody)
    assert status is UNKNOWN
    assert f"dig +short NS {environment.dns.zone}" in said


def add(aws: EmbeddedAws, environment: Environment, kind: str, name: str, value: str) -> None:
    record = {"Name": name, "Type": kind, "TTL": 60, "ResourceRecords": [{"Value": value}]}
    change = {"Action": "CREATE", "ResourceRecordSet": record}
    client_of(aws)("route53", "us-east-1").change_resource_record_sets(
        HostedZoneId=Account(environment, client=client_of(aws)).zone_id,
        ChangeBatch={"Changes": [change]},
    )


def test_a_caa_record_must_name_amazon(aws: EmbeddedAws, environment: Environment) -> None:
    check, zone = names.certificates_may_be_issued, environment.dns.zone
    below = with_dns(environment, domain=f"www.{zone}")
    assert only(check, below, client_of(aws))[0] is READY

    def parent(name: str, kind: str) -> list[str]:
        return ['0 issue "letsencrypt.org"'] if (name, kind) == ("example", "CAA") else []

    assert only(check, below, client_of(aws), parent)[0] is READY, "a top-level domain is not asked"
    add(aws, environment, "CAA", zone, '0 issue "letsencrypt.org"')
    status, said = only(check, below, client_of(aws))
    assert status is MISSING
    assert said.endswith('add 0 issue "amazon.com"')
    add(aws, environment, "CAA", f"www.{zone}", '0 issue "amazon.com"')
    assert only(check, below, client_of(aws))[0] is READY
    assert only(check, environment, client_of(aws))[0] is MISSING


def test_above_the_zone_caa_is_asked_of_dns(aws: EmbeddedAws) -> None:
    zone = f"sub.{uuid4().hex[:12]}.example"
    client_of(aws)("route53", "us-east-1").create_hosted_zone(Name=zone, CallerReference=zone)
    environment = with_dns(example("mission"), zone=zone, domain=zone)
    above = zone.partition(".")[2]

    def parent(name: str, kind: str) -> list[str]:
        return ['0 issue ";"'] if (name, kind) == (above, "CAA") else []

    check = names.certificates_may_be_issued
    assert only(check, environment, client_of(aws), parent)[0] is MISSING
    assert only(check, environment, client_of(aws), nobody)[0] is UNKNOWN


def log_queries(aws: EmbeddedAws, environment: Environment, group: str) -> None:
    logs = client_of(aws)("logs", "us-east-1")
    logs.create_log_group(logGroupName=group)
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "route53.amazonaws.com"},
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/aws/route53/*",
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    logs.put_resource_policy(policyName="queries", policyDocument=document)
    client_of(aws)("route53", "us-east-1").create_query_logging_config(
        HostedZoneId=Account(environment, client=client_of(aws)).zone_id,
        CloudWatchLogsLogGroupArn=f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{group}",
    )


def test_a_zone_has_room_for_one_query_log(aws: EmbeddedAws, environment: Environment) -> None:
    check, zone = names.query_log_is_free, environment.dns.zone
    assert only(check, environment, client_of(aws)) == (READY, f"{zone} has none yet")
    log_queries(aws, environment, f"/aws/route53/of-{zone}")
    status, said = only(check, environment, client_of(aws))
    assert (status, said.endswith("set dns.query_logs = false")) == (MISSING, True)
    assert found(check, with_dns(environment, query_logs=False), client_of(aws)) == []


def test_our_own_query_log_is_no_obstacle(aws: EmbeddedAws, environment: Environment) -> None:
    log_queries(aws, environment, f"/aws/route53/{environment.dns.zone}")
    assert only(names.query_log_is_free, environment, client_of(aws))[0] is READY


def test_a_record_in_the_way_is_named(aws: EmbeddedAws, environment: Environment) -> None:
    check, domain = names.records_are_free, environment.dns.domain
    add(aws, environment, "TXT", domain, '"v=spf1 -all"')
    assert only(check, environment, client_of(aws))[0] is READY
    add(aws, environment, "A", domain, "203.0.113.1")
    add(aws, environment, "CNAME", f"ap-south-1.{domain}", "elsewhere.example")
    assert [
        said.partition(" already")[0] for _, said in found(check, environment, client_of(aws))
    ] == [
        f"{domain} has a record A",
        f"ap-south-1.{domain} has a record CNAME",
    ]


def test_buckets_of_this_account_are_no_obstacle(
    aws: EmbeddedAws, environment: Environment
) -> None:
    bucket = environment.backend("dr").bucket
    client_of(aws)("s3", "us-east-1").create_bucket(Bucket=bucket)
    try:
        said = found(names.buckets_are_free, environment, client_of(aws))
    finally:
        client_of(aws)("s3", "us-east-1").delete_bucket(Bucket=bucket)
    assert {status for status, _ in said} == {READY}
    assert [text for _, text in said if "already" in text] == [
        f"{bucket} is this account's already"
    ]
    assert len(said) == len({text for _, text in said})


def test_a_bucket_in_another_region_is_in_the_way(
    aws: EmbeddedAws, environment: Environment
) -> None:
    bucket, s3 = environment.backend("dr").bucket, client_of(aws)("s3", "eu-west-1")
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    try:
        said = found(names.buckets_are_free, environment, client_of(aws))
    finally:
        s3.delete_bucket(Bucket=bucket)
    (wrong,) = (text for status, text in said if status is MISSING)
    assert f"{bucket} is this account's, but in eu-west-1 and not in us-east-1" in wrong


class Refusing:
    """An S3 that answers so to every question about a bucket."""

    def __init__(self, code: str) -> None:
        self._code = code

    def head_bucket(self, **_: str) -> None:
        raise ClientError({"Error": {"Code": self._code, "Message": "-"}}, "HeadBucket")


@pytest.mark.parametrize(
    ("code", "status", "words"),
    [
        ("403", MISSING, "another account's"),
        ("503", UNKNOWN, "cannot be checked"),
    ],
)
def test_a_bucket_of_somebody_elses(
    aws: EmbeddedAws, environment: Environment, code: str, status: Status, words: str
) -> None:
    def client(service: str, region: str) -> Any:
        return Refusing(code) if service == "s3" else client_of(aws)(service, region)

    first = found(names.buckets_are_free, environment, client)[0]
    assert first[0] is status
    assert words in first[1]


def unreachable(service: str, region: str) -> Any:
    raise EndpointConnectionError(endpoint_url=f"https://{service}.{region}.amazonaws.com")


def test_without_aws_nothing_is_ready(environment: Environment) -> None:
    failover = environment.model_copy()
    account = Account(failover, client=unreachable, resolve=nobody)
    findings = [finding for check in CHECKS for finding in check(account)]
    assert {finding.status for finding in findings} == {UNKNOWN}
    assert {finding.what for finding in findings} == {
        check.name for check in CHECKS if check.name != "Elastic IPs"
    } | {"Elastic IPs"}


def shown(account: Account, *checks: Check) -> str:
    console = Console(file=io.StringIO(), width=300)
    preflight(account, console, checks or CHECKS)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_an_account_that_has_everything_is_ready(
    aws: EmbeddedAws, environment: Environment
) -> None:
    own = servers(aws, environment)
    account = Account(
        environment, client=client_of(aws), resolve=lambda _, kind: own if kind == "NS" else []
    )
    assert "ready for the first apply" in shown(account)


@pytest.mark.parametrize("status", [MISSING, UNKNOWN])
def test_what_is_missing_or_not_checked_is_not_ready(
    aws: EmbeddedAws, environment: Environment, status: Status
) -> None:
    def check(_: Account) -> Iterator[tuple[Status, str]]:
        yield READY, "[red]as it is[/]"
        yield status, "that"

    with pytest.raises(OperationError, match=f"1 {status.value}"):
        shown(Account(environment, client=client_of(aws)), Check("it", check))

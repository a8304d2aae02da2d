"""Whether the account has enough quota."""

import pytest

from environments import Environment, ExistingNetwork
from modules.quotas import CONCURRENCY, ELASTIC_IPS, VPCS
from operations.checks import Status
from operations.preflight import capacity
from sandbox.embedded_aws import EmbeddedAws
from tests.operations.preflight.checking import (
    MISSING,
    READY,
    UNKNOWN,
    found,
    only,
    with_primary,
)

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("vcpus", "status", "words"),
    [
        (14, READY, ""),
        (13, MISSING, "enough to start, but too few to grow"),
        (5, MISSING, "too few to start"),
    ],
)
def test_vcpus_are_counted_at_the_start_and_at_most(
    aws: EmbeddedAws, environment: Environment, vcpus: int, status: Status, words: str
) -> None:
    """3 t3.micro to start, 6 at most, and one more during a refresh."""
    aws.allow_vcpus(vcpus)
    primary = found(capacity.vcpus_suffice, environment, aws.client)[0]
    assert primary[0] is status
    assert f"{vcpus} of {vcpus} free; 6 needed to start, 14 at most" in primary[1]
    assert words in primary[1]
    assert ("--quota-code L-1216C47A --desired-value 14" in primary[1]) == (status is MISSING)


def test_instances_of_others_take_vcpus_too(aws: EmbeddedAws, environment: Environment) -> None:
    region = environment.primary.region
    ec2 = aws.client("ec2", region)
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
        status, said = found(capacity.vcpus_suffice, environment, aws.client)[0]
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
        aws.client,
    )[0]
    assert status is UNKNOWN
    assert "a family with its own quota" in said


def test_each_nat_gateway_needs_an_address(aws: EmbeddedAws, environment: Environment) -> None:
    assert found(capacity.elastic_ips_suffice, environment, aws.client) == []
    six = with_primary(
        environment, nat_gateways="per_az", zones=[f"ap-south-1{letter}" for letter in "abcdef"]
    )
    aws.allow(ELASTIC_IPS.code, 6)
    assert only(capacity.elastic_ips_suffice, six, aws.client)[0] is READY
    taken = aws.client("ec2", "ap-south-1").allocate_address(Domain="vpc")
    try:
        status, said = only(capacity.elastic_ips_suffice, six, aws.client)
    finally:
        aws.client("ec2", "ap-south-1").release_address(AllocationId=taken["AllocationId"])
    assert status is MISSING
    assert "5 of 6 addresses free, 6 needed" in said
    assert said.endswith("--desired-value 7")


def test_a_region_has_room_for_a_vpc(aws: EmbeddedAws, environment: Environment) -> None:
    aws.allow(VPCS.code, 2)
    assert {status for status, _ in found(capacity.vpcs_suffice, environment, aws.client)} == {
        READY
    }
    aws.allow(VPCS.code, 1)
    status, said = found(capacity.vpcs_suffice, environment, aws.client)[0]
    assert status is MISSING
    assert "0 of 1 VPCs free, 1 needed" in said
    subnets = ["subnet-12345678", "subnet-87654321"]
    network = ExistingNetwork(
        vpc_id="vpc-12345678", public_subnets=subnets, private_subnets=subnets
    )
    adopting = with_primary(environment, cidr=None, existing_network=network)
    assert len(found(capacity.vpcs_suffice, adopting, aws.client)) == 1


def test_a_zone_that_lacks_the_type_is_named(aws: EmbeddedAws, environment: Environment) -> None:
    check = capacity.instance_types_are_offered
    assert [status for status, _ in found(check, environment, aws.client)] == [READY, READY]
    dr = environment.dr.model_copy(update={"zones": ["us-east-1a", "us-east-1e"]})
    _, (status, said) = found(check, environment.model_copy(update={"dr": dr}), aws.client)
    assert status is MISSING
    assert said.startswith("t3.micro is not offered in us-east-1e; it is in us-east-1a")
    unknown = found(check, with_primary(environment, instance_type="t3.tiny"), aws.client)[0]
    assert unknown[0] is MISSING
    assert "no zone of the region" in unknown[1]


def test_the_functions_need_concurrency(aws: EmbeddedAws, environment: Environment) -> None:
    check = capacity.functions_may_run
    aws.allow(CONCURRENCY.code, 4)
    assert [status for status, _ in found(check, environment, aws.client)] == [READY, READY]
    aws.allow(CONCURRENCY.code, 3)
    watch, control = found(check, environment, aws.client)
    assert watch == (READY, "ap-south-1: 3 concurrent executions are free, 1 needed")
    assert control[0] is MISSING
    assert "us-east-1: 3 concurrent executions are free, 4 needed" in control[1]
    aws.allow(CONCURRENCY.code, 0)
    assert found(check, environment, aws.client)[0][0] is MISSING
    failover = environment.failover.model_copy(
        update={"failback": "automatic", "activation": False}
    )
    alone = environment.model_copy(update={"failover": failover})
    assert [said for _, said in found(check, alone, aws.client)] == [
        "ap-south-1: 0 concurrent executions are free, 1 needed: reserve less for other functions,"
        " or request at least 1,000 of L-B99A9384"
    ]

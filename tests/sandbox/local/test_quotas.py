"""The quotas an environment needs, and an embedded AWS that grants them."""

import io

import pytest
from rich.console import Console

from modules.quota_needs import QuotaNeed, needs
from modules.quotas import ELASTIC_IPS, VCPUS
from sandbox.embedded_aws import EmbeddedAws
from sandbox.local.quotas import grant
from tests.synthesis import example

pytestmark = pytest.mark.slow  # the AWS takes a few seconds to start

# 6 instances of 2 vCPUs, and one more during a refresh.
MISSIONS = 14


def quota(aws: EmbeddedAws, need: QuotaNeed) -> float:
    quotas = aws.client("service-quotas", need.region)
    asked = {"ServiceCode": need.quota.service, "QuotaCode": need.quota.code}
    return quotas.get_service_quota(**asked)["Quota"]["Value"]


def test_instances_at_most_and_those_of_a_refresh(aws: EmbeddedAws) -> None:
    vcpus = {need.region: need.value for need in needs(example("mission"), aws)[::2]}
    assert vcpus == {"ap-south-1": MISSIONS, "us-east-1": MISSIONS}


def test_an_address_for_each_nat_gateway(aws: EmbeddedAws) -> None:
    environment = example("mission")
    many = environment.primary.model_copy(update={"nat_gateways": "per_az"})
    found = needs(environment.model_copy(update={"primary": many}), aws)
    addresses = {need.region: need.value for need in found if need.quota is ELASTIC_IPS}
    assert addresses == {"ap-south-1": 3, "us-east-1": 0}


def test_what_a_new_account_lacks_is_granted_and_said(aws: EmbeddedAws) -> None:
    environment = example("mission")
    aws.allow_vcpus(VCPUS.new_account)
    printed = io.StringIO()
    grant(environment, aws, Console(file=printed, width=80))
    (line,) = printed.getvalue().splitlines()
    assert line == (
        "quota L-1216C47A is 14 in ap-south-1 and us-east-1, and in a new account 5; to request it"
        " from AWS, in each region: aws service-quotas request-service-quota-increase"
        " --region ap-south-1 --service-code ec2 --quota-code L-1216C47A --desired-value 14"
    )
    for need in needs(environment, aws):
        assert quota(aws, need) == max(need.value, need.quota.new_account)

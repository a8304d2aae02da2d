"""Whether the account's quotas allow what the environment needs."""

from collections.abc import Iterable
from typing import Any

from environments import ROLES, RegionalSettings
from functions.standby_readiness.capacity import standard, vcpus_in_use
from modules.quota_needs import QuotaNeed, needs
from modules.quotas import CONCURRENCY, ELASTIC_IPS, VCPUS, VPCS, Quota
from operations.checks import Found, Status
from operations.preflight.account import OWN_TAG, Account

# Concurrent runs. The standby watch, in the primary's region, runs once a minute and is done before
# the next run. The failover control needs three: two of its runs may overlap, and its alarm starts
# one too; the standby's readiness checks are a fourth.
WATCH_RUNS = 1
STANDBY_RUNS = 4


def vcpus_suffice(account: Account) -> Found:
    """Beyond the quota no instance starts. A new account has 5 vCPUs, and a t3.micro takes 2:
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-on-demand-instances.html#ec2-on-demand-instances-limits
    """
    wanted = {need.region: need for need in needs(account.environment, account) if of(need, VCPUS)}
    for role in ROLES:
        settings = account.environment.regional(role)
        need = wanted[settings.region]
        if not standard(settings.instance_type):
            kind = settings.instance_type
            yield Status.UNKNOWN, f"{need.region}: {kind} belongs to a family with its own quota"
            continue
        allowed, used = granted(account, need), vcpus_of_others(account, settings)
        free = allowed - used
        said = (
            f"{need.region}: {free:g} of {allowed:g} free; {need.to_start} needed to start,"
            f" {need.value} at most"
        )
        if free >= need.value:
            yield Status.READY, said
        else:
            short = (
                "too few to start"
                if free < need.to_start
                else "enough to start, but too few to grow"
            )
            yield Status.MISSING, f"{said}: {short}. {need.raised_to(need.value + int(used))}"


def elastic_ips_suffice(account: Account) -> Found:
    """Each NAT gateway takes an Elastic IP address, and an account has 5 in a region:
    https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
    """
    for need in needs(account.environment, account):
        if not of(need, ELASTIC_IPS) or need.value == 0:
            continue
        addresses = account.client("ec2", need.region).describe_addresses()["Addresses"]
        yield enough(account, need, others(account, addresses), "addresses")


def vpcs_suffice(account: Account) -> Found:
    """A region has room for 5 VPCs, including the default one:
    https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
    """
    for role in ROLES:
        settings = account.environment.regional(role)
        if settings.existing_network is None:
            there = account.client("ec2", settings.region).describe_vpcs()["Vpcs"]
            need = QuotaNeed(VPCS, settings.region, 1, 1)
            yield enough(account, need, others(account, there), "VPCs")


def instance_types_are_offered(account: Account) -> Found:
    """No instance starts in a zone that does not offer its type:
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypeOfferings.html
    """
    for role in ROLES:
        settings = account.environment.regional(role)
        offered = offering_zones(account, settings)
        lacking = [zone for zone in settings.zones if zone not in offered]
        kind = settings.instance_type
        if not lacking:
            yield Status.READY, f"{kind} in {', '.join(settings.zones)}"
        else:
            where = ", ".join(sorted(offered)) or "no zone of the region"
            yield Status.MISSING, f"{kind} is not offered in {', '.join(lacking)}; it is in {where}"


def functions_may_run(account: Account) -> Found:
    """A region's functions share its concurrency with the account's other functions:
    https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
    """
    environment = account.environment
    needed = {environment.primary.region: WATCH_RUNS}
    if environment.failover.controlled:
        needed[environment.dr.region] = STANDBY_RUNS
    for region, runs in needed.items():
        limits = account.client("lambda", region).get_account_settings()["AccountLimit"]
        free = limits["UnreservedConcurrentExecutions"]
        said = f"{region}: {free} concurrent executions are free, {runs} needed"
        if free >= runs:
            yield Status.READY, said
        else:
            ask = f"request at least {CONCURRENCY.default:,} of {CONCURRENCY.code}"
            yield Status.MISSING, f"{said}: reserve less for other functions, or {ask}"


def of(need: QuotaNeed, quota: Quota) -> bool:
    return need.quota == quota


def granted(account: Account, need: QuotaNeed) -> float:
    """The account's quota in the need's region."""
    quotas = account.client("service-quotas", need.region)
    quota = need.quota
    found = quotas.get_service_quota(ServiceCode=quota.service, QuotaCode=quota.code)
    value: float = found["Quota"]["Value"]
    return value


def enough(account: Account, need: QuotaNeed, used: int, what: str) -> tuple[Status, str]:
    """Whether the rest of a quota suffices, after what others use."""
    allowed = granted(account, need)
    said = f"{need.region}: {allowed - used:g} of {allowed:g} {what} free, {need.value} needed"
    if allowed - used >= need.value:
        return Status.READY, said
    return Status.MISSING, f"{said}: {need.raised_to(need.value + used)}"


def others(account: Account, things: Iterable[dict[str, Any]]) -> int:
    """How many of them do not belong to this deployment."""
    return sum(not ours(account, thing) for thing in things)


def ours(account: Account, thing: dict[str, Any]) -> bool:
    """Whether this deployment created it."""
    tag = {"Key": OWN_TAG, "Value": account.environment.name}
    return tag in thing.get("Tags", [])


def vcpus_of_others(account: Account, settings: RegionalSettings) -> int:
    """The vCPUs of standard-family instances that run in a region outside this deployment."""
    ec2 = account.client("ec2", settings.region)
    return vcpus_in_use(ec2, lambda instance: not ours(account, instance))


def offering_zones(account: Account, settings: RegionalSettings) -> set[str]:
    ec2 = account.client("ec2", settings.region)
    pages = ec2.get_paginator("describe_instance_type_offerings").paginate(
        LocationType="availability-zone",
        Filters=[{"Name": "instance-type", "Values": [settings.instance_type]}],
    )
    return {offer["Location"] for page in pages for offer in page["InstanceTypeOfferings"]}

"""The hosted zone, and the names that must be free: records and buckets."""

from typing import Any

from botocore.exceptions import ClientError  # pyright: ignore[reportMissingTypeStubs]

from environments import ROLES
from operations.checks import Found, Status
from operations.preflight.account import Account

# https://docs.aws.amazon.com/acm/latest/userguide/setup-caa.html
AMAZON = ("amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com")
ADDRESSES = ("A", "AAAA", "CNAME")
# S3's answers for a bucket that this account does not own.
ANSWERS = {
    "404": (Status.READY, "{bucket} is available"),
    "403": (Status.MISSING, "{bucket} belongs to another account: choose another name"),
}


def zone_role_can_be_assumed(account: Account) -> Found:
    """A zone in another account is changed by a role there, which must trust whoever deploys:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/tutorial_cross-account-with-roles.html
    """
    role = account.environment.dns.role_arn
    if role is None:
        return
    try:
        account.route53.list_hosted_zones(MaxItems="1")
    except ClientError as error:
        yield (
            Status.MISSING,
            f"{role} cannot be assumed, or may not list zones ({error}): docs/permissions.md says"
            " what it must trust and allow",
        )
    else:
        yield Status.READY, f"{role} can be assumed"


def hosted_zone_exists(account: Account) -> Found:
    """The zone is looked up by name, so it must be public and the only one:
    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/CreatingHostedZone.html
    """
    dns = account.environment.dns
    match account.zones:
        case [zone]:
            yield Status.READY, f"{dns.zone}, {zone['Id'].removeprefix('/hostedzone/')}"
        case []:
            wanted = f" with the ID {dns.zone_id}" if dns.zone_id else ""
            command = f"aws route53 create-hosted-zone --name {dns.zone} --caller-reference 1"
            yield Status.MISSING, f"there is no public zone {dns.zone}{wanted}: {command}"
        case several:
            ids = ", ".join(zone["Id"].removeprefix("/hostedzone/") for zone in several)
            yield (
                Status.MISSING,
                f"{dns.zone} exists {len(several)} times: set dns.zone_id to one of {ids}",
            )


def zone_is_delegated(account: Account) -> Found:
    """Until the registrar or the parent zone names the zone's own name servers, the zone cannot be
    found, and ACM issues no certificate:
    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/domain-name-servers-glue-records.html
    """
    zone = account.environment.dns.zone
    wanted = _servers(
        account.route53.get_hosted_zone(Id=account.zone_id).get("DelegationSet", {})["NameServers"]
    )
    found = _servers(account.resolve(zone, "NS"))
    if found == wanted:
        yield Status.READY, f"DNS names the zone's own name servers for {zone}"
        return
    said = f"DNS names {', '.join(sorted(found))}" if found else "DNS does not know the zone"
    yield (
        Status.MISSING,
        f"{zone}: {said}; its own name servers are {', '.join(sorted(wanted))}: set these at the"
        " registrar, or as an NS record of the parent zone",
    )


def certificates_may_be_issued(account: Account) -> Found:
    """The nearest CAA records, at or above a name, must list one of Amazon's authorities:
    https://docs.aws.amazon.com/acm/latest/userguide/setup-caa.html
    """
    dns = account.environment.dns
    of_zone = {
        record["Name"].rstrip("."): [one["Value"] for one in record["ResourceRecords"]]
        for record in account.records
        if record["Type"] == "CAA"
    }
    for served in dns.names:
        yield _caa(account, served, of_zone)


def _caa(account: Account, served: str, of_zone: dict[str, list[str]]) -> tuple[Status, str]:
    """What the CAA records that apply to a name say. of_zone: those of the hosted zone."""
    dns = account.environment.dns
    labels = served.split(".")
    for depth in range(len(labels) - 1):
        name = ".".join(labels[depth:])
        inside = name == dns.zone or name.endswith(f".{dns.zone}")
        values = of_zone.get(name, []) if inside else account.resolve(name, "CAA")
        issuers = [value for value in values if " issue " in f" {value} "]
        if issuers:
            allowed = any(authority in value for value in issuers for authority in AMAZON)
            said = f"the CAA records of {name} allow only {', '.join(issuers)}"
            missing = f'{said}: add 0 issue "amazon.com"'
            return (Status.READY, said) if allowed else (Status.MISSING, missing)
    return Status.READY, f"no CAA record restricts {served}"


def query_log_is_free(account: Account) -> Found:
    """A zone can have only one query log:
    https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateQueryLoggingConfig.html
    """
    dns = account.environment.dns
    if not dns.query_logs:
        return
    pages = account.route53.get_paginator("list_query_logging_configs").paginate()
    groups = [
        config["CloudWatchLogsLogGroupArn"].partition(":log-group:")[2].removesuffix(":*")
        for page in pages
        for config in page["QueryLoggingConfigs"]
        if config["HostedZoneId"].removeprefix("/hostedzone/") == account.zone_id
    ]
    if not groups:
        yield Status.READY, f"{dns.zone} has no query log yet"
    elif groups == [f"/aws/route53/{dns.zone}"]:
        yield Status.READY, f"{dns.zone} logs to {groups[0]}, as this deployment configures it"
    else:
        yield (
            Status.MISSING,
            f"{dns.zone} already logs to {', '.join(groups)}: set dns.query_logs = false",
        )


def records_are_free(account: Account) -> Found:
    """A failover record cannot coexist with a record of another kind, or be created twice:
    https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html
    """
    environment = account.environment
    failover = [
        *environment.dns.names,
        *(environment.health_name(role) for role in ROLES),
        environment.in_service_name,
    ]
    names = [*failover, *(environment.regional_name(role) for role in ROLES)]
    found: dict[str, list[dict[str, Any]]] = {
        name: [
            record
            for record in account.records
            if record["Name"].rstrip(".") == name and record["Type"] in ADDRESSES
        ]
        for name in names
    }
    of_domain = found[environment.dns.domain]
    if of_domain and all("Failover" in record for record in of_domain):
        yield Status.READY, f"{environment.dns.domain} already has failover records"
        # An alias may be new.
        found = {name: _others(found[name]) for name in environment.dns.aliases}
    elif not any(found.values()):
        yield Status.READY, f"{environment.dns.domain} and the names below it are free"
    for name, records in found.items():
        for record in records:
            yield (
                Status.MISSING,
                f"{name} already has a record {record['Type']}: delete it, or adopt it as in"
                " docs/adopting.md",
            )


def _others(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that are no failover records."""
    return [record for record in records if "Failover" not in record]


def buckets_are_free(account: Account) -> Found:
    """Bucket names are unique across all of AWS. boto3 follows S3's redirect to the bucket's
    region, so the region in the answer is the one that counts:
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
    """
    for bucket, region in account.environment.buckets.items():
        try:
            told = account.client("s3", region).head_bucket(
                Bucket=bucket, ExpectedBucketOwner=account.number
            )
        except ClientError as error:
            known = ANSWERS.get(f"{error.response['Error']['Code']}")
            if known is None:
                raise
            status, said = known
            yield status, said.format(bucket=bucket, region=region)
        else:
            yield _in_its_region(bucket, told["BucketRegion"], region)


def _in_its_region(bucket: str, found: str, wanted: str) -> tuple[Status, str]:
    if found == wanted:
        return Status.READY, f"{bucket} already belongs to this account"
    return (
        Status.MISSING,
        f"{bucket} belongs to this account, but is in {found}, not {wanted}: choose another name,"
        " or delete it",
    )


def _servers(names: list[str]) -> set[str]:
    return {name.rstrip(".").lower() for name in names}

"""Regions: where everything is, and that no stack depends on another."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, cast

from emitted import Deployment
from environments import OTHER, ROLES, Environment, Role
from environments.regions import COMMERCIAL_REGIONS
from modules.regions import GLOBAL_REGION
from policy.finding import Finding
from policy.rule import error

# Keys to ignore: their text is the user's, names no place, or belongs to the provider, which has
# its own rule.
UNREAD = {
    "//",
    "alarm_description",
    "default_tags",
    "description",
    "provider",
    "tag",
    "tag_specifications",
    "tags",
    "terraform",
    "user_data",
}
# What stacks may look up: the hosted zone, the account and the partition.
LOOKED_UP = {"aws_route53_zone", "aws_caller_identity", "aws_partition"}
A_REGION = "|".join(sorted(COMMERCIAL_REGIONS, key=len, reverse=True))
# A region, by itself or in the name of a zone, an ARN, a service name or a host name.
PLACES = re.compile(
    rf"(?<![\w.-])({A_REGION})[a-z]?(?![\w.-])"
    rf"|arn:aws[a-z-]*:[a-z0-9-]+:({A_REGION}):"
    rf"|\bcom\.amazonaws\.({A_REGION})\."
    rf"|[.-]({A_REGION})\.(?:amazonaws\.com|on\.aws|api\.aws)"
)
# May name other regions: an ARC cluster has endpoints in five regions and can lose two, the switch
# can lose one of its two places, the standby watch exists to notice the standby's loss, and to
# compare both regions' releases, and a metric of a table is told by where its writes go.
LEFT_OUT = ("ROUTING_CONTROL_ENDPOINTS", "SWITCH", "STANDBY_URL", "RELEASES", "ReceivingRegion")
# Where a database's data goes or comes from. Replication alone needs it: a plan of the surviving
# region reads its own copy. policy/rules/databases.py says which region it must be.
COPIED = (
    ("aws_secretsmanager_secret", "replica", "region"),
    ("aws_db_instance", "replicate_source_db"),
)
WATCH_POLICY = "aws_iam_role_policy.standby_watch_policy"


def _texts(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, dict):
        for key, inner in cast("dict[str, Any]", value).items():
            if key not in UNREAD:
                yield from _texts(inner, (*path, key))
    elif isinstance(value, list):
        for inner in cast("list[Any]", value):
            yield from _texts(inner, path)
    elif isinstance(value, str):
        yield path, value


def _foreign(environment: Environment, role: Role) -> dict[str, str]:
    """The names of other regions' resources, and what each is."""
    other = OTHER[role]
    backends = (environment.backend(one) for one in environment.remote_stacks if one != role)
    names = {one.bucket: f"bucket of {one.region}" for one in backends}
    for bucket in (environment.logs_bucket(other), environment.releases_bucket(other)):
        names[bucket] = "bucket of the other region"
    names[environment.regional_name(other)] = "the other region's name"
    if role == "primary":
        names |= {one.bucket: f"bucket of {one.region}" for one in environment.switch_places}
    return names


def _regions(text: str, field: str, own: str) -> list[str]:
    """Other regions named in a text. An event may come from the region of Route 53's metrics."""
    found = {one for match in PLACES.findall(text) for one in match if one} - {own}
    if field == "event_pattern":
        found -= {GLOBAL_REGION}
    return sorted(found)


def _names(text: str, foreign: dict[str, str]) -> list[str]:
    """Other regions' resources named in a text."""
    return [
        f"{name} ({what})"
        for name, what in foreign.items()
        if name in text and re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", text)
    ]


@error
def regional_stack_names_no_other_region(deployment: Deployment) -> Iterator[Finding]:
    """Nothing in a regional stack refers to another region's zones, ARNs, services, hosts or
    buckets.

    If that region is lost, the stack would lack what it refers to, just when it is needed.
    [Static stability](https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/static-stability.html)
    """
    for role in ROLES:
        own = deployment.environment.regional(role).region
        foreign = _foreign(deployment.environment, role)
        releases = deployment.environment.releases_bucket(OTHER[role])
        for path, text in _texts(deployment.stacks[role]):
            address = ".".join(path[1:3]) if path[0] == "resource" else path[0]
            field = path[-1]
            if field in LEFT_OUT or (*path[1:2], *path[3:]) in COPIED:
                continue
            others = foreign
            if address == WATCH_POLICY:
                others = {name: what for name, what in foreign.items() if name != releases}
            named = _regions(text, field, own) + _names(text, others)
            for one in named:
                yield Finding(role, address, f"{field} names {one}", f"{own} alone")


@error
def stack_works_in_its_own_regions(deployment: Deployment) -> Iterator[Finding]:
    """A stack's providers use only the regions that the environment assigns to it.

    A regional stack works in its own region, `global` in its state's region, and in us-east-1 for
    Route 53's metrics; `tables`, the only one that needs both, in the primary's and the standby's.
    [Fault isolation](https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/regions.html)
    """
    environment = deployment.environment
    of_states = {environment.backend(one).region for one in environment.remote_stacks}
    allowed = {
        "bootstrap": of_states,
        "primary": {environment.primary.region},
        "dr": {environment.dr.region},
        "global": {environment.backend("global").region, GLOBAL_REGION},
        "tables": {environment.primary.region, environment.dr.region},
    }
    for name in environment.stacks:
        regions = allowed[name]
        for provider in deployment.stacks[name]["provider"]["aws"]:
            if provider["region"] not in regions:
                wanted = " or ".join(sorted(regions))
                yield Finding(name, "provider.aws", f"is of {provider['region']}", wanted)


@error
def state_is_where_the_environment_says(deployment: Deployment) -> Iterator[Finding]:
    """A stack's state is in its own bucket and region, encrypted, and locked there.

    A state or lock in a lost region would block every apply in the surviving one.
    [Backend s3](https://developer.hashicorp.com/terraform/language/backend/s3)
    """
    for name in deployment.environment.remote_stacks:
        backend = deployment.environment.backend(name)
        wanted = {"bucket": backend.bucket, "key": backend.key, "region": backend.region}
        wanted |= {"encrypt": True, "use_lockfile": True}
        found = deployment.stacks[name]["terraform"].get("backend", {}).get("s3", {})
        for key, value in wanted.items():
            if found.get(key) != value:
                said = f"{key} is {found.get(key)}"
                yield Finding(name, "terraform.backend.s3", said, json.dumps(value))


@error
def bucket_is_in_the_region_it_serves(deployment: Deployment) -> Iterator[Finding]:
    """Every bucket is in the region of whatever needs it.

    States, logs and releases are beside their stack, the failover switch in the standby's region
    and a third one.
    [Buckets and regions](https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingBucket.html)
    """
    places = deployment.environment.buckets
    for bucket in deployment.resources("aws_s3_bucket"):
        wanted = places.get(bucket.get("bucket"))
        if wanted != bucket.region:
            yield Finding.of(bucket, f"is in {bucket.region}", wanted or "no such bucket")


@error
def no_stack_reads_another(deployment: Deployment) -> Iterator[Finding]:
    """No stack reads another's state or outputs.

    Otherwise a plan would need the other stack's region, which may be the lost one.
    [terraform_remote_state](https://developer.hashicorp.com/terraform/language/state/remote-state-data)
    """
    for name, stack in deployment.stacks.items():
        for address in stack.get("data", {}).get("terraform_remote_state", {}):
            yield Finding(name, address, "reads another stack's state", "a computed name")
        for output in stack.get("output", {}):
            if output.startswith("cross-stack-output-"):
                yield Finding(name, output, "is there for another stack", "a computed name")


@error
def plan_looks_little_up(deployment: Deployment) -> Iterator[Finding]:
    """The only lookups in a plan are the hosted zone and the account, which do not change by
    themselves.

    Other lookups may return something else tomorrow, or nothing in a disaster: a zone marked
    impaired would change the network.
    [Control planes and data planes](https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/control-planes-and-data-planes.html)
    """
    for name, stack in deployment.stacks.items():
        for kind in stack.get("data", {}):
            if kind.startswith("aws_") and kind not in LOOKED_UP:
                yield Finding(name, f"data.{kind}", "is looked up", "a value of the environment")


@error
def account_wide_names_are_unique(deployment: Deployment) -> Iterator[Finding]:
    """Names are unique across stacks if their namespace spans all regions, as in IAM and S3.

    Otherwise the second stack's apply fails, or takes over the first stack's resource.
    [IAM identifiers](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html)
    """
    fields = {"aws_iam_role": "name", "aws_iam_instance_profile": "name", "aws_s3_bucket": "bucket"}
    fields |= {"aws_iam_policy": "name"}
    for kind, field in fields.items():
        found = list(deployment.resources(kind))
        owners = Counter(one.get(field) for one in found)
        for one in found:
            if owners[one.get(field)] > 1:
                yield Finding.of(one, f"{one.get(field)} is in another stack too", "a unique name")

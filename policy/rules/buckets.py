"""Buckets: state, the failover switch, logs, releases."""

from collections.abc import Iterator

from emitted import Deployment, Json, Resource
from environments import ROLES
from modules.checkers import CHECKER_RANGES
from policy.documents import (
    actions,
    allowed,
    conditions,
    covers,
    denied,
    for_everybody,
    resources,
)
from policy.finding import Finding
from policy.rule import error
from releases import CURRENT, FOLDER

BLOCKS = (
    "block_public_acls",
    "block_public_policy",
    "ignore_public_acls",
    "restrict_public_buckets",
)

# Which headers make a write to these keys of a releases bucket conditional; one is enough.
CONDITIONAL = {
    f"{FOLDER}/*": {"s3:if-none-match"},
    CURRENT: {"s3:if-none-match", "s3:if-match"},
}


def buckets(deployment: Deployment) -> Iterator[Resource]:
    return deployment.resources("aws_s3_bucket")


def bucket_statements(deployment: Deployment, bucket: Resource) -> list[Json]:
    """The statements of the bucket's own policy."""
    found = deployment.naming("aws_s3_bucket_policy", "bucket", bucket)
    return [statement for one in found for statement in one.statements()]


def kept(deployment: Deployment) -> Iterator[Resource]:
    """The buckets whose contents no apply can restore: those of the states and of the switch."""
    names = of_bootstrap(deployment)
    return (one for one in buckets(deployment) if one.get("bucket") in names)


def of_bootstrap(deployment: Deployment) -> set[str]:
    """The names of the buckets of the states and of the switch."""
    environment = deployment.environment
    states = {environment.backend(one).bucket for one in environment.remote_stacks}
    return states | {place.bucket for place in environment.switch_places}


def of_releases(deployment: Deployment) -> Iterator[Resource]:
    """The buckets of the regions' releases; none where the application is another kind."""
    names = {deployment.environment.releases_bucket(role) for role in ROLES}
    return (one for one in buckets(deployment) if one.get("bucket") in names)


@error
def bucket_wants_tls(deployment: Deployment) -> Iterator[Finding]:
    """Every bucket denies requests without TLS, for the bucket and all its objects.

    States contain all of a stack's attributes, and logs contain users' requests.
    [Security best practices](https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html)
    """
    for bucket in buckets(deployment):
        arn = f"arn:aws:s3:::{bucket.get('bucket')}"
        for statement in denied(bucket_statements(deployment, bucket)):
            tls = conditions(statement).get("aws:securetransport") == ["false"]
            whole = {arn, f"{arn}/*"} <= set(resources(statement))
            everything = "s3:*" in actions(statement)
            if tls and whole and everything and for_everybody(statement):
                break
        else:
            yield Finding.of(
                bucket, "accepts requests without TLS", "a Deny without aws:SecureTransport"
            )


@error
def bucket_is_closed_to_the_public(deployment: Deployment) -> Iterator[Finding]:
    """Every bucket has all four Block Public Access settings on, and ACLs off.

    S3 then rejects a policy that would make it public by mistake.
    [Block Public Access](https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html)
    """
    for bucket in buckets(deployment):
        found = deployment.naming("aws_s3_bucket_public_access_block", "bucket", bucket)
        for name in BLOCKS:
            if not any(one.get(name) for one in found):
                yield Finding.of(
                    bucket, f"no {name}", "an aws_s3_bucket_public_access_block of all"
                )
        owners = deployment.naming("aws_s3_bucket_ownership_controls", "bucket", bucket)
        if not any(o.get("rule", "object_ownership") == "BucketOwnerEnforced" for o in owners):
            yield Finding.of(bucket, "has ACLs", "BucketOwnerEnforced")


@error
def bucket_opens_one_object_to_checkers_alone(deployment: Deployment) -> Iterator[Finding]:
    """The only anonymous access to a bucket is that of Route 53's checkers to the switch's object.

    The policy allows their addresses, since they do not sign requests; S3 does not consider such a
    bucket public.
    [The meaning of public](https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html)
    """
    for bucket in buckets(deployment):
        for statement in allowed(bucket_statements(deployment, bucket)):
            if not for_everybody(statement):
                continue
            addresses = conditions(statement).get("aws:sourceip", [])
            if not addresses or not set(addresses) <= set(CHECKER_RANGES):
                yield Finding.of(bucket, "allows anybody", "aws:SourceIp of the checkers")
            what = [one.partition(":::")[2].partition("/")[2] for one in resources(statement)]
            if actions(statement) != ["s3:GetObject"] or any(not o or "*" in o for o in what):
                yield Finding.of(bucket, "more than one object", "s3:GetObject of one object")


@error
def kept_bucket_survives_terraform(deployment: Deployment) -> Iterator[Finding]:
    """Terraform refuses to destroy the buckets for the states and the switch.

    Without its state, Terraform forgets every resource; a recreated switch reads as "clear".
    [prevent_destroy](https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle)
    """
    for bucket in kept(deployment):
        if not bucket.get("lifecycle", "prevent_destroy"):
            yield Finding.of(bucket, "may be destroyed", "prevent_destroy")
        if bucket.get("force_destroy"):
            yield Finding.of(bucket, "may be emptied", "force_destroy = false")


@error
def kept_bucket_keeps_versions(deployment: Deployment) -> Iterator[Finding]:
    """The buckets for the states, the switch and the releases are versioned.

    An overwritten state can be restored, and the versions of the switch and of the current release
    show who changed it, when and why.
    [Versioning](https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html)
    """
    for bucket in (*kept(deployment), *of_releases(deployment)):
        found = deployment.naming("aws_s3_bucket_versioning", "bucket", bucket)
        if not any(o.get("versioning_configuration", "status") == "Enabled" for o in found):
            yield Finding.of(bucket, "is not versioned", "an aws_s3_bucket_versioning")


@error
def every_state_has_its_bucket(deployment: Deployment) -> Iterator[Finding]:
    """Only bootstrap creates the buckets for the other stacks' states and for the switch.

    A stack cannot create the bucket that holds its own state.
    [Backend s3](https://developer.hashicorp.com/terraform/language/backend/s3)
    """
    wanted = of_bootstrap(deployment)
    made = {(one.stack, one.get("bucket")) for one in buckets(deployment)}
    for name in sorted(wanted):
        owners = [stack for stack, bucket in made if bucket == name]
        if owners != ["bootstrap"]:
            said = f"{name} is of {' and '.join(sorted(owners)) or 'no stack'}"
            yield Finding("bootstrap", "aws_s3_bucket", said, "bootstrap's alone")


@error
def release_is_written_once(deployment: Deployment) -> Iterator[Finding]:
    """Each region has a bucket for its releases, which denies overwriting one, and naming another
    as current without having compared.

    Otherwise two deployers at once could undo each other's work without noticing, and a rollback
    could find another release than the one that was tried.
    [Conditional writes](https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html)
    """
    if deployment.environment.application.kind != "release":
        return
    found = {one.stack: one for one in of_releases(deployment)}
    for role in ROLES:
        name = deployment.environment.releases_bucket(role)
        bucket = found.get(role)
        if bucket is None or bucket.get("bucket") != name:
            yield Finding(role, "aws_s3_bucket", f"{name} is missing", "a bucket for releases")
            continue
        statements = bucket_statements(deployment, bucket)
        for key, headers in CONDITIONAL.items():
            arn = f"arn:aws:s3:::{name}/{key}"
            if not any(_denies_unconditional_writes(one, arn, headers) for one in statements):
                yield Finding.of(bucket, f"{key} may be overwritten", "a Deny without a condition")


def _denies_unconditional_writes(statement: Json, arn: str, headers: set[str]) -> bool:
    """Also whether it denies no more: an upload in parts has its condition at the end."""
    wanted = {key: ["true"] for key in (*headers, "s3:objectcreationoperation")}
    return (
        statement.get("Effect") == "Deny"
        and for_everybody(statement)
        and covers(statement, "s3:PutObject")
        and arn in resources(statement)
        and conditions(statement) == wanted
    )

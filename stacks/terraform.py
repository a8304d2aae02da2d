"""What every stack has: a Terraform version, state backend, providers, tags and outputs."""

from cdktf import S3Backend, TerraformOutput, TerraformStack
from cdktf_cdktf_provider_aws.data_aws_route53_zone import DataAwsRoute53Zone
from cdktf_cdktf_provider_aws.provider import (
    AwsProvider,
    AwsProviderAssumeRole,
    AwsProviderDefaultTags,
)

from environments import Dns, Environment, RemoteStack
from modules.hosted_zone import HostedZone
from modules.versions import MINIMUM_TERRAFORM


def require_terraform(stack: TerraformStack) -> None:
    """Rejects older versions of Terraform, with Terraform's own message."""
    stack.add_override("terraform.required_version", f">= {MINIMUM_TERRAFORM}")


def remote_state(stack: TerraformStack, environment: Environment, name: RemoteStack) -> None:
    """The stack's own S3 backend, encrypted, with S3's own locking."""
    backend = environment.backend(name)
    s3 = S3Backend(
        stack, bucket=backend.bucket, key=backend.key, region=backend.region, encrypt=True
    )
    s3.add_override("use_lockfile", True)  # cdktf 0.21 has no argument for it
    # Terraform only knows the regions that existed when it was released: 1.11 rejects ap-east-2.
    # The environment file's regions are checked already.
    s3.add_override("skip_region_validation", True)
    if environment.allowed_account_ids:
        s3.add_override("allowed_account_ids", environment.allowed_account_ids)


def hosted_zone(
    stack: TerraformStack,
    environment: Environment,
    name: str,
    region: str,
    own: AwsProvider | None = None,
) -> HostedZone:
    """The hosted zone. In another account, each stack assumes the role there by itself, in a region
    that it needs anyway.

    own: the provider for the zone in the deployment's account; None for the stack's own.
    """
    dns = environment.dns
    there = own
    if dns.role_arn is not None:
        there = provider(stack, environment, name, region, alias="dns", dns=dns)
    return HostedZone(_zone_id(stack, dns, there), there if dns.role_arn else None)


def _zone_id(stack: TerraformStack, dns: Dns, provider: AwsProvider | None) -> str:
    """From the environment file, or looked up by the zone's name."""
    if dns.zone_id is not None:
        return dns.zone_id
    zone = DataAwsRoute53Zone(stack, "zone", name=dns.zone, private_zone=False, provider=provider)
    return zone.zone_id


def tags(environment: Environment, stack: str) -> dict[str, str]:
    """Tags for everything in a stack."""
    own = {"Deployment": environment.name, "Stack": stack, "ManagedBy": "cdktf"}
    return {**environment.tags, **own}


def provider(
    stack: TerraformStack,
    environment: Environment,
    name: str,
    region: str,
    *,
    alias: str | None = None,
    dns: Dns | None = None,
) -> AwsProvider:
    """The AWS provider for a region: limited to the environment's accounts, with the stack's tags
    on every resource that supports tags.

    dns: for the zone's account, by the role there.
    """
    role = (
        AwsProviderAssumeRole(role_arn=dns.role_arn, session_name=f"{environment.name}-{name}")
        if dns
        else None
    )
    accounts = [dns.zone_account] if dns and dns.zone_account else environment.allowed_account_ids
    return AwsProvider(
        stack,
        f"aws-{alias}" if alias else "aws",
        alias=alias,
        region=region,
        allowed_account_ids=accounts or None,
        assume_role=[role] if role else None,
        default_tags=[AwsProviderDefaultTags(tags=tags(environment, name))],
    )


def output(stack: TerraformStack, name: str, value: str | int) -> None:
    """An output, for `terraform output NAME`."""
    TerraformOutput(stack, name, value=value)

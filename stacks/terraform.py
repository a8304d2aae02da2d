"""What every stack tells Terraform: its version, state backend, providers, tags and outputs."""

from cdktf import S3Backend, TerraformOutput, TerraformStack
from cdktf_cdktf_provider_aws.data_aws_route53_zone import DataAwsRoute53Zone
from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderDefaultTags

from environments import Dns, Environment, RemoteStack
from modules.versions import MINIMUM_TERRAFORM

# What the target groups and Route 53 ask for: the page itself.
HEALTH_CHECK_PATH = "/"


def require_terraform(stack: TerraformStack) -> None:
    """Turns an older Terraform away, with Terraform's own message."""
    stack.add_override("terraform.required_version", f">= {MINIMUM_TERRAFORM}")


def remote_state(stack: TerraformStack, environment: Environment, name: RemoteStack) -> None:
    """The stack's own S3 backend, encrypted and locked by S3 itself."""
    backend = environment.backend(name)
    s3 = S3Backend(
        stack, bucket=backend.bucket, key=backend.key, region=backend.region, encrypt=True
    )
    s3.add_override("use_lockfile", True)  # cdktf 0.21 has no argument for it
    # Terraform knows the regions of its own day: 1.11 refuses ap-east-2. The file's are checked.
    s3.add_override("skip_region_validation", True)
    if environment.allowed_account_ids:
        s3.add_override("allowed_account_ids", environment.allowed_account_ids)


def zone_id(stack: TerraformStack, dns: Dns, provider: AwsProvider | None = None) -> str:
    """The hosted zone's ID: the file's, or else looked up by the zone's name."""
    if dns.zone_id is not None:
        return dns.zone_id
    zone = DataAwsRoute53Zone(stack, "zone", name=dns.zone, private_zone=False, provider=provider)
    return zone.zone_id


def tags(environment: Environment, stack: str) -> dict[str, str]:
    """The tags of everything in a stack."""
    own = {"Deployment": environment.name, "Stack": stack, "ManagedBy": "cdktf"}
    return {**environment.tags, **own}


def provider(
    stack: TerraformStack,
    environment: Environment,
    name: str,
    region: str,
    *,
    alias: str | None = None,
) -> AwsProvider:
    """The AWS provider of a region: in the environment's accounts alone, and with the stack's tags
    on every resource that takes tags."""
    return AwsProvider(
        stack,
        f"aws-{alias}" if alias else "aws",
        alias=alias,
        region=region,
        allowed_account_ids=environment.allowed_account_ids or None,
        default_tags=[AwsProviderDefaultTags(tags=tags(environment, name))],
    )


def output(stack: TerraformStack, name: str, value: str | int) -> None:
    """An output that reads as `terraform output NAME`."""
    TerraformOutput(stack, name, value=value)

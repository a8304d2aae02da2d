"""The hosted zone: in the deployment's account, or in another."""

from collections.abc import Iterator

from emitted import Deployment, Json, blocks
from policy.finding import Finding
from policy.rule import error

# What is in the zone.
IN_THE_ZONE = ("aws_route53_record", "aws_route53_query_log", "aws_route53_zone")


def _roles(stack: Json) -> dict[str, str | None]:
    """The role that each provider of a stack assumes, by what resources put in `provider`."""
    return {
        f"aws.{one['alias']}" if "alias" in one else "aws": next(
            (role["role_arn"] for role in blocks(one.get("assume_role"))), None
        )
        for one in stack["provider"]["aws"]
    }


@error
def zone_is_changed_in_its_account(deployment: Deployment) -> Iterator[Finding]:
    """Whatever is in the hosted zone is made by the role of `dns.role_arn`, if there is one, and
    nothing else is.

    In the deployment's own account there is no such zone, and the role may change nothing but
    records.
    [Assuming a role](https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs#assuming-an-iam-role)
    """
    role = deployment.environment.dns.role_arn
    for name, stack in deployment.stacks.items():
        roles = _roles(stack)
        for section in ("resource", "data"):
            for kind, found in stack.get(section, {}).items():
                wanted = role if kind in IN_THE_ZONE else None
                for each, body in found.items():
                    assumed = roles[body.get("provider", "aws")]
                    if assumed != wanted:
                        said = f"by {assumed or 'the stack itself'}"
                        yield Finding(name, f"{kind}.{each}", said, wanted or "no role")

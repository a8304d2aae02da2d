"""The least IAM policy for `failover zone`."""

from environments import ROLES, Environment
from modules.iam import allow
from operations.policies import Statement, formatted


def document(environment: Environment) -> str:
    """The policy as JSON, formatted for people."""
    return formatted(statements(environment))


def statements(environment: Environment) -> list[Statement]:
    """What the commands call, and nothing more. The ARNs name no account, as a policy grants
    nothing in others.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapplicationrecoverycontroller-zonalshift.html
    """
    regional = [environment.regional(role) for role in ROLES]
    balancers = [
        f"arn:aws:elasticloadbalancing:{one.region}:*:loadbalancer/app/{one.load_balancer}/*"
        for one in regional
    ]
    return [
        allow(
            "arc-zonal-shift:ListManagedResources",
            "autoscaling:DescribeAutoScalingGroups",
            "ec2:DescribeAvailabilityZones",
            on="*",
        ),
        allow(
            "arc-zonal-shift:CancelZonalShift",
            "arc-zonal-shift:StartZonalShift",
            "arc-zonal-shift:UpdateZonalShift",
            on=balancers,
        ),
    ]

"""Whether the standby's instances can start and users can reach them."""

from datetime import timedelta
from typing import Any

from functions.standby_readiness.outcome import Found, Status
from functions.standby_readiness.standby import Standby

RESOLVED = "resolve:ssm:"
# AWS renews a certificate at least 45 days before it expires.
# https://docs.aws.amazon.com/acm/latest/userguide/managed-renewal.html
CERTIFICATE_LEFT = timedelta(days=30)


def image_exists(standby: Standby) -> Found:
    """The image that new instances start from exists in the standby's region and is available.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html
    """
    image = image_of(standby.client("ec2"), standby.client("ssm"), standby.template)
    if image is None:
        yield Status.FAULT, f"there is no image {standby.template['ImageId']}: no instance starts"
    elif image["State"] != "available":
        yield Status.FAULT, f"{image['ImageId']} is {image['State']}: no instance starts from it"
    else:
        yield Status.READY, f"{image['ImageId']}, {image.get('Name', 'without a name')}"


def image_of(ec2: Any, ssm: Any, template: dict[str, Any]) -> dict[str, Any] | None:
    """The image that a template names now; None if it does not exist.

    A template may name an SSM parameter, which EC2 reads whenever an instance starts:
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/using-systems-manager-parameters.html
    """
    name: str = template["ImageId"]
    if name.startswith(RESOLVED):
        name = ssm.get_parameter(Name=name.removeprefix(RESOLVED))["Parameter"]["Value"]
    # By a filter, which an image that does not exist does not make fail.
    filters = [{"Name": "image-id", "Values": [name]}]
    images: list[dict[str, Any]] = ec2.describe_images(Filters=filters, IncludeDeprecated=True)[
        "Images"
    ]
    return images[0] if images else None


def targets_are_healthy(standby: Standby) -> Found:
    """The load balancer has as many healthy targets as the standby has at rest: Route 53 moves
    nobody to a standby without any.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
    """
    rest = standby.settings.rest
    if standby.target_group not in standby.group["TargetGroupARNs"]:
        yield (
            Status.FAULT,
            f"{standby.settings.group} is not attached to {standby.settings.target_group}: its"
            " instances would get no users",
        )
        return
    if not rest:
        yield Status.READY, "a pilot light has none until it is woken"
        return
    described = standby.client("elbv2").describe_target_health(TargetGroupArn=standby.target_group)
    states = [one["TargetHealth"] for one in described["TargetHealthDescriptions"]]
    healthy = sum(one["State"] == "healthy" for one in states)
    said = f"{healthy} healthy, {rest} wanted"
    if healthy >= rest:
        yield Status.READY, said
    else:
        others = {f"{one.get('Description') or one['State']}" for one in states}
        why = ", ".join(sorted(others - {"healthy"})) or "none is registered"
        yield Status.FAULT, f"{said}: {why}"


def listener_forwards(standby: Standby) -> Found:
    """The load balancer is active, and its listener forwards users to the target group."""
    state = standby.balancer["State"]["Code"]
    name, port = standby.settings.load_balancer, standby.settings.port
    if state != "active":
        yield Status.FAULT, f"{name} is {state}"
    wanted, actions = standby.target_group, standby.listener.get("DefaultActions", [])
    targets = [arn for action in actions for arn in _targets(action)]
    if targets == [wanted]:
        yield Status.READY, f"port {port} of {name} forwards to {standby.settings.target_group}"
    else:
        kinds = ", ".join(action["Type"] for action in actions) or "nothing"
        yield (
            Status.FAULT,
            f"port {port} of {name} does not forward to {standby.settings.target_group} alone, but"
            f" does this: {kinds}",
        )


def _targets(action: dict[str, Any]) -> list[str]:
    """The target groups that an action sends users to."""
    groups = action.get("ForwardConfig", {}).get("TargetGroups", [])
    used = [one["TargetGroupArn"] for one in groups if one.get("Weight", 1)]
    return used or ([action["TargetGroupArn"]] if "TargetGroupArn" in action else [])


def certificate_is_valid(standby: Standby) -> Found:
    """The listener's certificate is issued, does not expire within 30 days, and covers every name
    that users open and the region's own.

    https://docs.aws.amazon.com/acm/latest/APIReference/API_CertificateDetail.html
    """
    wanted = standby.settings.certified
    if not wanted:
        return
    for one in standby.listener.get("Certificates", []):
        arn: str = one["CertificateArn"]
        found = standby.client("acm").describe_certificate(CertificateArn=arn)["Certificate"]
        yield _judged(standby, found)
        return
    yield Status.FAULT, f"port {standby.settings.port} has no certificate"


def _judged(standby: Standby, found: dict[str, Any]) -> tuple[Status, str]:
    wanted = standby.settings.certified
    covered = {found["DomainName"], *found.get("SubjectAlternativeNames", [])}
    lacking = [name for name in wanted if not any(_covers(one, name) for one in covered)]
    if found["Status"] != "ISSUED":
        return Status.FAULT, f"the certificate is {found['Status']}: HTTPS fails"
    if lacking:
        return Status.FAULT, f"the certificate does not cover {', '.join(lacking)}"
    end = found["NotAfter"]
    left = end - standby.now()
    if left < CERTIFICATE_LEFT:
        return (
            Status.FAULT,
            f"the certificate expires on {end:%Y-%m-%d}: its renewal fails, see"
            " `certificate-expiry` in docs/alarms.md",
        )
    return Status.READY, f"covers {', '.join(wanted)} until {end:%Y-%m-%d}"


def _covers(pattern: str, name: str) -> bool:
    """Whether a name in a certificate is this one: a wildcard stands for one label.

    https://docs.aws.amazon.com/acm/latest/userguide/acm-concepts.html
    """
    if pattern.startswith("*."):
        return name.partition(".")[2] == pattern.removeprefix("*.")
    return pattern == name

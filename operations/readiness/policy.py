"""The least policy with which an operator, or CI, can run `failover ready`."""

from collections.abc import Iterator

from environments import Dns, Environment
from functions.failover_control.agreed import SET_KEY
from modules.alarm_names import global_prefix, topic_name
from modules.iam import allow
from modules.regions import GLOBAL_REGION
from modules.standby_permissions import IMAGES, on_standby
from modules.standby_settings import standby_settings
from operations.policies import Statement, formatted
from operations.readiness.people import LAST_DRILL
from releases import CURRENT

# These take both regions, and support no resource-level permissions either.
OF_BOTH = ("ec2:DescribePrefixLists", "ec2:DescribeSecurityGroups")


def document(environment: Environment) -> str:
    """The policy as JSON, formatted for people."""
    return formatted(statements(environment))


def statements(environment: Environment) -> Iterator[Statement]:
    """What the function in the standby's region may read, and what comparing both regions and DNS
    takes besides."""
    standby = standby_settings(environment)
    region = environment.primary.region
    yield from on_standby(standby, _topic(standby.region, environment.regional_prefix("dr")))
    yield allow(*OF_BOTH, on="*")
    yield allow(
        "sns:ListSubscriptionsByTopic",
        on=[
            _topic(region, environment.regional_prefix("primary")),
            _topic(GLOBAL_REGION, global_prefix(environment)),
        ],
    )
    yield allow("ssm:GetParameter", on=f"arn:aws:ssm:{region}:*:{IMAGES}")
    if environment.data.kind is not None:
        secret = f"arn:aws:secretsmanager:{region}:*:secret:{environment.database_secret}-??????"
        yield allow("secretsmanager:DescribeSecret", on=secret)
    yield from _on_firewalls(environment)
    yield from _on_buckets(environment)
    yield from _on_zone(environment.dns)
    yield allow("route53:GetHealthCheck", on="arn:aws:route53:::healthcheck/*")
    control = environment.failover.routing_control
    if control is not None:
        yield allow("route53-recovery-cluster:GetRoutingControlState", on=control.arn)


def _on_zone(dns: Dns) -> Iterator[Statement]:
    """A zone in another account is read by the role there, which has these permissions."""
    if dns.role_arn is not None:
        yield allow("sts:AssumeRole", on=dns.role_arn)
        return
    yield allow("route53:ListHostedZonesByName", on="*")
    yield allow(
        "route53:GetHostedZone",
        "route53:ListResourceRecordSets",
        on=f"arn:aws:route53:::hostedzone/{dns.zone_id or '*'}",
    )


def _on_firewalls(environment: Environment) -> Iterator[Statement]:
    """Whoever asks for a load balancer's web ACL needs the permission on both.

    https://docs.aws.amazon.com/waf/latest/developerguide/security_iam_service-with-iam.html
    """
    balancers: list[str] = []
    firewalls: list[str] = []
    for settings in (environment.primary, environment.dr):
        here = f"{settings.region}:*"
        balancers.append(
            f"arn:aws:elasticloadbalancing:{here}:loadbalancer/app/{settings.load_balancer}/*"
        )
        firewalls.append(f"arn:aws:wafv2:{here}:regional/*/{environment.name}-{settings.region}*")
    yield allow("elasticloadbalancing:GetLoadBalancerWebACL", on=balancers)
    yield allow("wafv2:GetIPSet", "wafv2:GetWebACLForResource", on=[*balancers, *firewalls])


def _on_buckets(environment: Environment) -> Iterator[Statement]:
    logs = {environment.logs_bucket("primary"), environment.logs_bucket("dr")}
    kept = [_bucket(name) for name in environment.buckets if name not in logs]
    yield allow("s3:GetBucketVersioning", on=kept)
    places = [_bucket(place.bucket) for place in environment.switch_places]
    read = [f"{places[0]}/{LAST_DRILL}"]
    if environment.failover.obeys_objects:
        read += [f"{place}/{SET_KEY}" for place in places]
    listed = places
    if environment.application.kind == "release":
        primary = _bucket(environment.releases_bucket("primary"))
        read.append(f"{primary}/{CURRENT}")
        listed = [*places, primary]
    yield allow("s3:GetObject", on=read)
    yield allow("s3:ListBucket", on=listed)


def _bucket(name: str) -> str:
    return f"arn:aws:s3:::{name}"


def _topic(region: str, prefix: str) -> str:
    return f"arn:aws:sns:{region}:*:{topic_name(prefix)}"

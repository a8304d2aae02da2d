"""What the embedded AWS's health checks find."""

from typing import Any

import pytest

from modules.checkers import CHECKER_RANGES
from sandbox.embedded_aws import EmbeddedAws
from tests.sandbox.embedded_aws.naming import unique
from tests.sandbox.embedded_aws.route53.conftest import Deployment
from tests.sandbox.embedded_aws.route53.deployment import PRIMARY, STANDBY, Zone, switch_bucket

pytestmark = pytest.mark.slow

NOWHERE = {"FullyQualifiedDomainName": "nowhere.example", "Port": 80, "ResourcePath": "/"}
KEY = "failed-over"


@pytest.fixture(scope="module")
def zone(deployment: Deployment) -> Zone:
    return deployment.zone


def test_an_endpoint_follows_its_load_balancer(deployment: Deployment) -> None:
    zone, region, check = deployment.zone, deployment.primary, deployment.check
    assert zone.follows(check)
    assert not zone.follows(zone.endpoint_check("p", Port=8080)), "nobody listens there"
    for status, healthy in (("503", False), ("200", True)):
        region.answer_with(status)
        assert zone.follows(check) is healthy
    region.forward()
    region.deregister(0)
    assert zone.follows(check)
    region.deregister(1)
    assert not zone.follows(check)
    region.register()
    zone.aws.lose(PRIMARY)
    assert not zone.follows(check)
    zone.aws.restore(PRIMARY)


def test_a_name_that_leads_nowhere_is_unhealthy(zone: Zone) -> None:
    assert not zone.follows(zone.endpoint_check(unique()))
    assert not zone.follows(zone.check("HTTP", **NOWHERE))


def test_an_endpoint_is_found_through_a_cname(zone: Zone) -> None:
    name = unique()
    zone.record(name, "CNAME", zone.full("p"))
    assert zone.follows(zone.endpoint_check(name))


def test_names_that_lead_back_to_themselves_are_unhealthy(zone: Zone) -> None:
    first, second = unique(), unique()
    zone.record(first, "CNAME", zone.full(second))
    zone.record(second, "CNAME", zone.full(first))
    assert not zone.follows(zone.endpoint_check(first))


def test_aliases_that_lead_back_to_themselves_have_no_answer(zone: Zone) -> None:
    first, second = unique(), unique()
    zone.record(first, "A", "192.0.2.1", Failover="SECONDARY")
    zone.record(second, "A", **zone.alias(first, evaluated=True))
    zone.record(first, "A", **zone.alias(second, evaluated=True), Failover="SECONDARY")
    assert zone.values(first) == set()


def test_inverted_and_disabled_checks(zone: Zone) -> None:
    assert zone.follows(zone.check("HTTP", **NOWHERE, Inverted=True))
    assert not zone.follows(zone.endpoint_check("p", Inverted=True))
    assert zone.follows(zone.check("HTTP", **NOWHERE, Disabled=True))


@pytest.mark.parametrize(("threshold", "healthy"), [(0, True), (1, True), (2, False), (3, False)])
def test_calculated_checks(deployment: Deployment, threshold: int, *, healthy: bool) -> None:
    zone = deployment.zone
    children = [deployment.check, zone.check("HTTP", **NOWHERE)]
    config: dict[str, Any] = {"ChildHealthChecks": children, "HealthThreshold": threshold}
    assert zone.follows(zone.check("CALCULATED", **config)) is healthy


def test_a_switch_in_s3(aws: EmbeddedAws, zone: Zone) -> None:
    """Inverted: set while its object is there and anybody may read it; clear if its region is
    lost."""
    bucket, s3 = switch_bucket(aws, STANDBY, KEY, *CHECKER_RANGES), aws.client("s3", STANDBY)
    host = f"{bucket}.s3.{STANDBY}.amazonaws.com"

    def is_clear(path: str) -> bool:
        config = {"FullyQualifiedDomainName": host, "Port": 443, "ResourcePath": path}
        return zone.follows(zone.check("HTTPS", **config, Inverted=True))

    assert is_clear(f"/{KEY}")
    for key in (KEY, "other"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"")
    assert not is_clear(f"/{KEY}")
    assert is_clear("/other"), "only one key may be read"
    aws.lose(STANDBY)
    assert is_clear(f"/{KEY}")
    aws.restore(STANDBY)
    s3.delete_object(Bucket=bucket, Key=KEY)
    assert is_clear(f"/{KEY}")


def test_a_switch_that_checkers_may_not_read_is_clear(aws: EmbeddedAws, zone: Zone) -> None:
    bucket = switch_bucket(aws, STANDBY, KEY, "192.0.2.0/24")
    aws.client("s3", STANDBY).put_object(Bucket=bucket, Key=KEY, Body=b"")
    host = f"{bucket}.s3.{STANDBY}.amazonaws.com"
    config = {"FullyQualifiedDomainName": host, "Port": 443, "ResourcePath": f"/{KEY}"}
    assert not zone.follows(zone.check("HTTPS", **config))


@pytest.mark.parametrize("without_data", ["Healthy", "Unhealthy", "LastKnownStatus"])
def test_a_check_follows_an_alarm(aws: EmbeddedAws, zone: Zone, without_data: str) -> None:
    name, cloudwatch = unique(), aws.client("cloudwatch", STANDBY)
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        Namespace="x",
        MetricName="x",
        Statistic="Minimum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="LessThanThreshold",
    )
    check = zone.check(
        "CLOUDWATCH_METRIC",
        AlarmIdentifier={"Name": name, "Region": STANDBY},
        InsufficientDataHealthStatus=without_data,
    )
    expected = {"OK": True, "ALARM": False, "INSUFFICIENT_DATA": without_data != "Unhealthy"}
    for state, healthy in expected.items():
        cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason="a test")
        assert zone.follows(check) is healthy, state


def test_a_routing_control_is_on(zone: Zone) -> None:
    panel = f"arn:aws:route53-recovery-control::123456789012:controlpanel/{'a' * 32}"
    arn = f"{panel}/routingcontrol/{'b' * 16}"
    assert zone.follows(zone.check("RECOVERY_CONTROL", RoutingControlArn=arn))

"""Two accounts in one embedded AWS: a hosted zone in the one, its health checks in the other."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox.embedded_aws import EmbeddedAws
from sandbox.embedded_aws.client import CREDENTIALS
from sandbox.embedded_aws.process import ACCOUNT

OTHER = "222233334444"
CHECK = {"Type": "TCP", "FullyQualifiedDomainName": "a.example", "Port": 443}


@pytest.fixture
def there(aws: EmbeddedAws) -> Any:
    return aws.in_account(OTHER).client("route53", "us-east-1")


def zones(route53: Any) -> set[str]:
    return {zone["Name"] for zone in route53.list_hosted_zones()["HostedZones"]}


def test_each_account_has_its_own(aws: EmbeddedAws, there: Any) -> None:
    here = aws.client("route53", "us-east-1")
    here.create_hosted_zone(Name="here.example", CallerReference="here")
    there.create_hosted_zone(Name="there.example", CallerReference="there")
    assert zones(here) == {"here.example."}
    assert zones(there) == {"there.example."}
    for of, number in ((aws, ACCOUNT), (aws.in_account(OTHER), OTHER)):
        assert of.client("sts", "us-east-1").get_caller_identity()["Account"] == number


def test_a_record_obeys_a_health_check_of_another_account(aws: EmbeddedAws, there: Any) -> None:
    here = aws.client("route53", "us-east-1")
    check = here.create_health_check(CallerReference="check", HealthCheckConfig=CHECK)
    zone = there.create_hosted_zone(Name="checked.example", CallerReference="c")["HostedZone"]["Id"]

    def add(check_id: str) -> None:
        record = {
            **{"Name": "www.checked.example", "Type": "A", "TTL": 60},
            **{"SetIdentifier": "primary", "Failover": "PRIMARY", "HealthCheckId": check_id},
            "ResourceRecords": [{"Value": "203.0.113.1"}],
        }
        there.change_resource_record_sets(
            HostedZoneId=zone,
            ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]},
        )

    with pytest.raises(ClientError, match="no health check exists"):
        add("00000000-0000-0000-0000-000000000000")
    add(check["HealthCheck"]["Id"])


def test_a_role_of_another_account_must_exist(aws: EmbeddedAws) -> None:
    arn = f"arn:aws:iam::{OTHER}:role/nobody"
    given = aws.client("sts", "us-east-1").assume_role(RoleArn=arn, RoleSessionName="test")
    keys = ("AccessKeyId", "SecretAccessKey", "SessionToken")
    credentials: dict[str, str] = dict(
        zip(CREDENTIALS, (given["Credentials"][key] for key in keys), strict=True)
    )
    nobody = EmbeddedAws(aws.url, credentials).client("route53", "us-east-1")
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        nobody.list_hosted_zones()

"""Images, targets, listeners and certificates."""

from datetime import timedelta
from typing import Any

import pytest

from functions.standby_readiness import serving
from functions.standby_readiness.outcome import Status
from tests.functions.standby_readiness.fakes import NOW, Fake, asg, only, standby, template

PARAMETER = "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023"


def with_images(*images: dict[str, str], named: str = "ami-1") -> dict[str, Fake]:
    def describe(Filters: Any, IncludeDeprecated: bool) -> dict[str, Any]:  # noqa: N803
        assert IncludeDeprecated
        (wanted,) = Filters[0]["Values"]
        return {"Images": [one for one in images if one["ImageId"] == wanted]}

    return {
        "autoscaling": Fake(describe_auto_scaling_groups=asg()),
        "ec2": Fake(
            describe_launch_template_versions=template(ImageId=named), describe_images=describe
        ),
        "ssm": Fake(get_parameter={"Parameter": {"Value": "ami-2"}}),
    }


@pytest.mark.parametrize(
    ("named", "state", "status"),
    [
        ("ami-2", "available", Status.READY),
        (PARAMETER, "available", Status.READY),
        ("ami-2", "disabled", Status.FAULT),
        ("ami-3", "available", Status.FAULT),
    ],
)
def test_the_image_is_available(named: str, state: str, status: Status) -> None:
    there = with_images({"ImageId": "ami-2", "State": state, "Name": "al2023"}, named=named)
    assert only(serving.image_exists, standby(there))[0] is status


def balancing(
    states: list[dict[str, str]] | None = None,
    actions: list[dict[str, Any]] | None = None,
    certificates: list[dict[str, str]] | None = None,
) -> Fake:
    forward = [{"Type": "forward", "TargetGroupArn": "arn:tg"}]
    listener = {
        "Port": 443,
        "DefaultActions": forward if actions is None else actions,
        "Certificates": certificates or [],
    }
    healthy = [{"State": "healthy"}, {"State": "healthy"}]
    targets = [{"TargetHealth": one} for one in (healthy if states is None else states)]
    return Fake(
        describe_target_groups={"TargetGroups": [{"TargetGroupArn": "arn:tg"}]},
        describe_target_health={"TargetHealthDescriptions": targets},
        describe_load_balancers={
            "LoadBalancers": [{"LoadBalancerArn": "arn:lb", "State": {"Code": "active"}}]
        },
        describe_listeners={"Listeners": [{"Port": 80}, listener]},
    )


def serves(elbv2: Fake, **group: Any) -> dict[str, Fake]:
    return {"elbv2": elbv2, "autoscaling": Fake(describe_auto_scaling_groups=asg(**group))}


def test_as_many_targets_are_healthy_as_are_to_be_at_rest() -> None:
    ill = {"State": "unhealthy", "Description": "Health checks failed with these codes: [502]"}
    check = serving.targets_are_healthy
    assert only(check, standby(serves(balancing())))[0] is Status.READY
    assert only(check, standby(serves(balancing([{"State": "healthy"}, ill])))) == (
        Status.FAULT,
        "1 healthy, 2 wanted: Health checks failed with these codes: [502]",
    )
    assert only(check, standby(serves(balancing([])))) == (
        Status.FAULT,
        "0 healthy, 2 wanted: none is registered",
    )
    assert only(check, standby(serves(balancing([])), rest=0))[0] is Status.READY
    status, said = only(check, standby(serves(balancing(), TargetGroupARNs=["arn:other"])))
    assert (status, "is not attached" in said) == (Status.FAULT, True)


@pytest.mark.parametrize(
    ("actions", "status"),
    [
        ([{"Type": "forward", "TargetGroupArn": "arn:tg"}], Status.READY),
        (
            [
                {
                    "Type": "forward",
                    "ForwardConfig": {
                        "TargetGroups": [
                            {"TargetGroupArn": "arn:tg", "Weight": 1},
                            {"TargetGroupArn": "arn:old", "Weight": 0},
                        ]
                    },
                }
            ],
            Status.READY,
        ),
        ([{"Type": "forward", "TargetGroupArn": "arn:old"}], Status.FAULT),
        ([{"Type": "fixed-response"}], Status.FAULT),
        ([], Status.FAULT),
    ],
)
def test_the_listener_forwards_to_the_target_group(
    actions: list[dict[str, Any]], status: Status
) -> None:
    there = standby(serves(balancing(actions=actions)))
    assert only(serving.listener_forwards, there)[0] is status


def certified(**changes: Any) -> dict[str, Fake]:
    found = {
        "Status": "ISSUED",
        "DomainName": "shop.example",
        "SubjectAlternativeNames": ["shop.example", "us-east-1.shop.example"],
        "NotAfter": NOW + timedelta(days=31),
    }
    return {
        "elbv2": balancing(certificates=[{"CertificateArn": "arn:cert"}]),
        "acm": Fake(describe_certificate={"Certificate": {**found, **changes}}),
    }


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({}, Status.READY, "until 2026-12-30"),
        ({"NotAfter": NOW + timedelta(days=29)}, Status.FAULT, "expires on 2026-12-28"),
        ({"Status": "EXPIRED"}, Status.FAULT, "EXPIRED"),
        ({"SubjectAlternativeNames": ["*.shop.example"]}, Status.READY, ""),
        (
            {"SubjectAlternativeNames": ["*.example"]},
            Status.FAULT,
            "does not cover us-east-1.shop.example",
        ),
    ],
)
def test_the_certificate_is_issued_lasts_and_covers(
    changes: dict[str, Any], status: Status, words: str
) -> None:
    one, said = only(serving.certificate_is_valid, standby(certified(**changes)))
    assert one is status
    assert words in said


def test_a_listener_without_a_certificate_and_a_deployment_without_tls() -> None:
    there = {"elbv2": balancing()}
    assert only(serving.certificate_is_valid, standby(there))[0] is Status.FAULT
    assert list(serving.certificate_is_valid(standby({}, certified=()))) == []

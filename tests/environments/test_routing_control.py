"""The table [failover.routing_control]: what it may contain, and what it goes with."""

from typing import Any

import pytest

from environments import Environment, EnvironmentFileError
from environments.loading import check
from environments.regions import COMMERCIAL_REGIONS
from tests.arc import ARN, ENDPOINTS, ROUTING_CONTROL

File = dict[str, Any]

ARN_SAID = "is not of the allowed form: The routing control's ARN: arn:aws:route53-recovery-control"
URL = "https://host.route53-recovery-cluster.us-west-2.amazonaws.com/v1"


def with_control(file: File, **changes: Any) -> File:
    file["failover"]["routing_control"] = {**ROUTING_CONTROL, **changes}
    return file


def mistakes(file: File) -> list[str]:
    with pytest.raises(EnvironmentFileError) as caught:
        check(file, "some.toml")
    return [str(mistake) for mistake in caught.value.mistakes]


def test_a_file_may_name_one(mission_file: File) -> None:
    control = check(with_control(mission_file), "some.toml").failover.routing_control
    assert control is not None
    assert (control.arn, control.endpoints) == (ARN, ENDPOINTS)


def test_none_is_the_default(mission_file: File) -> None:
    environment: Environment = check(mission_file, "some.toml")
    assert environment.failover.routing_control is None


@pytest.mark.parametrize(
    "arn",
    [
        "",
        ARN.upper(),
        f"{ARN}\n",
        f"{ARN}0",
        ARN.replace("::111122223333", "::1111"),
        ARN.replace("::", ":us-east-1:"),
        ARN.replace("arn:aws:", "arn:aws-cn:"),
        ARN.partition("/routingcontrol")[0],
        ARN.replace("/routingcontrol/", "/safetyrule/"),
        f"{ARN[:-1]}$",
    ],
)
def test_what_is_not_a_routing_controls_arn_is_refused(mission_file: File, arn: str) -> None:
    (mistake,) = mistakes(with_control(mission_file, arn=arn))
    assert mistake.startswith(f"failover.routing_control.arn: {ARN_SAID}")


@pytest.mark.parametrize(
    "url",
    [
        "",
        URL.replace("https", "http"),
        "host.route53-recovery-cluster.us-west-2.amazonaws.com",
        f"{URL} ",
        f'{URL}"',
        f"{URL}'",
        f"{URL}?a=b",
        "https://",
        "https://${aws_vpc.vpc.id}",
        "https://user@host/v1",
    ],
)
def test_what_is_not_an_endpoints_url_is_refused(mission_file: File, url: str) -> None:
    (mistake,) = mistakes(with_control(mission_file, endpoints={"us-west-2": url}))
    assert mistake.startswith(
        "failover.routing_control.endpoints.us-west-2: is not of the allowed form: 1 to 5 of the"
        " cluster's endpoints"
    )


def test_a_url_has_at_most_128_characters(mission_file: File) -> None:
    longest = f"https://example.com/{'a' * 108}"
    check(with_control(mission_file, endpoints={"us-west-2": longest}), "some.toml")
    (mistake,) = mistakes(with_control(mission_file, endpoints={"us-west-2": f"{longest}a"}))
    assert "at most 128 characters" in mistake


@pytest.mark.parametrize("url", [URL, URL.removesuffix("/v1"), "https://host:8443/v1/"])
def test_an_endpoint_may_have_a_path_and_a_port(mission_file: File, url: str) -> None:
    check(with_control(mission_file, endpoints={"us-west-2": url}), "some.toml")


def test_an_endpoint_is_in_a_region_that_there_is(mission_file: File) -> None:
    (mistake,) = mistakes(with_control(mission_file, endpoints={"us-west2": URL}))
    assert mistake.startswith("failover.routing_control.endpoints.us-west2: must be a commercial")
    assert "did you mean us-west-2" in mistake


@pytest.mark.parametrize("count", [0, 6])
def test_a_cluster_has_one_to_five_endpoints(mission_file: File, count: int) -> None:
    endpoints = dict.fromkeys(sorted(COMMERCIAL_REGIONS)[:count], URL)
    (mistake,) = mistakes(with_control(mission_file, endpoints=endpoints))
    assert mistake.startswith("failover.routing_control.endpoints: has the wrong length: 1 to 5")


@pytest.mark.parametrize("key", ["arn", "endpoints"])
def test_it_has_both_an_arn_and_endpoints(mission_file: File, key: str) -> None:
    del with_control(mission_file)["failover"]["routing_control"][key]
    assert mistakes(mission_file) == [f"failover.routing_control.{key}: is missing"]


def test_automatic_failback_has_no_switch_that_it_could_be(mission_file: File) -> None:
    mission_file["failover"]["failback"] = "automatic"
    assert mistakes(with_control(mission_file)) == [
        'failover.routing_control: requires failback = "manual", and it is "automatic": users'
        " then return automatically"
    ]

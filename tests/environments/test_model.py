"""Each field by itself: every bad value is refused with its path, and every limit is exact."""

from collections.abc import Callable
from typing import Any

import botocore.session
import pytest

from environments import EnvironmentFileError
from environments.loading import check
from environments.regions import COMMERCIAL_REGIONS

File = dict[str, Any]


def place(file: File, field: str, value: object) -> File:
    *tables, key = field.split(".")
    table = file
    for name in tables:
        table = table.setdefault(name, {})
    table[key] = value
    return file


@pytest.fixture
def refused(mission_file: File) -> Callable[[str, object], str]:
    """Puts a value into the mission's file, and returns the message about that field."""

    def messages(field: str, value: object) -> str:
        with pytest.raises(EnvironmentFileError) as caught:
            check(place(mission_file, field, value), "some.toml")
        about = [m for m in caught.value.mistakes if m.field.startswith(field)]
        assert about, f"nothing said of {field}: {caught.value}"
        return about[0].message

    return messages


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "Upper", "2 to 20 lower-case letters"),
        ("name", "a" * 21, "2 to 20 lower-case letters"),
        ("name", "ends-", "2 to 20 lower-case letters"),
        ("name", "sg-prod", "must not start with sg-"),
        ("name", "newline\n", "2 to 20 lower-case letters"),
        ("dns.zone", "nodots", "must be a domain name"),
        ("dns.zone", "-a.example.com", "must be a domain name"),
        ("dns.zone", "a." * 40 + "example", "at most 64"),
        ("dns.domain", f"{'a' * 47}.awspractice.space", "at most 64 characters, and has 65: ACM"),
        ("dns.zone", "example.c", "the last at least 2"),
        ("dns.domain", "WWW.awspractice.space", "lower case"),
        ("dns.domain", "awspractice.space.", "trailing dot"),
        ("dns.record", "A", "'alias' or 'cname'"),
        ("dns.cname_ttl", 0, "greater than or equal to 1"),
        ("dns.cname_ttl", 301, "less than or equal to 300"),
        ("dns.zone_id", "zone", "Z, then upper-case letters"),
        ("health_check.interval", 20, "10 or 30"),
        ("health_check.interval", "10", "10 or 30"),
        ("health_check.failure_threshold", 0, "greater than or equal to 1"),
        ("health_check.failure_threshold", 11, "less than or equal to 10"),
        ("primary.region", "ap-south1", "did you mean ap-south-1"),
        ("primary.region", "us-gov-west-1", "commercial AWS region"),
        ("primary.region", 1, "valid string"),
        ("primary.zones", ["ap-south-1a"], "2 to 6 of the region"),
        ("primary.zones", [f"ap-south-1{letter}" for letter in "abcdefg"], "2 to 6 of the region"),
        ("primary.zones", "ap-south-1a", "valid list"),
        ("primary.cidr", "10.0.0.0/15", "/16 to /22"),
        ("primary.cidr", "10.0.0.0/23", "at least /27"),
        ("primary.cidr", "10.0.0.1/16", "host bits"),
        ("primary.cidr", "8.8.0.0/16", "private network"),
        ("primary.cidr", "10.0.0.0/255.255.0.0", "must be written as 10.0.0.0/16"),
        ("primary.cidr", "10.0.0.0/016", "must be written as 10.0.0.0/16"),
        ("primary.cidr", "fd00::/16", "IPv4 network"),
        ("primary.nat_gateways", "two", "'none', 'single' or 'per_az'"),
        ("primary.launch_template", "my", "3 to 125"),
        ("primary.launch_template", "a" * 126, "3 to 125"),
        ("primary.auto_scaling_group", "my:auto", "1 to 255 letters, digits and . _ -"),
        ("primary.auto_scaling_group", "a" * 256, "1 to 255"),
        ("primary.load_balancer", "a" * 33, "1 to 32"),
        ("primary.load_balancer", "internal-lb", "internal-"),
        ("primary.load_balancer", "my_lb", "1 to 32"),
        ("primary.target_group", "a" * 33, "1 to 32"),
        ("primary.instance_type", "t3", "instance type"),
        ("primary.ami", "ami-123", "image"),
        ("primary.capacity.min", -1, "greater than or equal to 0"),
        ("primary.capacity.min", 0, "must be at least 1, and is 0"),
        ("primary.capacity.max", 501, "less than or equal to 500"),
        ("primary.capacity.desired", 2.0, "valid integer"),
        ("primary.capacity.desired", True, "valid integer"),
        ("primary.target_cpu_percent", 9, "greater than or equal to 10"),
        ("primary.target_cpu_percent", 91, "less than or equal to 90"),
        ("primary.page", "", "at least one character"),
        ("primary.page", "\0", "control characters"),
        ("primary.page", "a" * 12289, "at most 12288 bytes once"),
        ("primary.page", "'" * 2500, "at most 12288 bytes"),
        ("primary", 3, "must be a table"),
        ("state.dr.bucket", "UPPER", "S3 bucket name"),
        ("state.dr.bucket", "ab", "3 to 63"),
        ("state.dr.bucket", "a" * 64, "3 to 63"),
        ("state.dr.bucket", "xn--bucket", "reserved"),
        ("state.dr.bucket", "bucket-s3alias", "reserved"),
        ("state.dr.key", "/leading", "between slashes"),
        ("state.global.region", "mars-north-1", "commercial AWS region"),
        ("tags", {"aws:mine": "x"}, "aws:"),
        ("tags", {"Stack": "x"}, "this project's own"),
        ("tags", {"name": "x"}, "this project's own"),
        ("tags", {"Team": "${aws_vpc.vpc.id}"}, "letters, digits, inner spaces"),
        ("tags", {f"k{n}": "x" for n in range(7)}, "At most 6"),
        ("tags", {"Owner": ""}, "values of 1 to 255"),
        ("tags", {"Owner": " web"}, "blank"),
        ("tags", {"Owner": "web "}, "blank"),
        ("tags", {"Owner ": "web"}, "blank"),
        ("tags", {"Owner": "AWS:web"}, "must not begin with aws:"),
        ("tags", {"k" * 128: "web"}, "keys of 1 to 127"),
        ("tags", {"Owner": "v" * 256}, "values of 1 to 255"),
        ("alarms", {"error_percent": 100}, "less than or equal to 99"),
        ("alarms", {"webhooks": ["https://10.0.0.1/sns"]}, "not an address"),
        ("alarms", {"webhooks": ["https://8.8.8.8:8443/sns"]}, "not an address"),
        ("alarms", {"webhooks": ["https://localhost/sns"]}, "localhost"),
        ("alarms", {"webhooks": ["https://sns.localhost/sns"]}, "localhost"),
        ("alarms", {"webhooks": ["https://alerts/sns"]}, "a name without a dot"),
        ("alarms", {"runbooks": "docs/alarms.md"}, "must be a page's URL such as https://git"),
        ("alarms", {"runbooks": "https://wiki/alarms?a=b"}, "without user, password, query and #"),
        ("alarms", {"runbooks": "https://wiki/../alarms"}, "no . or .."),
        ("alarms", {"runbooks": f"https://wiki/{'a' * 388}"}, "at most 400"),
        ("failover.strategy", "cold", "'hot', 'warm' or 'pilot_light'"),
        ("failover.failback", "never", "'manual' or 'automatic'"),
        ("failover.activation", "yes", "valid boolean"),
        ("unknown", 1, "not a known key; known keys: name, allowed_account_ids"),
        ("health_check.failure_treshold", 3, "did you mean failure_threshold?"),
        ("primary.sshkey", "x", "not a known key; known keys: region, zones"),
    ],
)
def test_a_bad_value_is_refused(
    refused: Callable[[str, object], str], field: str, value: object, said: str
) -> None:
    assert said in refused(field, value)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "a" * 20),
        ("dns.zone_id", "Z0123456789ABCDEFGHIJ"),
        ("health_check.interval", 30),
        ("health_check.failure_threshold", 10),
        ("primary.cidr", "100.64.0.0/22"),
        ("primary.zones", [f"ap-south-1{letter}" for letter in "abcdef"]),
        ("primary.load_balancer", "a" * 32),
        ("primary.launch_template", "a" * 125),
        ("primary.ami", "ami-0123456789abcdef0"),
        ("primary.capacity", {"min": 1, "desired": 1, "max": 500}),
        ("primary.page", "<p>'quotes' \"$(date)\" `id` ünïcode\r\n\t</p>"),
        ("primary.page", "a" * 12288),
        ("state.global.bucket", "a" * (63 - len("-switch"))),
        ("tags", {"Cost Center": "a/b:c=d+e-f@g_h.i"}),
        ("tags", {"k" * 127: "v" * 255}),
        ("tags", {f"k{n}": "x" for n in range(6)}),
        ("dns.domain", f"{'a' * 46}.awspractice.space"),
        ("alarms", {"runbooks": "https://wiki.example.com:8443/~ops/a%20b/@main/alarms/"}),
        ("alarms", {"error_percent": 99, "webhooks": ["https://alerts.example.com:8443/sns"]}),
    ],
)
def test_the_last_good_value_is_taken(mission_file: File, field: str, value: object) -> None:
    check(place(mission_file, field, value), "some.toml")


@pytest.mark.parametrize("field", ["name", "dns.zone", "dr", "state.global"])
def test_a_missing_field_is_named(mission_file: File, field: str) -> None:
    *tables, key = field.split(".")
    table = mission_file
    for name in tables:
        table = table[name]
    del table[key]
    with pytest.raises(EnvironmentFileError) as caught:
        check(mission_file, "some.toml")
    assert [str(mistake) for mistake in caught.value.mistakes] == [f"{field}: is missing"]


def test_the_regions_are_those_that_aws_lists_and_the_pinned_provider_knows() -> None:
    newer_than_the_provider = {"ap-southeast-6"}
    listed = set(botocore.session.get_session().get_available_regions("ec2"))
    assert listed - newer_than_the_provider == COMMERCIAL_REGIONS

"""The field types of an environment file: what one value may be, by itself."""

import difflib
import re
from ipaddress import IPv4Network
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from environments import limits
from environments.limits import Limit
from environments.quoting import quoted
from environments.regions import COMMERCIAL_REGIONS
from environments.urls import (
    email_address,
    endpoint_url,
    host_name,
    https_url,
    page_url,
    relative,
)

LONGEST_CIDR = len("255.255.255.255/255.255.255.255")
PRIVATE_NETWORKS = tuple(
    IPv4Network(cidr) for cidr in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
)


def _region(value: str) -> str:
    if value not in COMMERCIAL_REGIONS:
        close = difflib.get_close_matches(value, sorted(COMMERCIAL_REGIONS), n=3)
        hint = f"did you mean {' or '.join(close)}?" if close else "for example eu-west-1"
        raise ValueError(f"must be a commercial AWS region ({hint})")
    return value


def _vpc_cidr(value: str) -> str:
    try:
        network = IPv4Network(value)
    except ValueError as error:
        # The reason repeats the value, which may be long, or not what it looks like.
        readable = len(value) <= LONGEST_CIDR and value.isascii() and value.isprintable()
        reason = f" ({error})" if readable else ""
        raise ValueError(f"must be an IPv4 network such as 10.0.0.0/16{reason}") from None
    if str(network) != value:
        raise ValueError(f"must be written as {network}")
    if not any(network.subnet_of(private) for private in PRIVATE_NETWORKS):
        allowed = ", ".join(map(str, PRIVATE_NETWORKS))
        raise ValueError(f"must be a private network, inside one of {allowed}")
    largest, smallest, *_ = limits.VPC_PREFIX
    if not largest <= network.prefixlen <= smallest:
        raise ValueError(
            f"must be a /{largest} to /{smallest}, to hold a subnet"
            " of at least /27 for every zone and tier"
        )
    return value


def _public_name(value: str) -> str:
    # ACM, like the registries, knows no last label of one character.
    last = value.rpartition(".")[2]
    if "." not in value or value != value.lower() or not host_name(value) or len(last) == 1:
        raise ValueError(
            "must be a domain name in lower case without a trailing dot, such as example.com:"
            " each label 1 to 63 letters, digits or inner hyphens, the last at least 2"
        )
    return value


def _domain_name(value: str) -> str:
    if len(_public_name(value)) > limits.DOMAIN.most:
        raise ValueError(
            f"must have at most {limits.DOMAIN.most} characters, and has {len(value)}: ACM allows"
            " no more in the first name of a certificate, and bootstrap requests one even with"
            " tls = false"
        )
    return value


def _bucket_name(value: str) -> str:
    # No dots, which S3's own certificate does not cover.
    reserved = ("xn--", "sthree-", "amzn-s3-demo-")
    suffixes = ("-s3alias", "--ol-s3", "--x-s3", "--table-s3", "-an")
    if (
        not re.fullmatch(rf"(?!-)[a-z0-9-]{limits.BUCKET.of_a_pattern}(?<!-)", value)
        or value.startswith(reserved)
        or value.endswith(suffixes)
    ):
        raise ValueError(
            "must be an S3 bucket name: 3 to 63 lower-case letters, digits and inner hyphens,"
            " with none of S3's reserved prefixes and suffixes"
        )
    return value


def _load_balancing_name(value: str) -> str:
    # https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
    form = rf"(?!-)[A-Za-z0-9-]{limits.LOAD_BALANCING.of_a_pattern}(?<!-)"
    if not re.fullmatch(form, value) or value.startswith("internal-"):
        raise ValueError(
            "must be 1 to 32 letters, digits and inner hyphens, not starting with internal-"
        )
    return value


def _page(value: str) -> str:
    if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", value):
        raise ValueError("must not contain control characters other than tab and line ends")
    size = len(quoted(value).encode())
    if size > limits.PAGE.most:
        raise ValueError(
            f"must be at most {limits.PAGE.most} bytes once quoted for the shell, and is {size}:"
            " it is part of the instances' user data"
        )
    return value


def _deployment_name(value: str) -> str:
    if value.startswith("sg-"):
        raise ValueError("must not start with sg-, which EC2 reserves for security group IDs")
    return value


def _state_key(value: str) -> str:
    if relative(value.split("/")):
        raise ValueError("must not have . or .. between slashes")
    return value


def _length(limit: Limit) -> WithJsonSchema:
    """For editors and docs/environment.md: what a validator holds a text to besides its form."""
    return WithJsonSchema({"type": "string", "minLength": limit.least, "maxLength": limit.most})


def _tag_key(value: str) -> str:
    # IAM takes keys that differ only in case for the same one:
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
    if value.lower() in map(str.lower, limits.OWN_TAGS):
        raise ValueError(
            f"must not be one of this project's own tags: {', '.join(limits.OWN_TAGS)}"
        )
    if value == "__proto__":
        raise ValueError("must not be __proto__, which cdktf's JavaScript cannot use as a key")
    return _tag(value)


def _tag(value: str) -> str:
    # Terraform removes and adds a tag with a blank at an end by turns; AWS keeps the prefix for
    # itself, ACM in values too.
    if value != value.strip():
        raise ValueError("must not begin or end with a blank")
    if value.lower().startswith("aws:"):
        raise ValueError("must not begin with aws:")
    return value


def _whole(value: object) -> object:
    # A Literal takes what is equal: 10.0 for 10, true for 1.
    if isinstance(value, bool | float):
        raise PydanticCustomError("not_whole", "is not a whole number")
    return value


Whole = BeforeValidator(_whole)
# Of those that CloudWatch Logs takes:
# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
LogDays = Annotated[Literal[1, 7, 14, 30, 60, 90, 180, 365, 731, 1827], Whole]
Region = Annotated[str, AfterValidator(_region)]
VpcCidr = Annotated[str, AfterValidator(_vpc_cidr)]
DomainName = Annotated[str, AfterValidator(_domain_name), _length(limits.DOMAIN)]
PublicName = Annotated[str, AfterValidator(_public_name), _length(limits.PUBLIC_NAME)]
BucketName = Annotated[str, AfterValidator(_bucket_name), _length(limits.BUCKET)]
LoadBalancingName = Annotated[
    str, AfterValidator(_load_balancing_name), _length(limits.LOAD_BALANCING)
]
Page = Annotated[str, Field(min_length=1), AfterValidator(_page)]

DeploymentName = Annotated[
    str,
    # Letters first, and no hyphen last.
    Field(pattern=rf"^[a-z][a-z0-9-]{{0,{limits.NAME.most - limits.NAME.least}}}[a-z0-9]$"),
    AfterValidator(_deployment_name),
]
HostedZoneId = Annotated[str, Field(pattern=rf"^Z[A-Z0-9]{{1,{limits.ZONE_ID.most - 1}}}$")]
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html
VpcId = Annotated[str, Field(pattern=r"^vpc-([0-9a-f]{8}|[0-9a-f]{17})$")]
SubnetId = Annotated[str, Field(pattern=r"^subnet-([0-9a-f]{8}|[0-9a-f]{17})$")]
SecurityGroupId = Annotated[str, Field(pattern=r"^sg-([0-9a-f]{8}|[0-9a-f]{17})$")]
SetIdentifier = Annotated[
    str, Field(pattern=rf"^[A-Za-z0-9 ._:/=+@-]{limits.SET_IDENTIFIER.of_a_pattern}$")
]
LaunchTemplateName = Annotated[
    str, Field(pattern=rf"^[A-Za-z0-9().\-/_]{limits.LAUNCH_TEMPLATE.of_a_pattern}$")
]
AutoScalingGroupName = Annotated[
    str, Field(pattern=rf"^[A-Za-z0-9._-]{limits.AUTO_SCALING_GROUP.of_a_pattern}$")
]
InstanceType = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,20}\.[a-z0-9-]{1,20}$")]
AmiId = Annotated[str, Field(pattern=r"^ami-([0-9a-f]{8}|[0-9a-f]{17})$")]
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_route53-recovery-cluster.html
RoutingControlArn = Annotated[
    str,
    Field(
        pattern=r"^arn:aws:route53-recovery-control::[0-9]{12}:controlpanel/[0-9a-f]{32}"
        r"/routingcontrol/[0-9a-f]{16}$"
    ),
]
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-route53recoverycontrol-cluster-clusterendpoint.html
EndpointUrl = Annotated[
    str,
    Field(
        pattern=r"^https://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._-]+)*/?$",
        max_length=limits.CLUSTER_ENDPOINT.most,
    ),
    AfterValidator(endpoint_url),
]
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
RoleArn = Annotated[
    str,
    Field(
        pattern=r"^arn:aws:iam::[0-9]{12}:role/([A-Za-z0-9_+=,.@-]{1,64}/){0,8}[A-Za-z0-9_+=,.@-]{1,64}$"
    ),
]
AccountId = Annotated[str, Field(pattern=r"^[0-9]{12}$")]
# The common form; SNS takes no display name.
EmailAddress = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$",
        max_length=limits.EMAIL.most,
    ),
    AfterValidator(email_address),
]
HttpsUrl = Annotated[str, Field(max_length=limits.URL.most), AfterValidator(https_url)]
PageUrl = Annotated[str, Field(max_length=limits.RUNBOOKS.most), AfterValidator(page_url)]
StateKey = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$", max_length=limits.STATE_KEY.most),
    AfterValidator(_state_key),
]
# https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html: the
# characters that every service takes, so also none that Terraform would read as its own ("${").
TagKey = Annotated[
    str,
    Field(pattern=rf"^[A-Za-z0-9 _.:/=+@-]{limits.TAG_KEY.of_a_pattern}$"),
    AfterValidator(_tag_key),
]
TagValue = Annotated[
    str,
    Field(pattern=rf"^[A-Za-z0-9 _.:/=+@-]{limits.TAG_VALUE.of_a_pattern}$"),
    AfterValidator(_tag),
]

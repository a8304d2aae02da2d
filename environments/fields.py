"""The field types of an environment file: what one value may be, by itself."""

import difflib
import re
import shlex
from ipaddress import IPv4Network
from typing import Annotated

from pydantic import AfterValidator, Field

from environments.regions import COMMERCIAL_REGIONS

# https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html: a VPC is /16 to /28.
LARGEST_VPC_PREFIX = 16
# The network module cuts a VPC into 32 subnets, and a load balancer's subnet is at least a /27:
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
SMALLEST_VPC_PREFIX = 22
LONGEST_CIDR = len("255.255.255.255/255.255.255.255")
PRIVATE_NETWORKS = tuple(
    IPv4Network(cidr) for cidr in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
)

# RFC 1035, section 2.3.4: 255 octets, less those of the first length and the root.
MAX_DOMAIN_NAME = 253
LABEL = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)")
MAX_PORT = 65535
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
MAX_BUCKET_NAME = 63

# The tags that the stacks set themselves.
OWN_TAGS = ("Name", "Deployment", "Stack", "ManagedBy")

# EC2 takes 16 KiB of user data; what the page leaves of it is the script's.
# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html
MAX_PAGE_BYTES = 12 * 1024


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
    if not LARGEST_VPC_PREFIX <= network.prefixlen <= SMALLEST_VPC_PREFIX:
        raise ValueError(
            f"must be a /{LARGEST_VPC_PREFIX} to /{SMALLEST_VPC_PREFIX}, to hold a subnet"
            " of at least /27 for every zone and tier"
        )
    return value


def _host_name(value: str) -> bool:
    labels = value.split(".")
    return len(value) <= MAX_DOMAIN_NAME and all(map(LABEL.fullmatch, labels))


def _domain_name(value: str) -> str:
    if "." not in value or value != value.lower() or not _host_name(value):
        raise ValueError(
            "must be a domain name in lower case without a trailing dot, such as example.com:"
            f" at most {MAX_DOMAIN_NAME} characters, each label 1 to 63 letters, digits or inner"
            " hyphens"
        )
    return value


def _bucket_name(value: str) -> str:
    # No dots, which S3's own certificate does not cover.
    reserved = ("xn--", "sthree-", "amzn-s3-demo-")
    suffixes = ("-s3alias", "--ol-s3", "--x-s3", "--table-s3", "-an")
    if (
        not re.fullmatch(rf"[a-z0-9][a-z0-9-]{{1,{MAX_BUCKET_NAME - 2}}}[a-z0-9]", value)
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
    if not re.fullmatch(r"(?!-)[A-Za-z0-9-]{1,32}(?<!-)", value) or value.startswith("internal-"):
        raise ValueError(
            "must be 1 to 32 letters, digits and inner hyphens, not starting with internal-"
        )
    return value


def _page(value: str) -> str:
    if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", value):
        raise ValueError("must not hold control characters other than tab and line ends")
    size = len(shlex.quote(value).encode())
    if size > MAX_PAGE_BYTES:
        raise ValueError(
            f"must be at most {MAX_PAGE_BYTES} bytes once quoted for the shell, and is {size}:"
            " it travels in the instances' user data"
        )
    return value


def _deployment_name(value: str) -> str:
    if value.startswith("sg-"):
        raise ValueError("must not start with sg-, which EC2 keeps for security group IDs")
    return value


def _relative(path: list[str]) -> bool:
    # Elements that whoever resolves them takes for another place.
    return "." in path or ".." in path


def _endpoint_url(value: str) -> str:
    server, *path = value.removeprefix("https://").split("/")
    host, _, port = server.partition(":")
    if not _host_name(host) or not 1 <= int(port or 443) <= MAX_PORT or _relative(path):
        raise ValueError(
            f"must be a URL with a host's name, a port of at most {MAX_PORT} if any, and no . or .."
            " between slashes"
        )
    return value


def _https_url(value: str) -> str:
    # What SNS calls; credentials in it would be in the state and in every plan.
    if not re.fullmatch(r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*/?", value):
        raise ValueError(
            "must be a URL such as https://alerts.example.com/sns, without user, password and query"
        )
    return _endpoint_url(value)


def _email_address(value: str) -> str:
    local, _, host = value.partition("@")
    if not all(local.split(".")) or not _host_name(host):
        raise ValueError("must be an e-mail address such as oncall@example.com")
    return value


def _state_key(value: str) -> str:
    if _relative(value.split("/")):
        raise ValueError("must not have . or .. between slashes")
    return value


def _tag_key(value: str) -> str:
    # IAM takes keys that differ only in case for the same one:
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
    if value.lower().startswith("aws:") or value.lower() in map(str.lower, OWN_TAGS):
        own = ", ".join(OWN_TAGS)
        raise ValueError(f"must not start with aws: nor be one of this project's own: {own}")
    if value == "__proto__":
        raise ValueError("must not be __proto__, which is no key to cdktf's JavaScript")
    return value


Region = Annotated[str, AfterValidator(_region)]
VpcCidr = Annotated[str, AfterValidator(_vpc_cidr)]
DomainName = Annotated[str, AfterValidator(_domain_name)]
BucketName = Annotated[str, AfterValidator(_bucket_name)]
LoadBalancingName = Annotated[str, AfterValidator(_load_balancing_name)]
Page = Annotated[str, Field(min_length=1), AfterValidator(_page)]

# Also the start of IAM role names (64 characters), hence short.
DeploymentName = Annotated[
    str, Field(pattern=r"^[a-z][a-z0-9-]{0,18}[a-z0-9]$"), AfterValidator(_deployment_name)
]
HostedZoneId = Annotated[str, Field(pattern=r"^Z[A-Z0-9]{1,31}$")]
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html
VpcId = Annotated[str, Field(pattern=r"^vpc-([0-9a-f]{8}|[0-9a-f]{17})$")]
SubnetId = Annotated[str, Field(pattern=r"^subnet-([0-9a-f]{8}|[0-9a-f]{17})$")]
SecurityGroupId = Annotated[str, Field(pattern=r"^sg-([0-9a-f]{8}|[0-9a-f]{17})$")]
# https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html
SetIdentifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9 ._:/=+@-]{1,128}$")]
LaunchTemplateName = Annotated[str, Field(pattern=r"^[A-Za-z0-9().\-/_]{3,128}$")]
AutoScalingGroupName = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,255}$")]
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
    Field(pattern=r"^https://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._-]+)*/?$", max_length=128),
    AfterValidator(_endpoint_url),
]
AccountId = Annotated[str, Field(pattern=r"^[0-9]{12}$")]
# RFC 5321's common form; SNS takes no display name.
EmailAddress = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$", max_length=254),
    AfterValidator(_email_address),
]
HttpsUrl = Annotated[str, Field(max_length=2048), AfterValidator(_https_url)]
StateKey = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$", max_length=200),
    AfterValidator(_state_key),
]
# https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html: the
# characters that every service takes, so also none that Terraform would read as its own ("${").
TagKey = Annotated[str, Field(pattern=r"^[A-Za-z0-9 _.:/=+@-]{1,128}$"), AfterValidator(_tag_key)]
TagValue = Annotated[str, Field(pattern=r"^[A-Za-z0-9 _.:/=+@-]{0,256}$")]

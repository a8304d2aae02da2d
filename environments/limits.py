"""How long, how many and how much: every limit of an environment file, and where it is from.

Where AWS's services, the provider and DNS differ, the narrowest counts.
"""

from typing import NamedTuple


class Limit(NamedTuple):
    """The least and the most that are allowed: of a number itself, of a text its characters, of a
    list its items."""

    least: int
    most: int
    source: str
    """AWS's page, or why we chose it."""
    model: str = ""
    """Where botocore's model of the API has the same limit, as `service.Shape`."""

    @property
    def of_a_pattern(self) -> str:
        """As a regular expression says it."""
        return f"{{{self.least},{self.most}}}"


_AWS = "https://docs.aws.amazon.com"
# The tags that the stacks set themselves.
OWN_TAGS = ("Name", "Deployment", "Stack", "ManagedBy")

NAME = Limit(2, 20, "ours: role names, of 64 characters, start with it")
ACCOUNT_IDS = Limit(0, 10, "ours: more is a slip of the keyboard")

# ACM's limit of a certificate's first name; also where no certificate is used, since bootstrap
# always asks for one. Names below the domain are others of a certificate's, or none: DNS's 253.
DOMAIN = Limit(4, 64, f"{_AWS}/acm/latest/APIReference/API_RequestCertificate.html")
HOST_NAME = Limit(1, 253, "RFC 1035, section 2.3.4: 255 octets, less the first length and the root")
PUBLIC_NAME = Limit(4, HOST_NAME.most, HOST_NAME.source)
# Of the ten names that ACM allows in a certificate by default, the domain and the region's own are
# two.
ALIASES = Limit(0, 8, f"{_AWS}/acm/latest/userguide/acm-limits.html")
LABEL = Limit(1, 63, "RFC 1035, section 2.3.4", "acm.DomainNameString")
ZONE_ID = Limit(
    2, 32, f"{_AWS}/Route53/latest/APIReference/API_HostedZone.html", "route53.ResourceId"
)
SET_IDENTIFIER = Limit(
    1,
    128,
    f"{_AWS}/Route53/latest/APIReference/API_ResourceRecordSet.html",
    "route53.ResourceRecordSetIdentifier",
)
CNAME_TTL = Limit(1, 300, "ours: users wait for it after a failover")
FAILURE_THRESHOLD = Limit(
    1,
    10,
    f"{_AWS}/Route53/latest/APIReference/API_HealthCheckConfig.html",
    "route53.FailureThreshold",
)
CHECKER_REGIONS = Limit(
    3,
    8,
    f"{_AWS}/Route53/latest/APIReference/API_HealthCheckConfig.html",
    "route53.HealthCheckRegionList",
)

RATE_LIMIT = Limit(
    10,
    2_000_000_000,
    f"{_AWS}/waf/latest/APIReference/API_RateBasedStatement.html",
    "wafv2.RateLimit",
)
RECEIVERS = Limit(0, 20, "ours: more is a mailing list's work")
EMAIL = Limit(6, 254, "RFC 5321, section 4.5.3.1.3: a path of 256, less its brackets")
URL = Limit(12, 2048, "ours: SNS states no limit, and proxies take about so much")
RUNBOOKS = Limit(9, 400, "ours: of an alarm's description, which has room for 1024 characters")
# With 100, "more than 100 %" would never be true.
ERROR_PERCENT = Limit(1, 99, "ours: an alarm is above it")
LATENCY_SECONDS = Limit(0, 60, "ours: the load balancer ends a request after 60 s without data")
BLOCKED_REQUESTS = Limit(1, 1_000_000_000, "ours: more is a slip of the keyboard")
CLUSTER_ENDPOINTS = Limit(1, 5, f"{_AWS}/r53recovery/latest/dg/routing-control.html")
CLUSTER_ENDPOINT = Limit(9, 128, f"{_AWS}/recovery-cluster/latest/api/cluster.html")

# A load balancer wants two. AWS has no region of more than six.
ZONES = Limit(2, 6, f"{_AWS}/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html")
# The prefix's length. AWS takes a /16 to a /28; of 32 subnets, each is to be at least a /27 for a
# load balancer.
VPC_PREFIX = Limit(16, 22, f"{_AWS}/vpc/latest/userguide/vpc-cidr-blocks.html")
# A load balancer has at most five, of which one is its own.
BALANCER_GROUPS = Limit(
    0, 4, f"{_AWS}/elasticloadbalancing/latest/application/load-balancer-limits.html"
)
# The provider takes three characters fewer than EC2.
LAUNCH_TEMPLATE = Limit(
    3,
    125,
    f"{_AWS}/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html",
    "ec2.LaunchTemplateName",
)
AUTO_SCALING_GROUP = Limit(
    1,
    255,
    f"{_AWS}/autoscaling/ec2/APIReference/API_CreateAutoScalingGroup.html",
    "autoscaling.XmlStringMaxLen255",
)
LOAD_BALANCING = Limit(
    1, 32, f"{_AWS}/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html"
)
INSTANCES = Limit(0, 500, "ours: more is a slip of the keyboard; AWS's quota is the account's")
# Of the CPU: below, a group never rests; above, it grows too late.
TARGET_CPU_PERCENT = Limit(10, 90, "ours: for room on either side")
# Bytes of what a file puts into one region's user data, quoted for the shell: EC2 takes 16 KiB, of
# which the script has the rest.
USER_DATA = Limit(0, 12 * 1024, f"{_AWS}/AWSEC2/latest/UserGuide/user-data.html")
PAGE = Limit(1, USER_DATA.most, USER_DATA.source)

PORT = Limit(
    1, 65535, f"{_AWS}/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html"
)
# The firewall's exemption of the checkers compares it; Route 53 itself takes 255.
HEALTH_CHECK_PATH = Limit(
    1,
    200,
    f"{_AWS}/waf/latest/APIReference/API_ByteMatchStatement.html",
    "route53.ResourcePath",
)
HEALTH_CHECK_STRING = Limit(
    1,
    255,
    f"{_AWS}/Route53/latest/APIReference/API_HealthCheckConfig.html",
    "route53.SearchString",
)
BOOT = Limit(30, 1800, "ours: shorter is no instance's boot, longer no recovery's")
GRACE = Limit(60, 7200, "ours: more is a slip of the keyboard")
VARIABLE_NAME = Limit(1, 64, "ours: more is a slip of the keyboard")
VARIABLE_VALUE = Limit(0, 1024, "ours: user data has room for few of them")
VARIABLES = Limit(0, 50, "ours: more belongs into the release")
PACKAGE_NAME = Limit(1, 64, "ours: more is a slip of the keyboard")
PACKAGES = Limit(0, 20, "ours: more belongs into an image")
BAKE = Limit(0, 3600, "ours: more is a day's work, which nobody waits for")
DRILL_MINUTES = Limit(5, 60, "ours: detection and failover take minutes, and longer is an outage")
SKEW_MINUTES = Limit(10, 1440, "ours: less is a delivery's own time, and a day must not go by")

# PostgreSQL's and Aurora PostgreSQL's; the MySQL engines take 64.
DATABASE_NAME = Limit(1, 63, f"{_AWS}/AmazonRDS/latest/APIReference/API_CreateDBCluster.html")
DATABASE_INSTANCES = Limit(1, 6, "ours: one in each of a region's zones; Aurora takes 16")
# A tenth of what a gp3 volume may have, to which storage autoscaling may grow.
DATABASE_STORAGE = Limit(20, 6553, f"{_AWS}/AmazonRDS/latest/UserGuide/CHAP_Storage.html")
BACKUP_DAYS = Limit(1, 35, f"{_AWS}/AmazonRDS/latest/APIReference/API_CreateDBCluster.html")
PASSWORD_VERSION = Limit(1, 1_000_000, "ours: a counter")
LAG_SECONDS = Limit(5, 3600, "ours: less is the network's own time, and more is no RPO")
CONNECTIONS = Limit(1, 16_000, f"{_AWS}/AmazonRDS/latest/UserGuide/CHAP_Limits.html")
PROMOTE_AFTER = Limit(1, 60, "ours: less is a glitch, and for longer nobody waits")

TABLES = Limit(0, 20, "ours: the instances' policies name each, and have room for no more")
TABLE_NAME = Limit(1, 40, "ours: DynamoDB takes 255 characters, and a variable and alarms have it")
ATTRIBUTE_NAME = Limit(
    1,
    255,
    f"{_AWS}/amazondynamodb/latest/APIReference/API_KeySchemaElement.html",
    "dynamodb.KeySchemaAttributeName",
)
# Characters of the names that users open and of the tables, as a list in JSON: a function has them
# in a variable, and Lambda takes 4 KiB of variables, of which the rest needs at most 1,800.
CHECKED_NAMES = Limit(0, 2290, f"{_AWS}/lambda/latest/dg/configuration-envvars.html")
# A table's default quota.
ON_DEMAND_UNITS = Limit(
    1, 40_000, f"{_AWS}/amazondynamodb/latest/developerguide/ServiceQuotas.html"
)

BUCKET = Limit(3, 63, f"{_AWS}/AmazonS3/latest/userguide/bucketnamingrules.html")
STATE_KEY = Limit(1, 200, "ours: S3 takes 1024 bytes, with what the backend adds")

# Fewer than either service's own, 128 and 256, which some count otherwise.
TAG_KEY = Limit(1, 127, f"{_AWS}/tag-editor/latest/userguide/best-practices-and-strats.html")
# Terraform never comes to an end with an empty one among its default tags.
TAG_VALUE = Limit(1, 255, f"{_AWS}/tag-editor/latest/userguide/best-practices-and-strats.html")
# Fifty on most, but Route 53 takes ten on a health check, of which some are ours.
TAGS_OF_A_HEALTH_CHECK = Limit(
    1,
    10,
    f"{_AWS}/Route53/latest/APIReference/API_ChangeTagsForResource.html",
    "route53.TagList",
)
TAGS = Limit(0, TAGS_OF_A_HEALTH_CHECK.most - len(OWN_TAGS), TAGS_OF_A_HEALTH_CHECK.source)

"""The AWS regions that an environment file may name: the commercial ones (partition `aws`)
that the pinned AWS provider, 5.100.0, accepts.

Source: https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
The provider refuses any other ("Invalid AWS Region"), so a newer region waits for a newer
provider. A test compares the list with the pinned botocore's.
"""

COMMERCIAL_REGIONS = frozenset(
    """
    af-south-1
    ap-east-1 ap-east-2
    ap-northeast-1 ap-northeast-2 ap-northeast-3
    ap-south-1 ap-south-2
    ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-7
    ca-central-1 ca-west-1
    eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3
    il-central-1
    me-central-1 me-south-1
    mx-central-1
    sa-east-1
    us-east-1 us-east-2 us-west-1 us-west-2
    """.split()  # noqa: SIM905 - a line for each part of the world
)

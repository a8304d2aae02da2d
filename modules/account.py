"""The account in which a stack is applied."""

from cdktf import TerraformStack
from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from constructs import Construct

ID = "account"


def account_id(scope: Construct) -> str:
    """The account's ID. Whoever asks first in a stack adds the look-up; one is for all who ask."""
    stack = TerraformStack.of(scope)
    known = stack.node.try_find_child(ID)
    if not isinstance(known, DataAwsCallerIdentity):
        known = DataAwsCallerIdentity(stack, ID)
    return known.account_id

"""The account in which resources are created."""

from cdktf import TerraformStack
from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from constructs import Construct

from modules.module import Module

ID = "account"


def account_id(scope: Construct) -> str:
    """The ID of the account that the scope's provider is for.

    Whoever asks first adds the look-up: to the stack, or to the module that was given a provider of
    its own. One is for all who ask.
    """
    owner = scope.provider_scope if isinstance(scope, Module) else TerraformStack.of(scope)
    known = owner.node.try_find_child(ID)
    if not isinstance(known, DataAwsCallerIdentity):
        known = DataAwsCallerIdentity(owner, ID)
    return known.account_id

"""The AWS account that resources are created in."""

from weakref import WeakKeyDictionary

from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from constructs import Construct

from modules.module import Module, stack_of

_known: WeakKeyDictionary[Construct, str] = WeakKeyDictionary()


def account_id(scope: Construct) -> str:
    """The account ID of the scope's provider.

    The first caller adds the data source: to the stack, or to the module that has a provider of its
    own. Later callers share it.
    """
    owner = scope.provider_scope if isinstance(scope, Module) else stack_of(scope)
    if owner not in _known:
        _known[owner] = DataAwsCallerIdentity(owner, "account").account_id
    return _known[owner]

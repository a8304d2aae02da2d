"""The account in which resources are created."""

from weakref import WeakKeyDictionary

from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from constructs import Construct

from modules.module import Module, stack_of

_known: WeakKeyDictionary[Construct, str] = WeakKeyDictionary()


def account_id(scope: Construct) -> str:
    """The ID of the account that the scope's provider is for.

    Whoever asks first adds the look-up: to the stack, or to the module that was given a provider of
    its own. One is for all who ask.
    """
    owner = scope.provider_scope if isinstance(scope, Module) else stack_of(scope)
    if owner not in _known:
        _known[owner] = DataAwsCallerIdentity(owner, "account").account_id
    return _known[owner]

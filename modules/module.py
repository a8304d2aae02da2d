"""The base of every module: a construct whose resources have readable addresses.

Importing this file wraps the function that creates every binding object. docs/decisions/0005
explains why, which alternatives were tried, and what it costs.
"""

import re
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

import jsii
from cdktf import (
    TerraformBackend,
    TerraformDataSource,
    TerraformElement,
    TerraformProvider,
    TerraformResource,
    TerraformStack,
)
from constructs import Construct, IConstruct

# cdktf leaves this id out of addresses too.
DEFAULT = "Default"
# cdktf strips these characters from addresses too.
NOT_IN_ADDRESSES = re.compile(r"[^A-Za-z0-9_-]")
WORD_START = re.compile(r"(?<!^)(?=[A-Z])")

_addresses: WeakKeyDictionary[TerraformStack, set[tuple[str, str]]] = WeakKeyDictionary()


class Module(Construct):
    """A construct whose resources have readable addresses, without cdktf's hash.

    A module whose id is its class name in snake case adds nothing to its resources' addresses: the
    VPC of `Network(stack, "network")` is `aws_vpc.vpc`. Any other id becomes a prefix: the VPC of
    `Network(stack, "first")` is `aws_vpc.first_vpc`. A resource with the id `DEFAULT` is named
    after its module.

    Args:
        scope: A stack, another module or any other construct.
        id: Unique in `scope`.
        provider: Provider for everything in the module, unless a resource names its own; None for
            the enclosing module's, or else the stack's.

    Raises:
        ValueError: If a resource is added whose address another one in the stack already has.
    """

    def __init__(
        self, scope: Construct, id: str, *, provider: TerraformProvider | None = None
    ) -> None:
        super().__init__(scope, id)
        outer, between = _around(scope)
        self.stack = outer.stack if outer else stack_of(scope)
        self.provider = provider or (outer.provider if outer else None)
        self.provider_scope: Construct = self.stack
        """The innermost module that was given a provider, or the stack."""
        if provider:
            self.provider_scope = self
        elif outer:
            self.provider_scope = outer.provider_scope
        silent = WORD_START.sub("_", type(self).__name__).lower()
        own = [] if id in (silent, DEFAULT) else [id]
        self.__prefix: list[str] = [*(outer.__prefix if outer else []), *between, *own]

    def address(self, id: str) -> str:
        """The Terraform name of this module's resource `id`."""
        ids = self.__prefix if id == DEFAULT else [*self.__prefix, id]
        return NOT_IN_ADDRESSES.sub("", "_".join(ids))


def stack_of(scope: Construct) -> TerraformStack:
    """The stack that a construct is or belongs to. For a stack, this saves a call to Node."""
    return scope if isinstance(scope, TerraformStack) else TerraformStack.of(scope)


def _around(scope: IConstruct) -> tuple[Module | None, list[str]]:
    """The module that a scope is or is in, and the ids of other constructs in between."""
    if isinstance(scope, Module | TerraformStack):
        return (scope if isinstance(scope, Module) else None), []
    outer, between = _around(scope.node.scopes[-2])
    return outer, [*between, *([] if scope.node.id == DEFAULT else [scope.node.id])]


def _claim(stack: TerraformStack, element: TerraformElement, address: str) -> None:
    """Refuses a second element of the same type and address, which would silently replace the
    first."""
    kind: str = getattr(type(element), "__jsii_type__")  # noqa: B009 # untyped
    taken = _addresses.setdefault(stack, set())
    if (kind, address) in taken:
        name = type(element).__name__
        raise ValueError(f"{address}: a {name} of this stack has this address; rename its module")
    taken.add((kind, address))


_create: Callable[..., object] = vars(jsii.JSIIMeta)["__call__"]


def _create_and_name(kind: type[Any], /, *args: Any, **settings: Any) -> object:
    """Creates an object. An element in a module gets its provider and address before anything can
    refer to it."""
    scope: object = args[0] if args else settings.get("scope")
    if not issubclass(kind, TerraformElement) or issubclass(kind, TerraformBackend):
        return _create(kind, *args, **settings)
    if isinstance(scope, Module) and issubclass(kind, TerraformResource | TerraformDataSource):
        settings["provider"] = settings.get("provider") or scope.provider
    element: Any = _create(kind, *args, **settings)
    id: str = args[1] if args[1:] else element.node.id  # noqa: A001
    if isinstance(scope, Module):
        _claim(scope.stack, element, scope.address(id))
        element.override_logical_id(scope.address(id))
    elif isinstance(scope, TerraformStack):
        _claim(scope, element, id)
    return element


jsii.JSIIMeta.__call__ = _create_and_name  # pyright: ignore[reportAttributeAccessIssue]

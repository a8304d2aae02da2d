"""The base of every module: a construct whose resources have readable addresses.

Importing it wraps the call that creates an object of any binding. docs/decisions/0005 says why,
what else was tried, and what this costs.
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
# cdktf's own rule for what an address may hold.
NOT_IN_ADDRESSES = re.compile(r"[^A-Za-z0-9_-]")
WORD_START = re.compile(r"(?<!^)(?=[A-Z])")

_addresses: WeakKeyDictionary[TerraformStack, set[tuple[str, str]]] = WeakKeyDictionary()


class Module(Construct):
    """A construct whose resources have readable addresses, without cdktf's hash.

    A module whose id is its class's name in snake case adds nothing to the addresses of its
    resources: the VPC of `Network(stack, "network")` is `aws_vpc.vpc`. Any other id starts them:
    the VPC of `Network(stack, "first")` is `aws_vpc.first_vpc`. A resource with the id `DEFAULT`
    is called after its module.

    Args:
        scope: A stack, another module or any other construct.
        id: Unique in `scope`.
        provider: Of all that the module adds, unless a resource names its own; None for the
            provider of the module around it, or else the stack's.

    Raises:
        ValueError: While resources are added, if two of a stack would have one address.
    """

    def __init__(
        self, scope: Construct, id: str, *, provider: TerraformProvider | None = None
    ) -> None:
        super().__init__(scope, id)
        outer, between = _around(scope)
        self.stack = outer.stack if outer else stack_of(scope)
        self.provider = provider or (outer.provider if outer else None)
        self.provider_scope: Construct = self.stack
        """The module that was given `provider`, or the stack."""
        if provider:
            self.provider_scope = self
        elif outer:
            self.provider_scope = outer.provider_scope
        silent = WORD_START.sub("_", type(self).__name__).lower()
        own = [] if id in (silent, DEFAULT) else [id]
        self.__prefix: list[str] = [*(outer.__prefix if outer else []), *between, *own]

    def address(self, id: str) -> str:
        """The name in Terraform of this module's resource `id`."""
        ids = self.__prefix if id == DEFAULT else [*self.__prefix, id]
        return NOT_IN_ADDRESSES.sub("", "_".join(ids))


def stack_of(scope: Construct) -> TerraformStack:
    """The stack that a construct is, or is in. Of a stack, without asking Node."""
    return scope if isinstance(scope, TerraformStack) else TerraformStack.of(scope)


def _around(scope: IConstruct) -> tuple[Module | None, list[str]]:
    """The module that a scope is, or is in; and the ids between, if there are other constructs."""
    if isinstance(scope, Module | TerraformStack):
        return (scope if isinstance(scope, Module) else None), []
    outer, between = _around(scope.node.scopes[-2])
    return outer, [*between, *([] if scope.node.id == DEFAULT else [scope.node.id])]


def _claim(stack: TerraformStack, element: TerraformElement, address: str) -> None:
    """Refuses a second element of one type and address, which would silently replace the first."""
    kind: str = getattr(type(element), "__jsii_type__")  # noqa: B009 # untyped
    taken = _addresses.setdefault(stack, set())
    if (kind, address) in taken:
        name = type(element).__name__
        raise ValueError(f"{address}: a {name} of this stack has this address; rename its module")
    taken.add((kind, address))


_create: Callable[..., object] = vars(jsii.JSIIMeta)["__call__"]


def _create_and_name(kind: type[Any], /, *args: Any, **settings: Any) -> object:
    """Creates an object; an element in a module gets its provider and its address, before anybody
    can refer to it."""
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

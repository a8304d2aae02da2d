"""The base of every module: a construct whose resources have readable addresses.

Importing it wraps `jsii.create`, through which every binding creates its Node object. See
docs/decisions/0005 for what else was tried and what this costs.
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
from constructs import Construct

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
        outer = scope if isinstance(scope, Module) else None
        self.stack = outer.stack if outer else TerraformStack.of(scope)
        self.provider = provider or (outer.provider if outer else None)
        self.provider_scope: Construct = self.stack
        """The module that was given `provider`, or the stack."""
        if provider:
            self.provider_scope = self
        elif outer:
            self.provider_scope = outer.provider_scope
        silent = WORD_START.sub("_", type(self).__name__).lower()
        own = [] if id in (silent, DEFAULT) else [id]
        self._prefix = [*(outer._prefix if outer else _ids_below_stack(scope)), *own]

    def address(self, id: str) -> str:
        """The name in Terraform of this module's resource `id`."""
        ids = self._prefix if id == DEFAULT else [*self._prefix, id]
        return NOT_IN_ADDRESSES.sub("", "_".join(ids))


def _ids_below_stack(scope: Construct) -> list[str]:
    """What a construct that is no module adds to addresses, in a stack or not directly."""
    if isinstance(scope, TerraformStack):
        return []
    ids = [one.node.id for one in scope.node.scopes[len(TerraformStack.of(scope).node.scopes) :]]
    return [one for one in ids if one != DEFAULT]


def _name(element: TerraformElement, scope: object, id: str, config: object = None) -> None:
    """Gives a new element its address and provider, before anything can refer to it."""
    if isinstance(scope, TerraformStack):
        _claim(scope, element, id)
    elif isinstance(scope, Module):
        address = scope.address(id)
        _claim(scope.stack, element, address)
        element.override_logical_id(address)
        provided = isinstance(element, TerraformResource | TerraformDataSource)
        if provided and scope.provider and getattr(config, "provider", None) is None:
            element.provider = scope.provider


def _claim(stack: TerraformStack, element: TerraformElement, address: str) -> None:
    """Refuses a second element of one type and address, which would silently replace the first."""
    kind: str = getattr(type(element), "__jsii_type__")  # noqa: B009 # untyped
    taken = _addresses.setdefault(stack, set())
    if (kind, address) in taken:
        name = type(element).__name__
        raise ValueError(f"{address}: a {name} of this stack has this address; rename its module")
    taken.add((kind, address))


_create: Callable[..., object] = vars(jsii)["create"]


def _create_and_name(klass: type[Any], obj: Any, args: list[Any] | None = None) -> object:
    """`jsii.create`; an element's arguments are its scope, its id and mostly its settings."""
    reference = _create(klass, obj, args)
    if args and isinstance(obj, TerraformElement) and not isinstance(obj, TerraformBackend):
        _name(obj, *args[:3])
    return reference


jsii.create = _create_and_name

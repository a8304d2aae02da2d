"""Imports the bindings' Python modules without what makes that slow.

Each resource type is a module of thousands of annotated functions. jsii's code evaluates every
annotation on import, and checks each call's arguments against them. That takes a third of Python's
time, and is left out here. The type checker and jsii's Node still find wrong arguments.
"""

import __future__

import functools
import importlib.metadata
import importlib.util
import os
import sys
from collections.abc import Callable, Collection, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

# In the name of the bytecode's file, which lies beside that of a plain import.
NAME = "bindings"
# Each module of the bindings asks for this package's version, which is parsed anew each time.
CHECKER = "typeguard"


class QuickLoader(SourceFileLoader):
    """Compiles a module as if it said `from __future__ import annotations` and ran under
    `python -O`, which leaves out jsii's checks of arguments."""

    @functools.cached_property
    def bytecode(self) -> str:
        """The file of the compiled module."""
        return importlib.util.cache_from_source(self.path, optimization=NAME)

    @functools.cached_property
    def plain_bytecode(self) -> str:
        """The file that importlib asks for, which is that of a plain import."""
        return importlib.util.cache_from_source(self.path)

    def usable(self) -> bool:
        """Whether the module needs to be compiled only once."""
        folder = Path(self.bytecode).parent
        return Path(self.bytecode).exists() or (
            not sys.dont_write_bytecode
            and os.access(folder if folder.exists() else folder.parent, os.W_OK)
        )

    # importlib passes undocumented arguments, which differ between versions of Python.
    def source_to_code(self, data: Any, path: Any, *_: Any, **__: Any) -> Any:
        flags = __future__.annotations.compiler_flag
        return compile(data, path, "exec", flags=flags, dont_inherit=True, optimize=1)

    def get_data(self, path: str) -> bytes:
        return super().get_data(self.bytecode if path == self.plain_bytecode else path)

    def set_data(self, path: str, data: Any, **settings: Any) -> None:
        own = self.bytecode if path == self.plain_bytecode else path
        super().set_data(own, data, **settings)


class QuickFinder(MetaPathFinder):
    """Finds what a plain import finds, and lets `QuickLoader` load it.

    packages: the bindings.
    """

    def __init__(self, packages: Collection[str]) -> None:
        self.packages = packages

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] not in self.packages:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec and type(spec.loader) is SourceFileLoader:
            quick = QuickLoader(spec.loader.name, spec.loader.path)
            if quick.usable():
                spec.loader = quick
        return spec


def quicken(packages: Collection[str]) -> None:
    """Makes these packages quick to import; harmless if called again."""
    if any(isinstance(finder, QuickFinder) for finder in sys.meta_path):
        return
    sys.meta_path.insert(0, QuickFinder(packages))
    importlib.metadata.version = _remembering(importlib.metadata.version)


def _remembering(original: Callable[[str], str]) -> Callable[[str], str]:
    once = functools.cache(original)

    @functools.wraps(original)
    def version(distribution_name: str) -> str:
        ask = once if distribution_name == CHECKER else original
        return ask(distribution_name)

    return version

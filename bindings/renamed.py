"""Imports of `cdktf` and `cdktf_cdktf_provider_aws` that find CDK Terrain's packages instead."""

import importlib
import sys
from collections.abc import Mapping
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


class Renamed(MetaPathFinder, Loader):
    """Loads packages under other names, submodules included: both names are the same module.

    new_names: what to load, by the name that is imported.
    """

    def __init__(self, new_names: Mapping[str, str]) -> None:
        self.new_names = new_names

    def find_spec(self, fullname: str, *_: object) -> ModuleSpec | None:
        package = fullname.partition(".")[0]
        return ModuleSpec(fullname, self) if package in self.new_names else None

    def exec_module(self, module: ModuleType) -> None:
        package, dot, rest = module.__name__.partition(".")
        # importlib takes what is here at the end of the import.
        sys.modules[module.__name__] = importlib.import_module(self.new_names[package] + dot + rest)


def register(new_names: Mapping[str, str]) -> None:
    """Makes these names importable; harmless if called again."""
    if not any(isinstance(finder, Renamed) for finder in sys.meta_path):
        sys.meta_path.insert(0, Renamed(new_names))

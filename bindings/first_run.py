"""What makes the second run as fast as any later one.

The first run unpacks the bindings into jsii's package cache. jsii then indexes their 120 MB of type
definitions, so that later runs read only the types that they use. It does so in a thread of Node
that ends with the run, which is mostly over sooner; until a run happens to last long enough, each
one reads all definitions again, which takes seconds and more than a gigabyte of memory.

It also compiles those of the bindings' Python modules that our stacks import.
"""

import os
import pkgutil
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import bindings

# What jsii writes last, into the folder of each package that it has indexed:
# packages/@jsii/kernel/src/runtime-index.ts in https://github.com/aws/jsii
INDEX = ".jsii.runtime.v*.json"
# It takes 5 to 15 seconds, and longer on a busy machine.
SECONDS = 300


def finish(seconds: float = SECONDS) -> list[Path]:
    """Loads the bindings, and keeps jsii running until it has indexed them.

    Returns the folders of packages that it has not indexed after this many seconds: runs work
    without, but take longer.
    """
    bindings.prepare()
    chosen = bindings.toolchain()
    # Loads the other packages too, but no resource types.
    import_module(f"{chosen.provider}._jsii")
    root = os.environ.get(bindings.CACHE_ROOT)
    if root is None:  # disabled, or wherever else the user wants it
        return []
    packages = [
        folder
        for package in ("constructs", chosen.core, chosen.provider)
        for folder in cached(package, Path(root))
    ]
    end = time.monotonic() + seconds
    while missing := [folder for folder in packages if not any(folder.glob(INDEX))]:
        if time.monotonic() > end:
            break
        time.sleep(0.1)
    return missing


def compile_what_is_used() -> None:
    """Imports every stack, as a synth does."""
    for module in pkgutil.iter_modules(import_module("stacks").__path__, "stacks."):
        import_module(module.name)


def cached(package: str, root: Path) -> Iterator[Path]:
    """The folders in jsii's cache of this Python package's version."""
    assembly = import_module(f"{package}._jsii").__jsii_assembly__
    return root.glob(f"{assembly.name}/{assembly.version}/*")

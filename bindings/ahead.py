"""Loads the bindings while Python does something else."""

from collections.abc import Generator
from contextlib import contextmanager, suppress
from importlib import import_module
from threading import Thread

import bindings


@contextmanager
def loaded_meanwhile() -> Generator[None]:
    """Starts Node, which takes half a second to read the bindings' types, and waits for it at the
    end of the block. Errors are ignored here: importing the bindings later raises them again."""
    try:
        bindings.prepare()
    except bindings.ToolchainError:
        yield
        return
    loading = Thread(target=_load, args=(bindings.toolchain().provider,))
    loading.start()
    try:
        yield
    finally:
        loading.join()


def _load(provider: str) -> None:
    with suppress(Exception):
        import_module(f"{provider}._jsii")

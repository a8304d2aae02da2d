"""jsii's program in JavaScript, unpacked once instead of in each run, and run in one Node."""

import importlib.metadata
import importlib.resources
from collections.abc import MutableMapping
from pathlib import Path

LAUNCHER = Path(__file__).with_name("runtime.cjs")
# jsii reads this, and our launcher the other.
VARIABLE = "JSII_RUNTIME"
PROGRAM = "JSII_PROGRAM"


def program(home: Path) -> Path:
    """Where jsii's program is in a virtual environment, once that is set up."""
    return home / "jsii-runtime" / importlib.metadata.version("jsii") / "lib" / "program.js"


def unpack(home: Path) -> None:
    """Writes the program and what it loads into a virtual environment, unless they are there.
    Raises OSError."""
    target = program(home).parent
    target.mkdir(parents=True, exist_ok=True)
    for file in importlib.resources.files("jsii._embedded.jsii").iterdir():
        folder, _, name = file.name.partition("__")
        copy, content = target / name, file.read_bytes() if file.is_file() else b""
        if folder != target.name or copy.suffix != ".js":
            continue
        if not copy.exists() or copy.read_bytes() != content:  # another process may run it
            copy.write_bytes(content)


def use(environ: MutableMapping[str, str], home: Path) -> None:
    """Has jsii run the unpacked program, if it is there. A user's own runtime takes precedence."""
    if environ.get(VARIABLE, str(LAUNCHER)) != str(LAUNCHER):
        return
    if program(home).exists():
        environ[VARIABLE] = str(LAUNCHER)
        environ[PROGRAM] = str(program(home))
    else:
        environ.pop(VARIABLE, None)  # inherited from a process of another virtual environment

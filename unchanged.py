"""Whether a synth would write what is there already.

Each synth leaves a record beside its output: the digest of all that it read, the files of the
toolchain that it ran, and the digest of each file that it wrote. The record states a fact about
contents, so it may be out of date but never wrong: after an edit, a crash, or another environment's
synth in the same folder, it just no longer matches. Delete it to force a new synth.

Imports nothing that takes long.
"""

import dataclasses
import errno
import fcntl
import hashlib
import json
import os
import re
import shutil
import sys
from collections.abc import Collection, Generator, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from report import Report

ROOT = Path(__file__).parent
RECORD = "last-synth"
MAX_INPUTS = 8
MAX_BYTES = 64 * 1024 * 1024
BYTECODE = "__pycache__"
# What cdktf, jsii and Node read, and we: https://developer.hashicorp.com/terraform/cdktf/create-and-deploy/environment-variables
VARIABLES = re.compile(
    r"ENVIRONMENT|TOOLCHAIN|CDKTF_(?!OUTDIR$).*|CDKTN_.*|JSII_.*|NODE_.*|SYNTH_HCL_OUTPUT|TERRAFORM_BINARY_NAME"
)
# As it was when this process started, since synth may add to it.
SEARCH_PATH = tuple(sys.path)
# Code from places that nobody watches.
FOREIGN = {"PYTHONPATH", "NODE_PATH", "JSII_RUNTIME"}
FOREIGN_NODE_OPTION = re.compile(r"(^|\s)(-r|--require|--import|--(experimental-)?loader)\b")


def inputs(environ: Mapping[str, str]) -> str | None:
    """A digest of what a synth reads, except the toolchain's own files. None if that cannot be
    known.

    environ: the variables at the start of this process, since synth adds its own.
    """
    if FOREIGN & environ.keys() or FOREIGN_NODE_OPTION.search(environ.get("NODE_OPTIONS", "")):
        return None
    try:
        return _digest(
            {
                "variables": {k: environ[k] for k in environ if VARIABLES.fullmatch(k)},
                # Where the variable names no path, the file is among the sources.
                "environment": _digest_of(environ.get("ENVIRONMENT", "")),
                "sources": {file: _digest_of(file) for file in _sources()},
                "python": (sys.version, sys.prefix, SEARCH_PATH),
                "installed": [_installed(Path(path)) for path in SEARCH_PATH],
            }
        )
    except OSError:
        return None


def unchanged(outdir: Path, read: str | None) -> Report | None:
    """What the last synth to this folder reported, if one now would write the same, all of which is
    there.

    read: the inputs' digest now.
    """
    record = _record(outdir)
    if read is None or record is None or read not in record["inputs"]:
        return None
    try:
        if any(_stamp(file) != stamp for file, stamp in record["toolchain"].items()):
            return None
        if any(_digest_of(outdir / file) != one for file, one in record["outputs"].items()):
            return None
    except OSError:
        return None
    return Report(**record["report"])


def remember(outdir: Path, read: str, outputs: Collection[Path], report: Report) -> None:
    """Writes the record, in the process that has synthesised. Without one, the next synth takes
    its time, so a failure is no error.

    read: the inputs' digest before and after.
    outputs: every file that synth writes or removes.
    """
    with suppress(OSError):
        record: dict[str, Any] = {
            "toolchain": {file: _stamp(file) for file in sorted(_toolchain())},
            "outputs": {str(file.relative_to(outdir)): _digest_of(file) for file in outputs},
            "report": dataclasses.asdict(report),
        }
        # Other inputs that gave the same: `cdktf` sets other variables than `make synth`.
        earlier = _record(outdir) or {}
        others = earlier.pop("inputs", [])
        record["inputs"] = [read, *others][:MAX_INPUTS] if earlier == record else [read]
        text = json.dumps(record)
        unfinished = outdir / f"{RECORD}.new"
        unfinished.write_text(f"{_sha256(text.encode())}\n{text}", "utf-8")
        unfinished.replace(outdir / RECORD)


@contextmanager
def alone(outdir: Path) -> Generator[bool]:
    """Waits until no other synth writes to this folder. False where it cannot be locked, as on some
    network file systems."""
    with ExitStack() as stack:
        locked = False
        with suppress(OSError):
            folder = os.open(outdir, os.O_RDONLY)
            stack.callback(os.close, folder)
            fcntl.flock(folder, fcntl.LOCK_EX)
            locked = True
        yield locked


def _sources() -> Iterator[str]:
    """All files of our programs and packages, and the pinned versions. Any of them might be
    imported, or packed for Lambda."""
    yield from map(str, sorted(ROOT.glob("*.py")))
    packages = {file.parent for file in ROOT.glob("*/__init__.py")} | {ROOT / "requirements"}
    for folder in sorted(packages - {ROOT / "tests"}):
        yield from _files(str(folder))


def _files(folder: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if not entry.is_dir():
                yield entry.path
            elif entry.name != BYTECODE:
                yield from _files(entry.path)


def _toolchain() -> set[str]:
    """The files that ran in this process and are not sources: Python modules, Node, and jsii's
    archives and program in JavaScript."""
    node = shutil.which(os.environ.get("JSII_NODE", "node"))
    found = {file for file in (node, os.environ.get("JSII_PROGRAM")) if file}
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__dict__", {}).get("__file__")  # a lazy module would import itself
        if file:
            found.add(file)
            if name.rpartition(".")[2] in ("jsii", "_jsii"):
                found |= set(_files(str(Path(file).parent)))
    return found - set(_sources())


def _installed(library: Path) -> list[str]:
    """The names in a folder of the search path, which tell the packages' versions."""
    if library == ROOT or not library.is_dir():
        return []
    return sorted({file.name for file in library.iterdir()} - {BYTECODE})


def _stamp(file: str) -> list[int] | None:
    """A file's size and time, which an installation changes; None without one."""
    try:
        status = Path(file).stat()
    except FileNotFoundError:
        return None
    return [status.st_size, status.st_mtime_ns]


def _digest_of(file: Path | str) -> str | None:
    """A regular file's SHA-256; None for anything else. Raises OSError if it cannot be read, or is
    larger than any of ours."""
    path = Path(file)
    if not path.is_file():
        return None
    if path.stat().st_size > MAX_BYTES:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
    return _sha256(path.read_bytes())


def _record(outdir: Path) -> dict[str, Any] | None:
    """The record in a folder; None if there is none, or a damaged one."""
    file = outdir / RECORD
    try:
        if file.is_file():
            digest, _, text = file.read_text("utf-8").partition("\n")
            return json.loads(text) if digest == _sha256(text.encode()) else None
    except (OSError, ValueError):
        pass
    return None


def _digest(value: Any) -> str:
    return _sha256(json.dumps(value, sort_keys=True).encode())


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()

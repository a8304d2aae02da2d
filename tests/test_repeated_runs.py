"""`python main.py` again and again, as a user runs it, in a copy of the sources."""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path

import pytest

import main
import unchanged
from bindings.toolchains import DEFAULT, TERRAIN, Toolchain
from emitted import output_files, stack_file
from tests.bindings.every_toolchain import home
from tests.file_modes import obeying_permissions

ROOT = Path(__file__).parent.parent
OURS = ("JSII_", "NODE_", "CDKTF_", "ENVIRONMENT", "PYTHONPATH")
ENVIRON = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}

# Prints the files that a synth opens or imports.
SPY = """
import os, runpy, sys
seen = set()
def opened(event, arguments):
    if event == "open" and not isinstance(arguments[0], int):
        seen.add(os.path.abspath(os.fsdecode(arguments[0])))
sys.addaudithook(opened)
sys.argv = [sys.argv[1]]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    loaded = (vars(module).get("__file__") for module in list(sys.modules.values()))
    print("\\n".join(seen.union(filter(None, loaded))))
"""
# Of our files that run, these alone may read variables: the program, what prepares Node, and what
# looks which Node ran.
READ_VARIABLES = {
    "main.py",
    "bindings/__init__.py",
    "bindings/toolchains.py",
    "unchanged.py",
}
VARIABLE = re.compile(rb"process\.env\.(\w+)|_ENV = \"(\w+)\"")


class Copy:
    """A copy of what `main.py` needs, and an output folder."""

    def __init__(self, folder: Path) -> None:
        self.root, self.out = folder / "root", folder / "out"
        for file in unchanged._sources():  # pyright: ignore[reportPrivateUsage]
            copied = self.root / Path(file).relative_to(ROOT)
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, copied)
        # Where TOOLCHAIN is looked up.
        (self.root / ".venv").symlink_to(ROOT / ".venv")

    def run(self, prefix: Sequence[str] = (), **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*prefix, sys.executable, str(self.root / "main.py")],
            capture_output=True,
            text=True,
            check=False,
            env={**ENVIRON, "CDKTF_OUTDIR": str(self.out), **more},
        )

    def written(self) -> dict[Path, int]:
        """When each output was written."""
        return {file: file.stat().st_mtime_ns for file in output_files(self.out) if file.exists()}

    def content(self) -> dict[Path, bytes]:
        return {file: file.read_bytes() for file in self.written()}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    return Copy(tmp_path_factory.mktemp("copy"))


@pytest.mark.slow
def test_a_second_run_writes_nothing_and_says_the_same(copy: Copy) -> None:
    first = copy.run()
    assert first.returncode == 0, first.stderr
    written = copy.written()
    second = copy.run()
    assert (second.returncode, second.stdout, second.stderr) == (0, first.stdout, first.stderr)
    assert copy.written() == written
    # A folder that cannot be written need not be.
    copy.out.chmod(0o555)
    assert copy.run(obeying_permissions()).stdout == first.stdout
    copy.out.chmod(0o755)


@pytest.mark.slow
def test_what_changes_is_synthesised_and_what_is_damaged_is_mended(copy: Copy) -> None:
    copy.run()
    before = copy.content()
    archive = next(file for file in before if file.suffix == ".zip")
    archive.write_bytes(archive.read_bytes()[:-1])
    stack_file(copy.out, "dr").write_text("{}")
    copy.run()
    assert copy.content() == before

    code = copy.root / "stacks/global_.py"
    source = code.read_text()
    code.write_text(source.replace('output(self, "url"', 'output(self, "address"'))
    copy.run(ENVIRONMENT="staging")
    stack = json.loads(stack_file(copy.out, "global").read_text())
    assert "address" in stack["output"]
    assert "staging" in stack["terraform"]["backend"]["s3"]["bucket"]

    code.write_text(source)
    copy.run()
    assert copy.content() == before

    (copy.root / "environments/production.toml").write_text("name = 1")
    assert copy.run().returncode == 2


def test_what_ran_is_in_the_record(copy: Copy) -> None:
    copy.run()
    record = json.loads((copy.out / unchanged.RECORD).read_text().partition("\n")[2])
    ran = {Path(file).name for file in record["toolchain"]}
    assert {"node", "program.js"} <= ran
    assert any(name.startswith("cdktf@") for name in ran)


@pytest.mark.parametrize("edited", [False, True])
def test_sources_that_are_edited_during_a_synth_leave_no_record(
    tmp_path: Path, edited: bool
) -> None:
    """It may have read either version."""
    before = "others" if edited else unchanged.inputs(ENVIRON)
    report = main._synthesised(ENVIRON, tmp_path, before)  # pyright: ignore[reportPrivateUsage]
    assert report is not None
    assert (tmp_path / unchanged.RECORD).exists() is not edited


@pytest.mark.slow
def test_whatever_a_synth_reads_is_an_input(tmp_path: Path) -> None:
    finished = subprocess.run(
        [sys.executable, "-c", SPY, str(ROOT / "main.py")],
        capture_output=True,
        text=True,
        check=False,
        # With code from elsewhere, the inputs are not read to compare them.
        env={**ENVIRON, "CDKTF_OUTDIR": str(tmp_path), "NODE_PATH": "/none"},
    )
    assert finished.returncode == 0, finished.stderr
    files = {Path(line) for line in finished.stdout.splitlines() if line.startswith(str(ROOT))}
    ours = {file for file in files if not {".venv", "__pycache__"} & set(file.parts)}
    assert ROOT / "environments/production.toml" in ours
    assert ours <= {Path(file) for file in unchanged._sources()}  # pyright: ignore[reportPrivateUsage]
    names = {file.relative_to(ROOT).as_posix(): file.read_text() for file in ours}
    readers = {name for name in names if "os.environ" in names[name]}
    assert {name for name in readers if not name.startswith("functions/")} == READ_VARIABLES


@pytest.mark.parametrize("chosen", [DEFAULT, TERRAIN], ids=lambda one: one.name)
def test_the_variables_that_cdktf_reads_are_inputs(chosen: Toolchain) -> None:
    (archive,) = home(chosen).glob(f"lib/python*/site-packages/{chosen.core}/_jsii/*.tgz")
    found: set[str] = set()
    with tarfile.open(archive) as bundle:
        for file in bundle:
            content = (
                bundle.extractfile(file) if re.match(r"package/lib/.*\.js$", file.name) else None
            )
            if content:
                for one, other in VARIABLE.findall(content.read()):
                    found.add((one or other).decode())
    assert {"CDKTF_CONTEXT_JSON", "CDKTF_TARGET_STACK_ID", "SYNTH_HCL_OUTPUT"} <= found
    read = {name for name in found if unchanged.VARIABLES.fullmatch(name)}
    assert found - read == {"CDKTF_OUTDIR"}

"""jsii's program runs in the first Node; what JavaScript prints and raises arrives as with jsii's
launcher."""

import subprocess
import sys
from pathlib import Path

import pytest

import bindings
from bindings import runtime
from bindings.toolchains import DEFAULT, TERRAIN, Toolchain
from tests.bindings.every_toolchain import home as home_of
from tests.bindings.every_toolchain import printed, ran

PRINTS = """
process.stdin.resume();
console.log("on stdout, ä");
console.error("on stderr");
"""
START = """
import bindings, os
bindings.prepare()
os.environ.pop("NODE_OPTIONS") if {plain} else None
os.environ["NODE_OPTIONS"] = os.environ.get("NODE_OPTIONS", "") + ' --require="{script}"'
os.environ.pop("JSII_RUNTIME") if {plain} else None
from cdktf import App
print(App.__name__, flush=True)
"""


def started(script: Path, *, plain: bool = False) -> subprocess.CompletedProcess[str]:
    """What a Python says whose Node runs a script first.

    plain: by jsii's own launcher.
    """
    return ran(sys.executable, "-c", START.format(script=script, plain=plain))


def program_only(script: str) -> str:
    """A script for the Node that runs the program, whether by a launcher or not."""
    return f"if (!process.argv[1].endsWith('jsii-runtime.js')) setImmediate(() => {{ {script} }});"


@pytest.mark.parametrize("plain", [False, True], ids=["ours", "the launcher"])
def test_what_javascript_prints_is_passed_on(plain: bool, tmp_path: Path) -> None:
    script = tmp_path / "prints.cjs"
    script.write_text(program_only(PRINTS))
    said = started(script, plain=plain)
    assert said.returncode == 0, said.stderr
    assert sorted(said.stdout.splitlines()) == ["App", "on stdout, ä"]
    assert said.stderr == "on stderr\n"


def test_more_than_a_pipe_holds_arrives_whole(tmp_path: Path) -> None:
    """jsii's launcher loses the end of it."""
    script = tmp_path / "prints.cjs"
    script.write_text(program_only("console.log('much'.repeat(50_000))"))
    assert sorted(started(script).stdout.splitlines()) == ["App", "much" * 50_000]


@pytest.mark.parametrize("plain", [False, True], ids=["ours", "the launcher"])
def test_an_error_that_ends_it_is_told(plain: bool, tmp_path: Path) -> None:
    script = tmp_path / "throws.cjs"
    script.write_text(program_only("throw new Error('out of luck')"))
    said = started(script, plain=plain)
    assert said.returncode == 1
    assert "\nError: out of luck\n" in f"\n{said.stderr}"


def test_there_is_one_node(tmp_path: Path) -> None:
    script = tmp_path / "counts.cjs"
    script.write_text(f"require('fs').appendFileSync({str(tmp_path / 'nodes')!r}, 'x')")
    for plain in (False, True):
        assert started(script, plain=plain).returncode == 0
    assert (tmp_path / "nodes").read_text() == "x" + "xx"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    runtime.unpack(tmp_path)
    return tmp_path


def test_the_unpacked_program_is_that_of_the_installed_jsii(home: Path) -> None:
    program = runtime.program(home)
    (packed,) = Path(sys.prefix).glob("lib/*/site-packages/jsii/_embedded/jsii/lib__program.js")
    assert program.read_bytes() == packed.read_bytes()
    assert program.with_name("runtime-index-worker.js").exists()
    assert list(program.parent.glob("*.map")) == []


PARENT = """
import bindings, os, subprocess, sys
bindings.prepare()
environ = {**os.environ, **eval(sys.argv[3])}
subprocess.run([sys.argv[1], "-c", sys.argv[2]], check=True, env=environ)
"""
CHILD = """
import bindings, os
bindings.prepare()
from cdktf import App
print(os.environ["JSII_NODE"], os.environ.get("JSII_RUNTIME"), os.environ.get("JSII_PROGRAM"))
"""


@pytest.mark.parametrize("chosen", [DEFAULT, TERRAIN], ids=lambda one: one.name)
def test_a_childs_are_its_own(chosen: Toolchain) -> None:
    folder = home_of(chosen)
    said = printed(sys.executable, "-c", PARENT, str(folder / "bin/python"), CHILD, "{}")
    node, launcher, program = said.split()
    assert Path(node).is_relative_to(folder)
    assert (launcher, program) == (str(runtime.LAUNCHER), str(runtime.program(folder)))


def test_a_childs_choice_of_a_node_comes_with_jsiis_launcher(tmp_path: Path) -> None:
    code = "import bindings, os; bindings.prepare(); print(os.environ['JSII_NODE'])"
    another = tmp_path / "node"
    another.symlink_to(printed(sys.executable, "-c", code))
    choice = str({"JSII_NODE": str(another)})
    said = printed(sys.executable, "-c", PARENT, sys.executable, CHILD, choice)
    assert said.split() == [str(another), "None", "None"]


def test_a_longer_option_of_the_users_is_not_taken_for_ours() -> None:
    code = "import bindings; bindings.prepare(); import cdktf; print(cdktf.App().node.id == '')"
    assert printed(sys.executable, "-c", code, NODE_OPTIONS="--preserve-symlinks-main") == "True"


def test_it_is_used_where_it_is_and_a_users_choice_wins(home: Path, tmp_path: Path) -> None:
    environ: dict[str, str] = {}
    runtime.use(environ, home)
    ours = {
        runtime.VARIABLE: str(runtime.LAUNCHER),
        runtime.PROGRAM: str(runtime.program(home)),
    }
    assert environ == ours
    runtime.forget_a_parents(environ)
    runtime.use(environ, tmp_path / "nowhere")
    assert environ == {}
    environ = {runtime.VARIABLE: "/mine"}
    runtime.use(environ, home)
    assert environ == {runtime.VARIABLE: "/mine"}


def test_with_another_node_the_launcher_may_warn() -> None:
    environ = {"JSII_NODE": "/my/node"}
    bindings.prepare(environ)
    assert runtime.VARIABLE not in environ


def test_without_the_unpacked_program_everything_works() -> None:
    code = """
import bindings
from bindings import runtime
runtime.program = lambda home: home / "nowhere"
bindings.prepare()
from cdktf import App
print(App.__name__)
"""
    assert printed(sys.executable, "-c", code) == "App"

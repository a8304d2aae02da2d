"""The bindings' quick start, and that nothing depends on it."""

import ast
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

import bindings
from tests.bindings.every_toolchain import printed

ROOT = Path(__file__).parent.parent.parent


def python(code: str, *arguments: str, **environ: str) -> str:
    """What this code prints when run in its own process."""
    return printed(sys.executable, "-c", code, *arguments, **environ)


def test_node_is_the_pinned_one_and_a_users_choice_wins() -> None:
    environ: dict[str, str] = {}
    bindings.use_pinned_node(environ)
    version = subprocess.run(
        [environ["JSII_NODE"], "--version"], capture_output=True, text=True, check=True
    )
    assert version.stdout.startswith("v24.")
    environ = {"JSII_NODE": "/my/node"}
    bindings.use_pinned_node(environ)
    assert environ == {"JSII_NODE": "/my/node"}


def test_without_the_node_package_the_machines_own_is_left_to_jsii(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    environ: dict[str, str] = {}
    bindings.use_pinned_node(environ)
    assert environ == {}


def test_other_node_options_stay_and_ours_is_added_once() -> None:
    environ = {"NODE_OPTIONS": "--no-warnings"}
    bindings.set_node_options(environ)
    bindings.set_node_options(environ)
    assert environ["NODE_OPTIONS"].startswith("--no-warnings --require=")
    assert environ["NODE_OPTIONS"].count("--require=") == 1


def test_a_path_with_spaces_and_quotes_is_one_option(tmp_path: Path) -> None:
    folder = tmp_path / 'a "b" \\c d'
    folder.mkdir()
    script = folder / "hello.cjs"
    script.write_text("console.log('hello')")
    node = python("import bindings, os; bindings.prepare(); print(os.environ['JSII_NODE'])")
    quoted = bindings._quoted(script)  # pyright: ignore[reportPrivateUsage]
    finished = subprocess.run(
        [node, "-e", "0"],
        capture_output=True,
        text=True,
        check=True,
        env={"NODE_OPTIONS": f"--require={quoted}"},
    )
    assert finished.stdout == "hello\n"


def test_a_home_that_others_may_write_to_does_not_matter(tmp_path: Path) -> None:
    """jsii refuses a cache below such a folder, as with umask 002, shared homes and many
    containers."""
    cache = tmp_path / ".cache"
    cache.mkdir()
    cache.chmod(0o775)
    code = "import bindings; bindings.prepare(); import cdktf; print(cdktf.App.__name__)"
    assert python(code, HOME=str(tmp_path), XDG_CACHE_HOME="") == "App"
    assert list(cache.iterdir()) == []


# Runs as a user who may not write to the folder that stands in for a virtual environment.
AS_SOMEBODY_ELSE = """
import os, pathlib, sys, bindings
if os.getuid() == 0:
    os.setresuid(65534, 65534, 65534)
environ = {}
bindings.keep_package_cache(environ, pathlib.Path(sys.argv[1]))
print(environ)
"""


@pytest.mark.parametrize("inner", ["", bindings.PACKAGE_CACHE])
@pytest.mark.parametrize(
    ("mode", "setting"), [(0o777, bindings.CACHE_ROOT), (0o555, bindings.CACHE)]
)
def test_a_virtual_environment_that_cannot_be_written_holds_no_cache(
    inner: str, mode: int, setting: str
) -> None:
    with tempfile.TemporaryDirectory() as name:  # other users cannot enter tmp_path
        Path(name).chmod(0o755)
        folder = Path(name, "venv", inner)
        folder.mkdir(parents=True)
        folder.chmod(mode)
        printed = python(AS_SOMEBODY_ELSE, str(Path(name, "venv")))
    assert list(ast.literal_eval(printed)) == [setting]


def test_the_cache_is_in_the_virtual_environment_and_a_users_choice_wins(tmp_path: Path) -> None:
    environ: dict[str, str] = {}
    bindings.keep_package_cache(environ, tmp_path)
    cache = str(tmp_path / bindings.PACKAGE_CACHE)
    assert environ == {bindings.CACHE_ROOT: cache}
    for name, value in (
        (bindings.CACHE, "disabled"),
        (bindings.CACHE_ROOT, "/mine"),
    ):
        environ = {name: value}
        bindings.keep_package_cache(environ, tmp_path)
        assert environ == {name: value}


def test_bindings_of_another_shape_are_imported_plainly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other_bindings").mkdir()
    (tmp_path / "other_bindings" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    bindings.load_python_modules_on_demand("other_bindings")
    assert "other_bindings" not in sys.modules


@pytest.mark.slow
def test_a_plain_import_writes_the_same_bytes(tmp_path: Path) -> None:
    quick, plain = tmp_path / "quick", tmp_path / "plain"
    code = "import bindings, main; {}; raise SystemExit(main.main())"
    python(code.format("pass"), CDKTF_OUTDIR=str(quick))
    python(code.format("bindings.prepare = lambda: None"), CDKTF_OUTDIR=str(plain))
    for file in sorted(quick.rglob("*.json")):
        assert file.read_bytes() == (plain / file.relative_to(quick)).read_bytes()

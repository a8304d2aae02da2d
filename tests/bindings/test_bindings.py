"""The quick start of the bindings, and that nothing depends on it."""

import os
import subprocess
import sys
import typing
from pathlib import Path

import pytest

import bindings

ROOT = Path(__file__).parent.parent.parent


def python(code: str, **environ: str) -> str:
    """What this code prints in a process of its own."""
    inherited = {k: v for k, v in os.environ.items() if k not in {"JSII_NODE", "NODE_OPTIONS"}}
    finished = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**inherited, **environ},
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.strip()


def test_only_the_submodules_in_use_are_loaded() -> None:
    code = (
        "import bindings, sys; bindings.prepare()\n"
        "from cdktf_cdktf_provider_aws.vpc import Vpc\n"
        "print({m.split('.')[1] for m in sys.modules if m.startswith('cdktf_cdktf_provider_aws.')})"
    )
    assert python(code) in {"{'_jsii', 'vpc'}", "{'vpc', '_jsii'}"}


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


def test_bindings_of_another_shape_are_imported_plainly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other_bindings").mkdir()
    (tmp_path / "other_bindings" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(bindings, "PROVIDER", "other_bindings")
    bindings.load_python_modules_on_demand()
    assert "other_bindings" not in sys.modules


def test_remembered_type_hints_answer_as_before() -> None:
    def function(a: int, b: "str" = "") -> None: ...

    hints = typing.get_type_hints(function)
    assert hints == {"a": int, "b": str, "return": type(None)}
    hints.clear()
    assert len(typing.get_type_hints(function)) == 3
    assert typing.get_type_hints(function, globalns={}, include_extras=True) == {
        "a": int,
        "b": str,
        "return": type(None),
    }


@pytest.mark.slow
def test_a_plain_import_writes_the_same_bytes(tmp_path: Path) -> None:
    quick, plain = tmp_path / "quick", tmp_path / "plain"
    code = "import bindings, main; {}; raise SystemExit(main.main())"
    python(code.format("pass"), CDKTF_OUTDIR=str(quick))
    python(code.format("bindings.prepare = lambda: None"), CDKTF_OUTDIR=str(plain))
    for file in sorted(quick.rglob("*.json")):
        assert file.read_bytes() == (plain / file.relative_to(quick)).read_bytes()

"""The bindings' modules are imported without annotations and checks of arguments; their bytecode
lies beside a plain import's."""

import importlib.metadata
import importlib.util
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from bindings import imports
from tests.bindings.every_toolchain import printed

MODULE = """
def function(argument: not_defined) -> None:
    if __debug__:
        checked.append(argument)

checked = []
function(1)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package that only a quick import can import, as its annotation is not defined."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    finder = imports.QuickFinder({"some_bindings"})
    monkeypatch.setattr(sys, "meta_path", [finder, *sys.meta_path])
    package = tmp_path / "some_bindings"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "vpc.py").write_text(MODULE)
    yield package
    for name in ("some_bindings", "some_bindings.vpc"):
        sys.modules.pop(name, None)


def imported() -> ModuleType:
    for name in ("some_bindings", "some_bindings.vpc"):
        sys.modules.pop(name, None)
    return importlib.import_module("some_bindings.vpc")


def test_annotations_are_not_evaluated_and_arguments_not_checked(folder: Path) -> None:
    module = imported()
    assert module.checked == []
    assert module.function.__annotations__ == {"argument": "not_defined", "return": "None"}
    # From the bytecode of the first time, which a plain import does not take for its own.
    assert imported().checked == []
    names = {file.name.split(".", 1)[1] for file in (folder / "__pycache__").glob("vpc*")}
    assert names == {f"{sys.implementation.cache_tag}.opt-bindings.pyc"}


def test_an_edited_module_is_compiled_again(folder: Path) -> None:
    imported()
    (folder / "vpc.py").write_text(MODULE + "edited = True\n")
    assert imported().edited


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("compiled", [False, True])
def test_what_would_be_compiled_in_each_run_is_imported_plainly(
    compiled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plain import has the bytecode that pip has made."""
    if compiled:
        imported()
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    if compiled:
        assert imported().checked == []
    else:
        with pytest.raises(NameError):
            imported()


def test_what_lies_beside_a_module_is_read_as_it_is(folder: Path) -> None:
    imported()
    (folder / "py.typed").write_text("typed")
    assert pkgutil.get_data("some_bindings", "py.typed") == b"typed"


def test_a_newer_importlib_may_pass_more(folder: Path) -> None:
    """Python 3.15's passes the module's name."""
    loader = imports.QuickLoader("some_bindings.vpc", str(folder / "vpc.py"))
    code = loader.source_to_code(b"def f(a: b): ...", "vpc.py", "some_bindings.vpc", _optimize=-1)
    exec(code, {})


def test_other_modules_are_left_alone() -> None:
    finder = imports.QuickFinder({"some_bindings", "math"})
    assert finder.find_spec("json", None) is None
    compiled = finder.find_spec("math", None)
    assert compiled is None or not isinstance(compiled.loader, imports.QuickLoader)


def test_versions_are_those_that_are_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    installed = {"typeguard": "2.13.3", "cdktf": "0.21.0"}
    asked: list[str] = []

    def version(distribution_name: str) -> str:
        asked.append(distribution_name)
        return installed[distribution_name]

    monkeypatch.setattr(importlib.metadata, "version", version)
    monkeypatch.setattr(sys, "meta_path", [])
    imports.quicken({"some_bindings"})
    for _ in range(2):
        assert importlib.metadata.version("typeguard") == "2.13.3"
        assert importlib.metadata.version(distribution_name="cdktf") == "0.21.0"
    assert asked == ["typeguard", "cdktf", "cdktf"]


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        ("cidr_block=5", "Key 'cidrBlock': Unable to deserialize value as string"),
        ("cidr_blok='x'", "unexpected keyword argument 'cidr_blok'"),
    ],
)
def test_a_wrong_argument_is_refused_by_its_name(arguments: str, wrong: str) -> None:
    code = f"""
import bindings
bindings.prepare()
from cdktf import App, TerraformStack
from cdktf_cdktf_provider_aws.vpc import Vpc
try:
    Vpc(TerraformStack(App(), "stack"), "vpc", {arguments})
except Exception as error:
    print(error)
"""
    assert wrong in printed(sys.executable, "-c", code)

"""Which toolchain a process runs on."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from types import ModuleType

import pytest

from bindings import ToolchainError, toolchain, toolchains
from bindings.renamed import Renamed
from bindings.toolchains import DEFAULT, PROVIDER_6, READY, TERRAIN, TOOLCHAINS
from tests.bindings.every_toolchain import ROOT

UNKNOWN = "TOOLCHAIN: 'cdk' is none of cdktf, cdktf-aws6, cdktn"


@pytest.fixture
def path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The only folder that Python finds packages in."""
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    return tmp_path


def install(folder: Path, package: str, version: str) -> None:
    (folder / package).mkdir(parents=True)
    (folder / package / "__init__.py").touch()
    metadata = folder / f"{package}-{version}.dist-info" / "METADATA"
    metadata.parent.mkdir()
    name = package.replace("_", "-")
    metadata.write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")


@pytest.mark.parametrize(("version", "found"), [("20.1.0", DEFAULT), ("21.22.1", PROVIDER_6)])
def test_the_bindings_tell_which_provider_they_are_for(
    path: Path, version: str, found: toolchains.Toolchain
) -> None:
    install(path, "cdktf", "0.21.0")
    install(path, "cdktf_cdktf_provider_aws", version)
    assert toolchain({}) == found


def test_cdktn_stands_in_where_only_it_is_installed(path: Path) -> None:
    install(path, "cdktn", "0.24.0")
    install(path, "cdktn_provider_aws", "25.8.1")
    assert toolchain({}) == TERRAIN


@pytest.mark.usefixtures("path")
def test_where_nothing_is_installed_the_default_will_be() -> None:
    assert toolchain({}) == DEFAULT


@pytest.mark.parametrize("name", TOOLCHAINS)
def test_the_variable_decides(name: str) -> None:
    assert toolchain({"TOOLCHAIN": name}).name == name


def test_an_unknown_name_is_one_clear_line() -> None:
    with pytest.raises(ToolchainError, match=UNKNOWN):
        toolchain({"TOOLCHAIN": "cdk"})


@pytest.mark.parametrize(
    ("value", "folder"), [("", ".venv"), ("cdktf", ".venv"), ("cdktn", ".venv/toolchains/cdktn")]
)
def test_make_runs_the_toolchains_own_python(value: str, folder: str) -> None:
    """An empty variable, as of a pipeline that sets none, is the default."""
    planned = subprocess.run(
        ["make", "--dry-run", "synth"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "TOOLCHAIN": value},
    )
    assert planned.stdout.splitlines()[-1] == f"{folder}/bin/python main.py"


@pytest.mark.slow
@pytest.mark.parametrize("command", ["main.py", "-m cli policy"])
def test_every_program_says_it(command: str, tmp_path: Path) -> None:
    finished = subprocess.run(
        [sys.executable, *command.split()],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={"TOOLCHAIN": "cdk", "CDKTF_OUTDIR": str(tmp_path)},
    )
    assert finished.returncode != 0
    assert finished.stderr == f"{UNKNOWN}\n"


def test_one_that_is_not_set_up_says_how_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(toolchains, "FOLDER", tmp_path)
    monkeypatch.setattr(toolchains, "installed", lambda: DEFAULT)
    with pytest.raises(ToolchainError) as caught:
        toolchains.activate(TERRAIN)
    assert str(caught.value) == "TOOLCHAIN: cdktn is not set up: run `make toolchains`"


def test_from_another_environment_its_packages_come_first(
    tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(path, "cdktf", "0.21.0")
    install(path, "cdktf_cdktf_provider_aws", "20.1.0")
    monkeypatch.setattr(toolchains, "FOLDER", tmp_path / ".venv")
    assert toolchains.activate(DEFAULT) == Path(sys.prefix)
    folder = PROVIDER_6.folder
    packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(folder)}))
    install(packages, "cdktf_cdktf_provider_aws", "21.22.1")
    with pytest.raises(ToolchainError):  # as after an interrupted set-up
        toolchains.activate(PROVIDER_6)
    (folder / READY).touch()
    assert toolchains.activate(PROVIDER_6) == folder
    assert toolchains.activate(PROVIDER_6) == folder
    assert sys.path == [str(packages), str(path)]
    assert toolchain({}) == PROVIDER_6


def test_old_names_find_the_new_packages_submodules_included(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(path, "new_name", "1.0.0")
    (path / "new_name" / "part.py").write_text("from new_name import __name__ as whole")
    monkeypatch.setattr(sys, "meta_path", [Renamed({"old_name": "new_name"}), *sys.meta_path])
    import old_name.part  # type: ignore[import-not-found]  # noqa: PLC0415

    loaded = {name: module for name, module in sys.modules.items() if "_name" in name}
    for name in loaded:
        monkeypatch.delitem(sys.modules, name)
    whole, part = loaded["new_name"], loaded["new_name.part"]
    assert (loaded["old_name"], loaded["old_name.part"]) == (whole, part)
    assert isinstance(part, ModuleType)
    assert (old_name.part, part.whole, part.__name__) == (part, "new_name", "new_name.part")


def test_other_names_are_left_to_others() -> None:
    assert Renamed({"old_name": "new_name"}).find_spec("old_names") is None

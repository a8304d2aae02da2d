"""What each toolchain does not load, and that its set-up leaves nothing to do."""

import json
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

import bindings
from bindings import first_run, runtime
from bindings.toolchains import DEFAULT, TERRAIN, TOOLCHAINS, Toolchain
from tests.bindings.every_toolchain import home, python

WATCH = Path(__file__).with_name("watch.cjs")
EVERY = pytest.mark.parametrize("chosen", TOOLCHAINS.values(), ids=lambda one: one.name)
A_VPC = """
import bindings, sys
bindings.prepare()
from cdktf import App, TerraformStack, Token
from cdktf_cdktf_provider_aws.vpc import Vpc
vpc = Vpc(TerraformStack(App(), "stack"), "vpc")
Token.as_string(vpc.get_string_attribute("arn"))
print({name.split(".")[1] for name in sys.modules if name.startswith(sys.argv[1] + ".")})
"""


def watched(chosen: Toolchain, folder: Path, **environ: str) -> tuple[str, dict[str, int]]:
    """What a run that makes a VPC prints, and what the Node did that jsii runs in."""
    folder.mkdir()
    said = python(
        chosen,
        "-c",
        A_VPC,
        chosen.provider,
        NODE_OPTIONS=f'--require="{WATCH}"',
        WATCHED=str(folder),
        **environ,
    )
    (did,) = [one for file in folder.iterdir() if (one := json.loads(file.read_text()))["traced"]]
    return said, did


@pytest.mark.slow
@EVERY
def test_only_what_is_in_use_is_loaded(chosen: Toolchain, tmp_path: Path) -> None:
    """Otherwise each run takes 4 times the CPU time and memory: watch out for new bindings whose
    index has another format (bindings/preload.cjs)."""
    said, did = watched(chosen, tmp_path / "watched")
    assert said in {"{'_jsii', 'vpc'}", "{'vpc', '_jsii'}"}
    assert 0 < did["modules"] < 10
    assert did["archives"] == 0
    assert did["stack"] == 0
    assert did["threads"] == 0, "jsii still indexes: remove .venv/toolchains, or .venv, and set up"


@EVERY
def test_set_up_has_unpacked_and_compiled(chosen: Toolchain) -> None:
    """Otherwise each run takes a third longer: run `python -m bindings` of a toolchain that was set
    up before these were needed."""
    folder = home(chosen)
    assert runtime.program(folder).exists()
    for module in ("cdktf", "vpc", "lambda_function"):
        name = module.replace("cdktf", chosen.core)
        (package,) = folder.glob(f"lib/*/site-packages/**/{name}/__init__.py")
        assert list(package.parent.glob("__pycache__/__init__.*.opt-bindings.pyc"))


@pytest.mark.slow
@pytest.mark.long
def test_set_up_finishes_what_a_first_run_only_begins(tmp_path: Path) -> None:
    cache = {bindings.CACHE_ROOT: str(tmp_path / "cache")}
    # As on the way to another toolchain, whose virtual environment comes after the default's.
    assert python(DEFAULT, "-m", "bindings", TOOLCHAIN=TERRAIN.name, **cache) == ""
    _, did = watched(DEFAULT, tmp_path / "watched", **cache)
    assert did["threads"] == 0


@pytest.fixture
def cached(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Path]:
    """The folders of three packages that jsii has unpacked."""

    def import_module(name: str) -> SimpleNamespace:
        assembly = SimpleNamespace(name=f"@scope/{name.partition('.')[0]}", version="1.2.3")
        return SimpleNamespace(__jsii_assembly__=assembly)

    monkeypatch.setattr(bindings, "prepare", lambda: None)
    monkeypatch.setattr(bindings, "toolchain", lambda: DEFAULT)
    monkeypatch.setattr(first_run, "import_module", import_module)
    monkeypatch.setitem(os.environ, bindings.CACHE_ROOT, str(tmp_path))
    names = ("constructs", DEFAULT.core, DEFAULT.provider)
    folders = [tmp_path / "@scope" / name / "1.2.3" / "digest" for name in names]
    for folder in folders:
        folder.mkdir(parents=True)
    (tmp_path / "@scope" / "another" / "1.2.3" / "digest").mkdir(parents=True)
    return folders


def test_set_up_waits_for_every_package_but_not_for_ever(cached: list[Path]) -> None:
    assert first_run.finish(seconds=0) == cached
    (cached[1] / ".jsii.runtime.v1.json").touch()
    assert first_run.finish(seconds=0) == [cached[0], cached[2]]
    for folder in cached:
        (folder / ".jsii.runtime.v1.json").touch()
    assert first_run.finish() == []


@pytest.mark.usefixtures("cached")
def test_without_a_cache_of_ours_there_is_nothing_to_finish(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(os.environ, bindings.CACHE_ROOT)
    assert first_run.finish(seconds=0) == []

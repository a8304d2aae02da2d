"""`python main.py` as a user runs it: what it writes, prints and returns."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from emitted import STACK_NAMES
from environments import load_environment
from tests.file_modes import obeying_permissions
from tests.main_program import run_main
from tests.synthesis import EXAMPLES

ROOT = Path(__file__).parent.parent
FILES = [f"stacks/{name}/cdk.tf.json" for name in STACK_NAMES]


def run(
    outdir: Path, environment: str | None = None, prefix: Sequence[str] = (), **more: str
) -> subprocess.CompletedProcess[str]:
    environ = {key: value for key, value in os.environ.items() if key != "ENVIRONMENT"}
    environ |= {"CDKTF_OUTDIR": str(outdir), **more}
    if environment is not None:
        environ["ENVIRONMENT"] = environment
    return subprocess.run(
        [*prefix, sys.executable, str(ROOT / "main.py")],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=environ,
    )


@pytest.fixture(scope="module")
def two_runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Synthesises production twice, in processes with different hash seeds."""
    one, other = tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("other")
    finished = run(one, PYTHONHASHSEED="1")
    assert finished.returncode == 0, finished.stderr
    # No jsii banner, and no warnings except our own.
    assert all(line.startswith("WARNING: ") for line in finished.stderr.splitlines())
    assert run(other, "production", PYTHONHASHSEED="2").returncode == 0
    return one, other


def test_it_writes_the_four_files(two_runs: tuple[Path, Path]) -> None:
    for file in FILES:
        assert (two_runs[0] / file).is_file()


def test_two_processes_write_the_same_bytes(two_runs: tuple[Path, Path]) -> None:
    one, other = two_runs
    files = sorted(path.relative_to(one) for path in one.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(other) for path in other.rglob("*") if path.is_file())
    for file in files:
        assert (one / file).read_bytes() == (other / file).read_bytes(), file


def test_no_path_of_the_machine_is_written(two_runs: tuple[Path, Path]) -> None:
    for file in FILES:
        text = (two_runs[0] / file).read_text()
        assert str(ROOT) not in text
        assert str(two_runs[0]) not in text


def test_it_ends_with_a_table_and_the_time_to_recover(tmp_path: Path) -> None:
    finished = run_main(EXAMPLES / "mission.toml", tmp_path)
    lines = [line.split() for line in finished.stdout.splitlines() if line.strip()]
    by_stack = {line[0]: line for line in lines if line[0] in STACK_NAMES}
    assert set(by_stack) == set(STACK_NAMES)
    for name, line in by_stack.items():
        stack = json.loads((tmp_path / f"stacks/{name}/cdk.tf.json").read_text())
        assert str(sum(map(len, stack["resource"].values()))) in line
        assert {"primary": "ap-south-1", "bootstrap": "ap-south-1,"}.get(name, "us-east-1") in line
        assert line[-1] == str(tmp_path / f"stacks/{name}/cdk.tf.json")
    assert "s3://awspractice-space-state-primary/terraform.tfstate" in by_stack["primary"]
    assert finished.stdout.strip().splitlines()[-2:] == [
        "awspractice.space recovers from the loss of ap-south-1 in at most 118 s = 30 s detection"
        " + 18 s probes' timeouts + 10 s propagation (estimate) + 60 s DNS TTL",
        "that is for users who honour the TTL; of all users, about 90 % by 158 s and 98 % by 998 s:"
        " others keep DNS answers for longer (extrapolated from studies, docs/failover.md)",
    ]


def warnings_of(folder: Path, content: str) -> list[str]:
    file = folder / "mine.toml"
    file.write_text(content)
    finished = run_main(file, folder / "out")
    assert finished.returncode == 0
    return finished.stderr.splitlines()


def alarms_in(outdir: Path) -> int:
    stacks = [json.loads((outdir / file).read_text()) for file in FILES]
    return sum(len(stack["resource"].get("aws_cloudwatch_metric_alarm", {})) for stack in stacks)


def test_alarms_that_reach_nobody_are_loudly_told(tmp_path: Path) -> None:
    said = warnings_of(tmp_path, (EXAMPLES / "mission.toml").read_text())
    assert [line for line in said if "reach" in line] == [
        f"WARNING: {alarms_in(tmp_path / 'out')} alarms have no recipients: set"
        f" alarms.emails or alarms.webhooks in {tmp_path / 'mine.toml'}"
    ]


@pytest.mark.parametrize(
    "somebody",
    ['emails = ["ana@example.com"]', 'webhooks = ["https://alerts.example.com/sns"]'],
)
def test_with_somebody_to_tell_no_alarm_is_warned_of(tmp_path: Path, somebody: str) -> None:
    mission = (EXAMPLES / "mission.toml").read_text()
    said = warnings_of(tmp_path, f"{mission}\n[alarms]\n{somebody}\n")
    assert [line for line in said if "alarm" in line] == []


def test_a_smaller_standby_is_told_with_its_load(tmp_path: Path) -> None:
    said = warnings_of(tmp_path, (EXAMPLES / "mission.toml").read_text())
    (line,) = [line for line in said if "dr.capacity" in line]
    assert line.startswith("WARNING: dr.capacity.min: a hot standby of 2 instances")


def test_plain_http_is_told_too(tmp_path: Path) -> None:
    said = warnings_of(tmp_path, "tls = false\n" + (EXAMPLES / "mission.toml").read_text())
    assert [line for line in said if "HTTP" in line] == [
        "WARNING: plain HTTP: anybody on the network path can read and change what users of"
        f" awspractice.space see (tls = false in {tmp_path / 'mine.toml'})"
    ]


def test_another_environment_is_selected_by_name_or_path(tmp_path: Path) -> None:
    for number, choice in enumerate(("production", EXAMPLES / "staging.toml")):
        outdir = tmp_path / str(number)
        assert run_main(choice, outdir).returncode == 0
        expected = load_environment(str(choice)).primary.region
        assert f'"region": "{expected}"' in (outdir / FILES[1]).read_text()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "does not exist; environments: "),
        ("name = ", "is not valid TOML: Invalid value (at line 1, the end)"),
        ('name = "x y"\n', "name: is not of the allowed form"),
    ],
)
def test_a_mistake_exits_with_2_and_writes_nothing(
    tmp_path: Path, content: str | None, said: str
) -> None:
    file = tmp_path / "mine.toml"
    if content is not None:
        file.write_text(content)
    finished = run_main(file, tmp_path / "out")
    assert finished.returncode == 2
    assert said in finished.stderr
    assert finished.stdout == ""
    assert not (tmp_path / "out").exists()


def written_to(outdir: Path) -> str:
    """The message about an output folder from a run that respects permissions and exits with 2."""
    before = sorted(outdir.rglob("*"))
    finished = run(outdir, prefix=obeying_permissions())
    assert finished.returncode == 2, finished.stderr
    assert finished.stdout == ""
    assert sorted(outdir.rglob("*")) == before
    return finished.stderr.removeprefix(f"CDKTF_OUTDIR: {outdir}")


def test_an_output_folder_of_another_shape_exits_with_2(tmp_path: Path) -> None:
    (tmp_path / "stacks").touch()
    assert written_to(tmp_path) == "/stacks cannot be written: Not a directory\n"


@pytest.mark.parametrize("file", ["manifest.json", FILES[2]])
def test_a_folder_in_a_files_place_exits_with_2(tmp_path: Path, file: str) -> None:
    (tmp_path / file).mkdir(parents=True)
    assert written_to(tmp_path) == f"/{file} cannot be written: Is a directory\n"


@pytest.mark.parametrize("closed", ["manifest.json", "stacks/dr", FILES[3]])
def test_an_output_that_may_not_be_written_exits_with_2(tmp_path: Path, closed: str) -> None:
    place = tmp_path / closed
    place.parent.mkdir(parents=True, exist_ok=True)
    place.touch() if place.suffix else place.mkdir()
    place.chmod(0o555)
    assert written_to(tmp_path) == f"/{closed} cannot be written: Permission denied\n"


@pytest.mark.slow
def test_a_full_disk_exits_with_2(tmp_path: Path) -> None:
    (tmp_path / "stacks/dr").mkdir(parents=True)
    (tmp_path / FILES[2]).symlink_to("/dev/full")
    finished = run(tmp_path)
    assert finished.returncode == 2
    assert finished.stderr == (
        f"CDKTF_OUTDIR: {tmp_path} cannot be written: ENOSPC: no space left on device, write\n"
    )


def test_hcl_exits_with_2(tmp_path: Path) -> None:
    """The summary, and Terraform, would read earlier JSON in the same folder."""
    finished = run(tmp_path, SYNTH_HCL_OUTPUT="true")
    assert finished.returncode == 2
    assert finished.stderr.startswith("SYNTH_HCL_OUTPUT: the stacks are JSON, not HCL: ")
    assert list(tmp_path.iterdir()) == []


def test_an_output_folders_name_is_shown_as_it_is(tmp_path: Path) -> None:
    outdir = tmp_path / "a[" / "b]:smile:[red]x"
    finished = run_main("production", outdir)
    assert finished.returncode == 0, finished.stderr
    assert str(outdir / FILES[0]) in finished.stdout


def test_a_python_without_the_requirements_is_told_what_to_run() -> None:
    finished = subprocess.run(
        [sys.executable, "-S", str(ROOT / "main.py")], capture_output=True, text=True, check=False
    )
    assert finished.returncode == 1
    assert finished.stderr.startswith("rich is not installed for this Python: run `make synth`")


def _names(requirements: str) -> set[str]:
    text = (ROOT / f"requirements/{requirements}.in").read_text()
    return set(re.findall(r"^([a-z0-9]+)[=\[]", text, re.MULTILINE))


@pytest.mark.slow
def test_synth_needs_nothing_but_its_own_requirements(tmp_path: Path) -> None:
    """`make synth` on a fresh clone installs only these; here, the rest is installed as well."""
    needed = _names("base") | _names("synth")
    names = {*_names("deploy"), *_names("operations"), "botocore", "dns", "werkzeug"} - needed
    hidden = (
        "import sys, runpy; sys.modules.update(dict.fromkeys(%r));"
        "runpy.run_path(%r, run_name='__main__')"
    )
    finished = subprocess.run(
        [sys.executable, "-c", hidden % (sorted(names), str(ROOT / "main.py"))],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "CDKTF_OUTDIR": str(tmp_path), "ENVIRONMENT": "production"},
    )
    assert {"boto3", "moto", "typer"} <= names
    assert finished.returncode == 0, finished.stderr

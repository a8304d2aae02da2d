"""Hostile environment files: each ends with one clear error, and nothing is written."""

import os
import re
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from environments import EnvironmentFileError, load_environment
from environments.errors import MAX_SHOWN
from environments.loading import check
from tests.environments import hostile, hostile_files
from tests.environments.hostile import BAD_KEYS, BAD_TAG_KEYS, BAD_VARIABLES, REFUSED, Hostile
from tests.main_program import run_main
from tests.synthesis import EXAMPLES

FIELDS = sorted({one.field for one in REFUSED})
# Room for the longest description of what is allowed, and the value.
LONGEST_LINE = 450
# Phrases that tell the user what is allowed, or what exists instead.
SAYS = re.compile(
    r"must |should |has the wrong length: .|known keys: "
    r"|is not (of the allowed form|an allowed number|an availability zone of its region): ."
)


def refusal(file: Path | str) -> list[str]:
    """The lines of the message about a file."""
    started = time.monotonic()
    with pytest.raises(EnvironmentFileError) as caught:
        load_environment(str(file), folder=EXAMPLES)
    assert time.monotonic() - started < 10
    return lines_of(caught.value)


def lines_of(error: EnvironmentFileError) -> list[str]:
    """Checks that the message suits people: short, and free of control or hidden characters."""
    lines = str(error).split("\n")
    assert len(lines) <= MAX_SHOWN + 2
    assert all(map(str.isprintable, lines))
    return lines


def said_of(content: hostile.File, folder: Path | None = None) -> list[str]:
    """The message about this file, without its first line. folder: writes the file there first."""
    if folder is None:
        file = Path("hostile.toml")
        with pytest.raises(EnvironmentFileError) as caught:
            check(content, file)
        first, *said = lines_of(caught.value)
    else:
        file = folder / "hostile.toml"
        file.write_text(tomli_w.dumps(content))
        first, *said = refusal(file)
    assert first == f"{file}: {'1 mistake' if len(said) == 1 else f'{len(said)} mistakes'}"
    assert max(map(len, said)) <= LONGEST_LINE
    assert all(map(SAYS.search, said)), said
    assert all(map(str.isascii, said)), said
    return said


def test_the_file_without_hostile_values_is_taken() -> None:
    check(hostile.good_file(), "good.toml")
    for field, value in hostile.TEXTS.items():
        check(Hostile(field, value).file(), "good.toml")


@pytest.mark.parametrize("field", FIELDS)
def test_a_hostile_value_is_refused_by_its_fields_name(field: str, tmp_path: Path) -> None:
    of_field = (one for one in REFUSED if one.field == field)
    for number, one in enumerate(of_field):
        # Reading a real file is slowest, so only every fourth value does.
        said = said_of(one.file(), None if number % 4 else tmp_path)
        assert all(line.startswith(f"  {field}") for line in said), (one, said)
        assert len(said) == 1 or isinstance(one.value, list | dict), (one, said)


@pytest.mark.parametrize("table", ["", "dns", "primary.capacity", "state.global", "alarms"])
def test_a_hostile_key_is_refused(table: str, tmp_path: Path) -> None:
    for key in BAD_KEYS:
        file = hostile.good_file()
        place: Any = file
        for name in filter(None, table.split(".")):
            place = place[name]
        place[key] = 1
        (said,) = said_of(file, tmp_path)
        assert said.startswith(f"  {table}")
        assert "is not a known key" in said


@pytest.mark.parametrize("table", ["application.environment", "primary.application.environment"])
@pytest.mark.parametrize("name", BAD_VARIABLES, ids=ascii)
def test_a_hostile_variables_name_is_refused(name: str, table: str, tmp_path: Path) -> None:
    file = hostile.good_file()
    hostile.place(file, table, {name: "x"})
    (said,) = said_of(file, tmp_path)
    assert said.startswith(f"  {table}.")


def test_a_hostile_tags_key_is_refused(tmp_path: Path) -> None:
    for key in BAD_TAG_KEYS:
        file = hostile.good_file()
        file["tags"][key] = "x"
        (said,) = said_of(file, tmp_path)
        assert said.startswith("  tags.")


@pytest.mark.parametrize("name", hostile_files.CONTENTS)
def test_a_hostile_file_is_refused(name: str, tmp_path: Path) -> None:
    file = tmp_path / "hostile.toml"
    file.write_bytes(hostile_files.CONTENTS[name])
    first, *said = refusal(file)
    assert first.startswith(f"{file}: ")
    assert said


@pytest.mark.parametrize("name", hostile_files.PLACES)
def test_what_is_no_file_is_refused_and_never_waited_for(name: str, tmp_path: Path) -> None:
    make, expected = hostile_files.PLACES[name]
    if name == "no permission" and os.geteuid() == 0:
        pytest.skip("root may read everything")
    file = tmp_path / "hostile.toml"
    make(file)
    first, said = refusal(file)
    assert first == f"{file}: 1 mistake"
    assert expected in said


def test_a_socket_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("hostile.toml")
        assert "cannot be read: " in refusal("./hostile.toml")[1]


@pytest.mark.parametrize("choice", hostile_files.CHOICES, ids=ascii)
def test_a_hostile_name_of_an_environment_is_refused(choice: str) -> None:
    first, said = refusal(choice)
    assert first.endswith(": 1 mistake")
    assert re.match(
        r"  (does not exist; environments: mission, releases, staging|cannot be read: |is not )",
        said,
    )


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_ends_and_a_byte_order_mark_are_no_mistake(
    mark: str, end: str, tmp_path: Path
) -> None:
    file = tmp_path / "windows.toml"
    file.write_text(mark + hostile_files.GOOD, encoding="utf-8", newline=end)
    assert load_environment(str(file)) == load_environment("mission", folder=EXAMPLES)


SAMPLE = [
    tomli_w.dumps(Hostile(field, value).file()).encode()
    for field, value in (
        ("name", "x$(touch canary)"),
        ("dns.domain", "\u202eecaps.ecitcarpswa"),
        ("primary.launch_template", "x\n"),
        ("state.dr.key", "../../x"),
        ("tags.Team", "${aws_vpc.vpc.id}"),
        ("tls", 1),
        ("logs.days", True),
        ("alarms.emails.0", "a@b.c\x1b[2J"),
        ("primary.page", "\0"),
        ("\x1b[2J", 1),
    )
] + [
    hostile_files.CONTENTS[name]
    for name in (
        "a key twice",
        "UTF-16",
        "deep arrays",
        "a key of many parts",
        "many keys",
        "16 MiB",
    )
]


@pytest.mark.parametrize("number", range(len(SAMPLE)))
def test_main_ends_with_2_and_writes_nothing(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in").mkdir()
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "in" / "hostile.toml"
    file.write_bytes(SAMPLE[number])
    assert run_main(file, tmp_path / "out").returncode == 2
    assert [path.name for path in tmp_path.rglob("*")] == ["in", "hostile.toml"]


def test_a_pipe_ends_main_with_2(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    assert run_main(tmp_path / "pipe.toml", tmp_path / "out").returncode == 2
    assert not (tmp_path / "out").exists()


def test_there_are_many_hostile_inputs(report: Callable[[str], None]) -> None:
    values = {(one.field, ascii(one.value)) for one in REFUSED}
    assert len(values) == len(REFUSED), "one is listed twice"
    files = len(hostile_files.CONTENTS) + len(hostile_files.PLACES) + len(hostile_files.CHOICES)
    keys = len(BAD_KEYS) * 5 + len(BAD_TAG_KEYS)
    assert len(REFUSED) + files + keys >= 200
    report(f"{len(REFUSED)} hostile values, {keys} keys, {files} files and names")

"""Files that are missing, unreadable or not TOML: one clear message each."""

from pathlib import Path

import pytest

from environments import EnvironmentFileError, load_environment
from environments.loading import FOLDER
from tests.synthesis import EXAMPLES, example


def message(choice: object, folder: Path = FOLDER) -> str:
    with pytest.raises(EnvironmentFileError) as caught:
        load_environment(str(choice), folder=folder)
    return str(caught.value)


def test_a_name_and_a_path_both_work(tmp_path: Path) -> None:
    text = (EXAMPLES / "staging.toml").read_text()
    file = tmp_path / "mine.toml"
    file.write_text(text)
    assert load_environment(str(file)) == example("staging")
    assert load_environment("mine", folder=tmp_path) == example("staging")


def test_an_unknown_environment_lists_those_that_exist() -> None:
    assert (
        "does not exist; environments: mission, releases, staging, tables; or give the"
        in message("prod", EXAMPLES)
    )


def test_a_missing_path_lists_them_too(tmp_path: Path) -> None:
    said = message(tmp_path / "mine.toml", EXAMPLES)
    assert str(tmp_path / "mine.toml") in said
    assert "mission, releases, staging" in said


def test_an_empty_folder_has_none(tmp_path: Path) -> None:
    assert "environments: none" in message("production", tmp_path)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "folder.toml").mkdir()
    assert "cannot be read: Is a directory" in message(tmp_path / "folder.toml")


def test_a_link_to_itself_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "loop.toml").symlink_to("loop.toml")
    assert "cannot be read: Too many levels of symbolic links" in message(tmp_path / "loop.toml")


def test_a_path_with_a_nul_is_no_file() -> None:
    assert "cannot be read: embedded null byte" in message("a\0.toml")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'name = "a"\nname = "b"\n', "is not valid TOML: Cannot overwrite a value (at line 2"),
        (b"name = \n", "(at line 1, column 8)"),
        (b'name = "a"\n\xff\n', "is not UTF-8 text (at line 2)"),
        (b"x = " + b"[" * 10_000, "nested too deeply"),
        (b"\xef\xbb\xbfname = \n", "(at line 1, column 8)"),  # after a byte order mark
        (b"x = " + b"9" * 5_000, "is not valid TOML"),
        (b"#" * (256 * 1024 + 1), "is larger than 256 KiB"),
    ],
)
def test_a_file_that_is_no_toml_says_where(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "broken.toml"
    file.write_bytes(content)
    assert said in message(file)


DEEP_TABLES = ("{" + "a." * 50 + "a = ") * 40 + "1" + "}" * 40


@pytest.mark.parametrize("value", ["0x" + "f" * 6000, DEEP_TABLES])
def test_a_value_too_large_to_show_is_still_named(tmp_path: Path, value: str) -> None:
    file = tmp_path / "large.toml"
    file.write_text(f"name = {value}")
    assert "name: input should be a valid string; it is " in message(file)


def test_an_empty_file_lacks_everything(tmp_path: Path) -> None:
    file = tmp_path / "empty.toml"
    file.touch()
    assert message(file).splitlines() == [
        f"{file}: 5 mistakes",
        *(f"  {table}: is missing" for table in ("name", "dns", "primary", "dr", "state")),
    ]


def test_long_values_are_cut_in_messages(tmp_path: Path) -> None:
    file = tmp_path / "long.toml"
    file.write_text(f'name = "{"A" * 10_000}"')
    assert max(map(len, message(file).splitlines())) < 300

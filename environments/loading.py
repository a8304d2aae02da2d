"""Reads an environment file, and reports every mistake in it at once."""

import difflib
import os
import re
import stat
import tomllib
from pathlib import Path
from typing import Any, cast, get_args

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from environments.errors import EnvironmentFileError, Mistake, shown, shown_key
from environments.model import Environment
from environments.rules import RULES
from environments.sections import Section

FOLDER = Path(__file__).parent
DEFAULT_ENVIRONMENT = "production"
Location = tuple[str, ...]

# Real files have 2 KiB; the limit only keeps a wrong file from being read at length.
MAX_FILE_BYTES = 256 * 1024
# tomllib takes time and memory that grow with the square of a dotted key's parts, so the parser
# never sees one of more than a hundred.
MANY_PARTS = re.compile(
    r"""(?:^[ \t]*+\[{0,2}+|[{,])[ \t]*+
    (?:(?:[A-Za-z0-9_-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){100}""",
    re.MULTILINE | re.VERBOSE,
)


def load_environment(choice: str = DEFAULT_ENVIRONMENT, *, folder: Path = FOLDER) -> Environment:
    """The environment that a name (a file in `folder`) or a path to a .toml file stands for.

    Raises EnvironmentFileError, with every mistake found, where there is no such file or it is not
    a valid environment.
    """
    file = environment_file(choice, folder)
    return check(_parse(file, _read(file, folder)), file)


def check(content: dict[str, Any], file: Path | str) -> Environment:
    """A parsed file as an Environment; raises EnvironmentFileError with every mistake in it."""
    try:
        environment = Environment.model_validate(content)
    except ValidationError as error:
        details = error.errors(include_url=False)
        wrong = {tuple(map(str, detail["loc"])) for detail in details}
        mistakes = [_mistake(detail) for detail in details]
        named = {mistake.field for mistake in mistakes}
        further = _broken_rules(_valid_part(Environment, content, wrong), partial=True)
        mistakes += [mistake for mistake in further if mistake.field not in named]
        raise EnvironmentFileError(file, mistakes) from None
    mistakes = _broken_rules(environment, partial=False)
    if mistakes:
        raise EnvironmentFileError(file, mistakes)
    return environment


def environment_file(choice: str, folder: Path = FOLDER) -> Path:
    """The file that a name or a path stands for."""
    is_path = choice.endswith(".toml") or os.sep in choice
    return Path(choice) if is_path else folder / f"{choice}.toml"


def _read(file: Path, folder: Path) -> str:
    try:
        with open(file, "rb", opener=_at_once) as stream:
            mode = os.fstat(stream.fileno()).st_mode
            content = stream.read(MAX_FILE_BYTES + 1) if stat.S_ISREG(mode) else None
    except FileNotFoundError:
        there = ", ".join(sorted(path.stem for path in folder.glob("*.toml"))) or "none"
        hint = f"environments: {there}; or give the path of a .toml file"
        raise _unreadable(file, f"does not exist; {hint}") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise _unreadable(file, f"cannot be read: {reason}") from None
    if content is None:
        raise _unreadable(file, "is not a regular file")
    if len(content) > MAX_FILE_BYTES:
        raise _unreadable(file, f"is larger than {MAX_FILE_BYTES // 1024} KiB")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _unreadable(file, f"is not UTF-8 text (at line {line})") from None


def _at_once(file: str, flags: int) -> int:
    """Opens a file without waiting for the other end of a pipe."""
    return os.open(file, flags | os.O_NONBLOCK | os.O_NOCTTY)


def _parse(file: Path, text: str) -> dict[str, Any]:
    if found := MANY_PARTS.search(text):
        line = text[: found.start()].count("\n") + 1
        raise _unreadable(file, f"has a key of more than 100 parts (at line {line})")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise _unreadable(file, "is not readable TOML: nested too deeply") from None
    except ValueError as error:
        end = f"at line {text.count(chr(10)) + 1}, the end"
        reason = str(error).replace("at end of document", end)
        raise _unreadable(file, f"is not valid TOML: {reason}") from None


def _unreadable(file: Path, message: str) -> EnvironmentFileError:
    return EnvironmentFileError(file, [Mistake("", message)])


def _mistake(detail: ErrorDetails) -> Mistake:
    """pydantic's finding, in the words of somebody who edits the file."""
    location = tuple(part for part in detail["loc"] if part != "[key]")
    field = ".".join(map(shown_key, location))
    match detail["type"]:
        case "missing":
            return Mistake(field, "is missing")
        case "extra_forbidden":
            known = list(_fields_at(location[:-1]))
            close = difflib.get_close_matches(str(location[-1]), known, n=1)
            meant = f" (did you mean {close[0]}?)" if close else ""
            return Mistake(field, f"is not a known key{meant}; known keys: {', '.join(known)}")
        case "model_type":
            message = "must be a table"
        case "too_short" | "too_long" | "string_too_short":
            message = f"has the wrong length: {_description(location)}"
        case "string_pattern_mismatch":
            message = f"is not of the allowed form: {_description(location)}"
        case "not_whole" | "int_parsing_size":
            message = f"is not an allowed number: {_description(location)}"
        case "value_error":
            message = detail["msg"].removeprefix("Value error, ")
        case _:
            message = detail["msg"][0].lower() + detail["msg"][1:]
    return Mistake(field, f"{message}; it is {shown(detail['input'])}")


def _fields_at(location: tuple[int | str, ...]) -> dict[str, FieldInfo]:
    """The keys that the file may have in the table at this location."""
    model: type[Section] = Environment
    for part in _keys_alone(location):
        model = _section(_keys(model)[part]) or model
    return _keys(model)


def _description(location: tuple[int | str, ...]) -> str:
    """The first sentence of the nearest documented field's text."""
    fields = _keys(Environment)
    description = ""
    for part in _keys_alone(location):
        if part not in fields:
            break
        description = fields[part].description or description
        section = _section(fields[part])
        fields = _keys(section) if section else {}
    first_sentence = re.split(r"\.\s+(?=[A-Z])", description)[0]
    return " ".join(first_sentence.split()).rstrip(".")


def _keys_alone(location: tuple[int | str, ...]) -> list[str]:
    """The location without the positions in lists."""
    return [part for part in location if isinstance(part, str)]


def _keys(model: type[Section]) -> dict[str, FieldInfo]:
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _section(field: FieldInfo) -> type[Section] | None:
    for kind in get_args(field.annotation) or (field.annotation,):
        if isinstance(kind, type) and issubclass(kind, Section):
            return kind
    return None


def _valid_part(
    model: type[Section], content: dict[str, Any], wrong: set[Location], at: Location = ()
) -> Any:
    """The table at `at` as an unvalidated object without the fields that are missing or wrong."""
    values: dict[str, Any] = {}
    for key, field in _keys(model).items():
        here = (*at, key)
        section = _section(field)
        if section and isinstance(content.get(key), dict):
            values[key] = _valid_part(section, content[key], wrong, here)
        elif section and isinstance(content.get(key), list):
            values[key] = [
                _valid_part(section, cast("dict[str, Any]", one), wrong, (*here, str(index)))
                if isinstance(one, dict)
                else one
                for index, one in enumerate(cast("list[Any]", content[key]))
            ]
        elif key in content and not any(place[: len(here)] == here for place in wrong):
            values[key] = content[key]
        elif isinstance(content.get(key), list) and here not in wrong:
            values[key] = content[key]  # some elements are wrong; the others count
    part = model.model_construct(**values)
    for name, field in model.model_fields.items():
        key = field.alias or name
        if key in content and key not in values:
            vars(part).pop(name, None)  # wrong: its default, if any, is not what was meant
    return part


def _broken_rules(environment: Environment, *, partial: bool) -> list[Mistake]:
    mistakes: list[Mistake] = []
    for rule in RULES:
        try:
            mistakes += rule(environment)
        except (AttributeError, TypeError, ValueError, RecursionError):
            if not partial:
                raise
            # The rule reached for a field that is missing or wrong, which is reported already.
    return mistakes

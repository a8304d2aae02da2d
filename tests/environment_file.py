"""Reads an instance's environment file as systemd does."""

import re

# Between double quotes, a backslash takes these characters as they are, and otherwise stays.
# https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#EnvironmentFile=
ESCAPED = re.compile(r'\\([\\"$`])')
LINE = re.compile(r'([A-Za-z_][A-Za-z0-9_]*)="((?:[^"\\]|\\.)*)"')


def variables_of(text: str) -> dict[str, str]:
    """The variables in lines of the form NAME="value"; fails for any other line."""
    found: dict[str, str] = {}
    for line in text.split("\n")[:-1]:
        read = LINE.fullmatch(line)
        assert read, line
        found[read[1]] = ESCAPED.sub(r"\1", read[2])
    assert text.endswith("\n") or not text
    return found

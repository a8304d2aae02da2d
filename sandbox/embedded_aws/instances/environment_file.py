"""The environment that an instance's user data prints for the application."""

import re

from emitted.user_data import printed

ENVIRONMENT = "/etc/failover/environment"
BUCKET = "FAILOVER_RELEASES_BUCKET"
"""Only an instance that runs a release has it."""
# NAME="value": https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02_03
LINE = re.compile(r'([A-Za-z_][A-Za-z0-9_]*)="((?:[^"\\]|\\.)*)"')
ESCAPED = re.compile(r'\\([\\"$`])')


def release_environment(user_data: str) -> dict[str, str] | None:
    """What the user data of an instance that runs a release prints; None for any other."""
    if BUCKET not in user_data:
        return None
    try:
        file = printed(user_data).get(ENVIRONMENT)
    except ValueError:  # no shell script
        return None
    read = read_environment(file.text) if file is not None else {}
    return read if BUCKET in read else None


def read_environment(text: str) -> dict[str, str]:
    """The variables of an environment file, one a line, in double quotes."""
    lines = (LINE.fullmatch(line.strip()) for line in text.splitlines())
    return {line[1]: ESCAPED.sub(r"\1", line[2]) for line in lines if line is not None}

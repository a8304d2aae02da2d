"""The files that an emitted launch template's user data writes on an instance."""

import base64
import re
import shlex
from dataclasses import dataclass

from emitted.terraform_json import Json

UNFILLED = re.compile(r'base64decode\("([^"]+)"\)')


@dataclass(frozen=True)
class PrintedFile:
    """A file, as `printf FORMAT TEXT > PATH` writes it."""

    format: str
    text: str


def decoded(template: Json) -> str:
    """The script in a launch template's user data. Where Terraform fills in what only AWS knows,
    the script still has the placeholders."""
    text: str = template["user_data"]
    found = UNFILLED.search(text)
    return base64.b64decode(found[1] if found else text).decode()


def printed(script: str) -> dict[str, PrintedFile]:
    """The files that the script's `printf FORMAT TEXT > PATH` lines write, by their path."""
    words = shlex.split(script)
    return {
        words[place + 4]: PrintedFile(words[place + 1], words[place + 2])
        for place, word in enumerate(words)
        if word == "printf" and words[place + 3 : place + 4] == [">"]
    }

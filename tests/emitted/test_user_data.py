"""What an instance's script writes is read from the emitted template."""

import base64
from pathlib import Path

from emitted.user_data import PrintedFile, decoded, printed

SCRIPT = """\
#!/bin/bash
set -euo pipefail
printf '%s' 'one '"'"'quoted'"'"' line' > /etc/a
printf '%s\\n' 'two
lines' > /etc/b
printf 'to nobody' >&2
"""


def test_the_files_that_it_prints_are_found(tmp_path: Path) -> None:
    found = printed(SCRIPT)
    assert found == {
        "/etc/a": PrintedFile("%s", "one 'quoted' line"),
        "/etc/b": PrintedFile("%s\\n", "two\nlines"),
    }
    assert list(tmp_path.iterdir()) == []


def test_the_script_is_in_the_template() -> None:
    assert decoded({"user_data": base64.b64encode(SCRIPT.encode()).decode()}) == SCRIPT

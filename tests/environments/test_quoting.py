"""What is quoted is text to bash, and no e-mail to cloud-init."""

import subprocess

from hypothesis import example, given
from hypothesis import strategies as st

from environments.quoting import quoted


@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
@example("Mime-Version: 1.0 mime-version:mime-version: 'MIME-VERSION:'")
@example("'; touch pwned; '")
def test_bash_reads_the_text_and_cloud_init_no_e_mail(text: str) -> None:
    assert "mime-version:" not in quoted(text).lower()
    read = subprocess.run(
        ["bash", "-c", f"printf %s {quoted(text)}"], capture_output=True, check=True
    )
    assert read.stdout == text.encode()

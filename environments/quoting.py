"""Quotes text for a script that is also user data."""

import re
import shlex


def quoted(text: str) -> str:
    """Quotes for the shell and for cloud-init, which takes user data with "mime-version:" anywhere
    in its first 4 KiB for an e-mail and keeps only its ASCII. The empty quotes in between mean
    nothing to the shell."""
    # convert_string in https://github.com/canonical/cloud-init/blob/main/cloudinit/user_data.py
    return re.sub("(mime-version)(:)", r"\1''\2", shlex.quote(text), flags=re.IGNORECASE)

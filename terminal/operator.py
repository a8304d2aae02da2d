"""Who runs the program."""

import getpass


def operator_name() -> str:
    """The user's name on this machine, for notes of who did something."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "an operator"

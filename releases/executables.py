"""Whether a Linux instance could execute a file, by its mode and how it begins."""

from environments.instance_types import Architecture

ELF = b"\x7fELF"
SCRIPT = b"#!"
# e_machine, two bytes at this place: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html
MACHINE = slice(18, 20)
MACHINES: dict[int, Architecture] = {62: "x86_64", 183: "arm64"}
ANYBODY = 0o111


def check_executable(mode: int, beginning: bytes, architecture: Architecture) -> str | None:
    """What keeps an instance from executing it, in words that follow its name; None for nothing.

    Args:
        mode: The file's permissions.
        beginning: Its first bytes, up to 256.
        architecture: The instance's.
    """
    if not mode & ANYBODY:
        return "is not executable (chmod +x)"
    if beginning.startswith(ELF):
        return _other_architecture(beginning, architecture)
    if beginning.startswith(SCRIPT):
        return _no_interpreter(beginning)
    return "is neither a Linux program (ELF) nor a script that begins with #!"


def _other_architecture(beginning: bytes, architecture: Architecture) -> str | None:
    machine = int.from_bytes(beginning[MACHINE], "little")
    built_for = MACHINES.get(machine, f"ELF machine {machine}")
    if built_for == architecture:
        return None
    return f"is built for {built_for}, and the instances are {architecture}"


def _no_interpreter(beginning: bytes) -> str | None:
    line = beginning.removeprefix(SCRIPT).partition(b"\n")[0]
    if line.endswith(b"\r"):
        return "has Windows line ends: Linux looks for an interpreter whose name ends with one"
    if not line.strip().startswith(b"/"):
        return "names no interpreter by its absolute path after #!"
    return None

"""Which releases of cdktf and its AWS bindings this process runs on: its toolchain.

docs/toolchains.md compares them.
"""

import importlib.metadata
import os
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.machinery import PathFinder
from pathlib import Path

VARIABLE = "TOOLCHAIN"
FOLDER = Path(__file__).parent.parent / ".venv"
# What make leaves in a virtual environment once it is complete.
READY = ".synth-ready"
# The first major version of cdktf-cdktf-provider-aws for version 6 of the provider.
FIRST_FOR_PROVIDER_6 = 21


class ToolchainError(Exception):
    """TOOLCHAIN names none, or one that is not set up. The message is all that a user sees."""


@dataclass(frozen=True)
class Toolchain:
    """Python packages that do the same.

    name: what users call it; `requirements/NAME.txt` locks it, except for the default one's
        `requirements/synth.txt`.
    core: the package that stands for `cdktf`.
    provider: the package that stands for `cdktf_cdktf_provider_aws`.
    aws_provider: the version of Terraform's AWS provider that the bindings require.
    """

    name: str
    aws_provider: str
    core: str = "cdktf"
    provider: str = "cdktf_cdktf_provider_aws"

    @property
    def folder(self) -> Path:
        """The virtual environment that make sets up for it."""
        return FOLDER if self == DEFAULT else FOLDER / "toolchains" / self.name


DEFAULT = Toolchain("cdktf", aws_provider="5.100.0")
PROVIDER_6 = Toolchain("cdktf-aws6", aws_provider="6.25.0")
TERRAIN = Toolchain("cdktn", aws_provider="6.69.1", core="cdktn", provider="cdktn_provider_aws")
TOOLCHAINS = {one.name: one for one in (DEFAULT, PROVIDER_6, TERRAIN)}


def toolchain(environ: Mapping[str, str] = os.environ) -> Toolchain:
    """The one that TOOLCHAIN names, or else the one that is installed for this Python.

    Raises ToolchainError for any other name.
    """
    name = environ.get(VARIABLE)
    if not name:
        return installed()
    if name not in TOOLCHAINS:
        raise ToolchainError(f"{VARIABLE}: {name!r} is none of {', '.join(TOOLCHAINS)}")
    return TOOLCHAINS[name]


def installed() -> Toolchain:
    """The one that a plain import finds: never ourselves, who may have registered another name.
    The default one if there is none."""
    if PathFinder.find_spec(TERRAIN.core) and not PathFinder.find_spec(DEFAULT.core):
        return TERRAIN
    try:
        version = importlib.metadata.version("cdktf-cdktf-provider-aws")
    except importlib.metadata.PackageNotFoundError:
        return DEFAULT
    return PROVIDER_6 if int(version.partition(".")[0]) >= FIRST_FOR_PROVIDER_6 else DEFAULT


def activate(chosen: Toolchain) -> Path:
    """Makes a plain import find this one, and returns the virtual environment that it is from.

    From another one's virtual environment, such as that of the tests, its packages go before those.

    Raises ToolchainError if it is not set up.
    """
    packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(chosen.folder)}))
    if str(packages) not in sys.path:
        if chosen == installed():
            return Path(sys.prefix)
        # Of a half-made one, or another Python's, our own packages would fill the gaps.
        if not (chosen.folder / READY).exists() or not packages.exists():
            raise ToolchainError(f"{VARIABLE}: {chosen.name} is not set up: run `make toolchains`")
        sys.path.insert(0, str(packages))
    return chosen.folder

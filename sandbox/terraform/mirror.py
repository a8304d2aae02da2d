"""Where Terraform gets the AWS provider from: a local mirror if there is one, or the registry."""

import os
import shutil
import tempfile
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from modules.versions import aws_provider
from terminal.errors import OperationError

# Names a folder that contains registry.terraform.io/hashicorp/aws/...; overrides other mirrors.
MIRROR_VARIABLE = "FAILOVER_PLUGIN_MIRROR"

# Terraform and its provider collect garbage four times less often than Go programs do by default: a
# plan of a region takes about a quarter less CPU time, and up to 650 MB instead of 400 MB.
# https://go.dev/doc/gc-guide
GOGC = "400"
CONFIGURATION = """\
provider_installation {{
  filesystem_mirror {{
    path    = "{mirror}"
    include = ["registry.terraform.io/*/*"]
  }}
  direct {{
    exclude = ["registry.terraform.io/*/*"]
  }}
}}
"""


def provider_folder() -> Path:
    """Where a mirror holds the AWS provider of the toolchain, relative to the mirror."""
    return Path("registry.terraform.io", "hashicorp", "aws", aws_provider())


@contextmanager
def terraform_environment(environ: Mapping[str, str] = os.environ) -> Generator[dict[str, str]]:
    """The environment variables for a Terraform run, valid inside the context.

    With a mirror, they name a temporary CLI configuration that installs providers from it. Without
    one, or if the user has a CLI configuration, Terraform behaves as usual. Raises OperationError
    if FAILOVER_PLUGIN_MIRROR names a folder without the provider.
    """
    wanted = {"CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", "GOGC": GOGC, **environ}
    configured = wanted.get("TF_CLI_CONFIG_FILE")
    if configured and not Path(configured).is_file():
        del wanted["TF_CLI_CONFIG_FILE"]  # Terraform would warn and carry on without it
        configured = None
    mirror = None if configured and MIRROR_VARIABLE not in environ else plugin_mirror(environ)
    if mirror is None:
        yield wanted
        return
    folder = Path(tempfile.mkdtemp(prefix="failover-terraform-"))
    try:
        file = folder / "terraform.rc"
        file.write_text(CONFIGURATION.format(mirror=mirror.as_posix()))
        yield {**wanted, "TF_CLI_CONFIG_FILE": str(file)}
    finally:
        shutil.rmtree(folder)


def plugin_mirror(
    environ: Mapping[str, str] = os.environ, *, system: Path = Path("/")
) -> Path | None:
    """The provider mirror that contains the toolchain's AWS provider, if any."""
    provider = provider_folder()
    named = environ.get(MIRROR_VARIABLE)
    if named:
        if not (Path(named) / provider).is_dir():
            raise OperationError(f"{MIRROR_VARIABLE}: there is no {provider} in {named}")
        return Path(named).resolve()
    candidates = _implied_mirrors(environ, system)
    return next((folder for folder in candidates if (folder / provider).is_dir()), None)


def _implied_mirrors(environ: Mapping[str, str], system: Path) -> Iterator[Path]:
    # https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories
    if environ.get("HOME"):
        yield Path(environ["HOME"], ".terraform.d", "plugins")
    yield system / "usr/local/share/terraform/plugins"
    yield system / "usr/share/terraform/plugins"
    # Where administrators install software from outside the package manager.
    yield from sorted((system / "opt").glob("*/"))

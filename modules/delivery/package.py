"""The program that a pipeline's build runs: `failover deploy`, and the environment it is for."""

import tempfile
from functools import cache
from pathlib import Path

from environments import Environment
from environments.writing import written
from modules.archives import ROOT, modules_of, write_archive

REQUIREMENTS = "requirements/deploy.txt"
ENVIRONMENT = "environment.toml"
# All that `operations.delivery` imports.
PARTS = (
    "environments",
    "environments/instance_types.json",
    "functions/__init__.py",
    "functions/failover_control",
    "modules/__init__.py",
    "modules/alarm_names.py",
    "modules/recovery_time.py",
    "modules/regions.py",
    "modules/timing.py",
    "operations/__init__.py",
    "operations/aws.py",
    "operations/delivery",
    "operations/releases",
    "operations/target.py",
    "releases",
    "terminal",
)

# Removed when the process ends; by then, synth has copied the archive to its output folder.
_FOLDER = tempfile.TemporaryDirectory(prefix="delivery-")


def deploying(environment: Environment) -> Path:
    """The ZIP file. A pipeline has it from its own region's bucket, so that it depends on no other
    region, nor on a repository."""
    return _packed(written(environment))


@cache
def _packed(environment: str) -> Path:
    contents = modules_of(*PARTS)
    contents[REQUIREMENTS] = (ROOT / REQUIREMENTS).read_bytes()
    contents[ENVIRONMENT] = environment.encode()
    file = Path(tempfile.mkdtemp(dir=_FOLDER.name)) / "delivery.zip"
    write_archive(file, contents)
    return file

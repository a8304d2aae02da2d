"""How long `failover deploy` takes over what the settings allow at best (`make bench`).

Runs against two regions of the embedded AWS, whose instances really run the example application. An
instance refresh takes at least a warm-up to begin, and one more for each batch.
"""

import math
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import bindings

bindings.prepare()

from rich.console import Console  # noqa: E402

from operations.delivery import commands  # noqa: E402
from operations.delivery.commands import Options  # noqa: E402
from operations.delivery.group import MAX_HEALTHY  # noqa: E402
from releases import pack  # noqa: E402
from sandbox.embedded_aws import started  # noqa: E402
from tests.conftest import ENOUGH_VCPUS, ROOT, Synthesised  # noqa: E402
from tests.operations.delivery.bare_regions import bare_regions  # noqa: E402
from tests.synthesis import example, synthesise  # noqa: E402

# Seconds.
WARM_UP = 5.0
POLL = 0.5
# Of the time over the lower bound.
MAX_RATIO = 1.5


def lower_bound(instances: int) -> float:
    """Seconds that a group's refresh takes at best: it begins, then replaces batch after batch."""
    batch = max(1, instances * (MAX_HEALTHY - 100) // 100)
    return WARM_UP * (1 + math.ceil(instances / batch))


def measured(folder: Path) -> tuple[float, float]:
    """Seconds that a delivery to both regions took, and its lower bound."""
    environment = example("releases")
    releases = Synthesised(environment, synthesise(environment, folder / "out"))
    archives = [folder / "one.tar.gz", folder / "two.tar.gz"]
    for archive in archives:
        source = folder / archive.name.partition(".")[0]
        shutil.copytree(ROOT / "examples" / "application", source)
        (source / "VERSION").write_text(source.name)
        pack(source, archive)
    with started(folder / "aws") as one:
        one.aws.allow_vcpus(ENOUGH_VCPUS)
        bare_regions(one.aws, releases)
        os.environ.update(one.aws.variables)
        quiet = Console(quiet=True)
        options = Options(bake=0, timeout=60, poll=POLL)
        commands.deploy(str(archives[0]), environment, options, quiet)
        one.aws.delay_instances(WARM_UP)
        began = time.monotonic()
        commands.deploy(str(archives[1]), environment, options, quiet)
        took = time.monotonic() - began
    return took, max(
        lower_bound(settings.capacity.desired) for settings in (environment.primary, environment.dr)
    )


def main() -> int:
    """Prints the ratio; returns 1 if it exceeds its limit."""
    with tempfile.TemporaryDirectory(prefix="bench-deliver-") as folder:
        took, bound = measured(Path(folder))
    ratio = took / bound
    Console().print(
        f"failover deploy, both regions: {took:.1f} s, at best {bound:.1f} s with a warm-up of"
        f" {WARM_UP:g} s: {ratio:.2f} (at most {MAX_RATIO})"
    )
    return int(ratio > MAX_RATIO)


if __name__ == "__main__":
    sys.exit(main())

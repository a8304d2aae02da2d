"""Emitted stacks without their web ACLs, for tests of other things.

The provider's schema of a web ACL is 2 MB and takes more than half of a plan's time.
"""

from collections.abc import Collection
from pathlib import Path
from typing import Any

from emitted import STACK_NAMES, read, write

LEFT_OUT = (
    "aws_wafv2_web_acl",
    "aws_wafv2_web_acl_association",
    "aws_wafv2_web_acl_logging_configuration",
)


def lighten(outdir: Path, names: Collection[str] = STACK_NAMES) -> None:
    """Removes them from the stacks of these names in this output folder."""
    stacks = read(outdir)
    for stack in (stack for name, stack in stacks.items() if name in names):
        resources: dict[str, dict[str, Any]] = stack["resource"]
        gone = {f"{kind}.{name}" for kind in LEFT_OUT for name in resources.pop(kind, {})}
        for bodies in resources.values():
            for body in bodies.values():
                if gone & set(body.get("depends_on", ())):
                    body["depends_on"] = [one for one in body["depends_on"] if one not in gone]
    write(outdir, stacks)

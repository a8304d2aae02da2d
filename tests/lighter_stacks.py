"""Emitted stacks without their web ACLs, for tests of other things.

The provider's schema of a web ACL is of 2 MB, and takes more than half of a plan's time.
"""

import json
from pathlib import Path
from typing import Any

from emitted import stack_files

LEFT_OUT = (
    "aws_wafv2_web_acl",
    "aws_wafv2_web_acl_association",
    "aws_wafv2_web_acl_logging_configuration",
)


def lighten(outdir: Path) -> None:
    """Takes them out of the stacks that were emitted there."""
    for file in stack_files(outdir):
        stack = json.loads(file.read_text())
        resources: dict[str, dict[str, Any]] = stack["resource"]
        gone = {f"{kind}.{name}" for kind in LEFT_OUT for name in resources.pop(kind, {})}
        for bodies in resources.values():
            for body in bodies.values():
                if gone & set(body.get("depends_on", ())):
                    body["depends_on"] = [one for one in body["depends_on"] if one not in gone]
        file.write_text(json.dumps(stack, indent=2))

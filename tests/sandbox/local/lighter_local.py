"""`failover local` as a user runs it, but for the web ACLs, which make Terraform slow:
`python -m tests.sandbox.local.lighter_local up ...` leaves them out of the stacks.
"""

import sys
from pathlib import Path

import cli
from sandbox.local import commands
from tests.lighter_stacks import lighten

synthesise = commands._synthesise


def synthesise_lighter(choice: str, outdir: Path) -> None:
    synthesise(choice, outdir)
    lighten(outdir)


if __name__ == "__main__":
    commands._synthesise = synthesise_lighter
    sys.argv.insert(1, "local")
    sys.exit(cli.main())

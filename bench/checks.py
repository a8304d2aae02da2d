"""What it costs to check every request against AWS's models and rules: with and without, compared.

python -m bench.checks record ENVIRONMENT REQUESTS
    writes the requests of a deployment to the file REQUESTS
python -m bench.checks replay REQUESTS [PAIRS]   CPU seconds to answer these requests, in one
    process each
python -m bench.checks up [PAIRS] [ENVIRONMENT]  wall seconds of `failover local up`, both at once,
    so that other load on the machine slows both
"""

import base64
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent
SERVERS = {"with": "sandbox.embedded_aws.server", "without": "bench.unchecked"}
RECORDER = "bench.recording"


def answer_all(requests: str, how: str) -> None:
    """Answers every request once, and prints the CPU seconds that took, without imports."""
    from bench.unchecked import unchecked
    from sandbox.embedded_aws.server import application

    if how == "without":
        unchecked()
    aws = application().apis
    rows = [json.loads(line) for line in Path(requests).read_text().splitlines()]
    began = time.process_time()
    for row in rows:
        body = io.BytesIO(base64.b64decode(row["body"]))
        for _ in aws({**row["environ"], "wsgi.input": body, **WSGI}, _ignore):
            pass
    print(time.process_time() - began)


def _ignore(*_: object) -> Callable[[bytes], None]:
    return lambda _: None


WSGI = {"wsgi.url_scheme": "http", "wsgi.errors": sys.stderr, "wsgi.version": (1, 0)}


def up(environment: str, server: str) -> None:
    """Deploys to an embedded AWS of its own, which this module serves, and prints the seconds that
    took."""
    from rich.console import Console

    from sandbox.embedded_aws import process
    from sandbox.local.commands import down, up
    from sandbox.local.workspace import Workspace

    process.SERVER = server
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder) / "local")
        quiet = Console(file=io.StringIO())
        began = time.monotonic()
        up(environment, workspace, quiet, show=False)
        print(time.monotonic() - began)
        down(workspace, quiet)


def pair(*arguments: str, at_once: bool) -> dict[str, float]:
    """Seconds with and without checks."""

    def start(how: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "bench.checks", *arguments, how]
        return subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    def seconds(process: subprocess.Popen[str]) -> float:
        return float(process.communicate()[0].split()[-1])

    if not at_once:
        return {how: seconds(start(how)) for how in SERVERS}
    both = {how: start(how) for how in SERVERS}
    return {how: seconds(process) for how, process in both.items()}


def compare(pairs: int, measure: Callable[[], dict[str, float]]) -> None:
    found: list[dict[str, float]] = []
    for _ in range(pairs):
        found.append(measure())
        print({how: round(seconds, 2) for how, seconds in found[-1].items()}, flush=True)
    middle = {how: statistics.median(one[how] for one in found) for how in SERVERS}
    ratios = [one["with"] / one["without"] for one in found]
    print(f"medians: {middle['with']:.1f} s with, {middle['without']:.1f} s without")
    print(f"median of the ratios: {statistics.median(ratios):.3f}")


def main(arguments: list[str]) -> None:
    match arguments:
        case ["answer", requests, how]:
            answer_all(requests, how)
        case ["deploy", environment, how]:
            up(environment, SERVERS[how])
        case ["record", environment, requests]:
            os.environ["REQUESTS"] = str(Path(requests).resolve())
            up(environment, RECORDER)
        case ["replay", requests, *pairs]:
            compare(int(pairs[0]) if pairs else 5, lambda: pair("answer", requests, at_once=False))
        case ["up", *rest]:
            environment = rest[1] if len(rest) > 1 else "tests/examples/mission.toml"
            compare(int(rest[0]) if rest else 3, lambda: pair("deploy", environment, at_once=True))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])

"""Wall time of whole synth runs: ours against an ordinary import of the bindings (`make bench`)."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

HERE = Path(__file__).parent
RUNS = 5
MAX_RATIO = 0.25
MAX_FACTOR_FOR_TEN = 4

SCRIPTS = {
    "python main.py": [str(HERE.parent / "main.py")],
    "plain import, same synth": [str(HERE / "plain.py")],
    "one environment": [str(HERE / "many.py"), "1"],
    "ten environments in one process": [str(HERE / "many.py"), "10"],
}


def seconds(script: list[str]) -> float:
    """Seconds that one run takes, from start to exit, in an output folder of its own."""
    with tempfile.TemporaryDirectory() as outdir:
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, *script],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=HERE.parent,
            env={**os.environ, "CDKTF_OUTDIR": outdir},
        )
        return time.perf_counter() - start


def main() -> int:
    """Prints a table of medians; returns 1 if a ratio exceeds its limit."""
    console = Console()
    times: dict[str, list[float]] = {name: [] for name in SCRIPTS}
    seconds(SCRIPTS["python main.py"])  # fills jsii's package cache
    with console.status("measuring") as status:
        for run in range(RUNS):  # in turn, so that a slow minute affects all alike
            for name, script in SCRIPTS.items():
                status.update(f"run {run + 1} of {RUNS}: {name}")
                times[name].append(seconds(script))
    medians = {name: statistics.median(measured) for name, measured in times.items()}
    table = Table("script", "median s", "from", "to")
    for name, measured in times.items():
        cells = (medians[name], min(measured), max(measured))
        table.add_row(name, *(f"{cell:.2f}" for cell in cells))
    console.print(table)
    ratio = medians["python main.py"] / medians["plain import, same synth"]
    one, ten = medians["one environment"], medians["ten environments in one process"]
    console.print(f"ours / plain import: {ratio:.2f} (at most {MAX_RATIO})")
    console.print(f"ten environments / one: {ten / one:.2f} (at most {MAX_FACTOR_FOR_TEN})")
    return int(ratio > MAX_RATIO or ten / one > MAX_FACTOR_FOR_TEN)


if __name__ == "__main__":
    sys.exit(main())

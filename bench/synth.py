"""Wall time of whole synth runs: ours, anew and with unchanged inputs, against an ordinary import
of the bindings (`make bench`)."""

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
MAX_UNCHANGED_RATIO = 0.05
MAX_FACTOR_FOR_TEN = 4

MAIN = [str(HERE.parent / "main.py")]
UNCHANGED = "python main.py, unchanged inputs"
SCRIPTS = {
    "python main.py": MAIN,
    UNCHANGED: MAIN,
    "plain import, same synth": [str(HERE / "plain.py")],
    "one environment": [str(HERE / "many.py"), "1"],
    "ten environments in one process": [str(HERE / "many.py"), "10"],
}


def seconds(script: list[str], outdir: str) -> float:
    """Seconds that one run takes, from start to exit."""
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, *script],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=HERE.parent,
        env={**os.environ, "CDKTF_OUTDIR": outdir},
    )
    return time.perf_counter() - start


def measured() -> dict[str, list[float]]:
    """Seconds of each script's runs: in a new output folder each time, but with unchanged inputs in
    the one of the last run."""
    times: dict[str, list[float]] = {name: [] for name in SCRIPTS}
    with tempfile.TemporaryDirectory() as kept, Console().status("measuring") as status:
        seconds(MAIN, kept)  # also fills jsii's package cache
        for run in range(RUNS):  # in turn, so that a slow minute affects all alike
            for name, script in SCRIPTS.items():
                status.update(f"run {run + 1} of {RUNS}: {name}")
                with tempfile.TemporaryDirectory() as new:
                    times[name].append(seconds(script, kept if name == UNCHANGED else new))
    return times


def main() -> int:
    """Prints a table of medians; returns 1 if a ratio exceeds its limit."""
    times = measured()
    medians = {name: statistics.median(runs) for name, runs in times.items()}
    table = Table("script", "median s", "from", "to")
    for name, runs in times.items():
        cells = (medians[name], min(runs), max(runs))
        table.add_row(name, *(f"{cell:.2f}" for cell in cells))
    console = Console()
    console.print(table)
    plain = medians["plain import, same synth"]
    one, ten = medians["one environment"], medians["ten environments in one process"]
    within = [
        limited(console, "ours / plain import", medians["python main.py"] / plain, MAX_RATIO),
        limited(
            console, "unchanged / plain import", medians[UNCHANGED] / plain, MAX_UNCHANGED_RATIO
        ),
        limited(console, "ten environments / one", ten / one, MAX_FACTOR_FOR_TEN),
    ]
    return int(not all(within))


def limited(console: Console, name: str, ratio: float, most: float) -> bool:
    """Prints a ratio; whether it is within its limit."""
    console.print(f"{name}: {ratio:.2f} (at most {most})")
    return ratio <= most


if __name__ == "__main__":
    sys.exit(main())

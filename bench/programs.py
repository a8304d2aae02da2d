"""The programs that `make bench` measures: each a whole process, from start to exit."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import bindings
from bench.equal_app.machine import PYTHON, cdk_environment
from bindings.toolchains import DEFAULT, TOOLCHAINS, VARIABLE, Toolchain

ROOT = Path(__file__).parent.parent
# Frozen, so that figures of different days compare.
ENVIRONMENT = {"ENVIRONMENT": str(ROOT / "tests" / "examples" / "mission.toml")}
CDK = "AWS CDK"
UNCHECKED = "AWS CDK without its checks"


@dataclass(frozen=True)
class Cost:
    """What one run took, in seconds; `cpu` of Python and Node together."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Program:
    """A command, without its output folder.

    slow: Takes ten seconds or more, so it runs less often.
    cold: Finds no package cache of jsii's. Python's bytecode is there.
    again: Runs in the folder of the run before, in which nothing has changed.
    """

    name: str
    command: tuple[str, ...]
    environ: Mapping[str, str] = field(default_factory=dict[str, str])
    slow: bool = False
    cold: bool = False
    again: bool = False

    def run(self, outdir: Path, cache: Path) -> Cost:
        """Runs it once, and measures that.

        outdir: where it writes its output.
        cache: an empty folder, for a cold run.

        Raises SystemExit, with what it said, if it fails.
        """
        environ = {**os.environ, **ENVIRONMENT, **self.environ, "CDKTF_OUTDIR": str(outdir)}
        # Without bytecode, each run would compile everything again.
        environ.pop("PYTHONDONTWRITEBYTECODE", None)
        # Each runs on the toolchain of its own Python.
        environ.pop(VARIABLE, None)
        if self.cold:
            environ[bindings.CACHE_ROOT] = str(cache)
        command = [one.format(outdir=outdir) for one in self.command]
        start = time.perf_counter()
        with subprocess.Popen(
            command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as process:
            said = process.stdout.read() if process.stdout else b""
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.perf_counter() - start
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"{self.name} failed:\n{said.decode(errors='replace')}")
        return Cost(wall, usage.ru_utime + usage.ru_stime)


def of_toolchain(one: Toolchain) -> list[Program]:
    """A toolchain's programs: warm, unchanged, plain and cold."""
    python = sys.executable if one == DEFAULT else str(one.folder / "bin" / "python")
    main, plain = (python, "main.py"), (python, "bench/plain.py")
    return [
        Program(warm(one.name), main),
        Program(unchanged(one.name), main, again=True),
        Program(plain_import(one.name), plain, slow=True),
        Program(cold(one.name), main, slow=True, cold=True),
    ]


def of_cdk(stacks: Path) -> list[Program]:
    """AWS CDK's programs.

    stacks: the folder of the stacks whose resources it has.
    """
    command = (str(PYTHON), "-m", "bench.equal_app", str(stacks), "{outdir}")
    environ = cdk_environment()
    # As of 2.262, AWS CDK validates each template by default, as `terraform validate` does later.
    unchecked = {**environ, "CDK_VALIDATION": "false"}
    return [
        Program(CDK, command, environ),
        Program(UNCHECKED, command, unchecked),
        Program(cold(CDK), command, environ, slow=True, cold=True),
    ]


def of_many() -> list[Program]:
    """One environment, and ten in one process."""
    return [
        Program(many(number), (sys.executable, "bench/many.py", str(number))) for number in (1, 10)
    ]


def warm(toolchain: str) -> str:
    return toolchain


def unchanged(toolchain: str) -> str:
    return f"{toolchain}, unchanged input"


def plain_import(toolchain: str) -> str:
    return f"{toolchain}, plain import"


def cold(name: str) -> str:
    return f"{name}, cold cache"


def many(number: int) -> str:
    return f"{number} environment{'s' if number > 1 else ''} in one process"


def all_programs(stacks: Path) -> list[Program]:
    """All of them, in the order of a round."""
    toolchains = [program for one in TOOLCHAINS.values() for program in of_toolchain(one)]
    return [*toolchains, *of_cdk(stacks), *of_many()]

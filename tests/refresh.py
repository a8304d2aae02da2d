"""Rewrites the generated files in the repository: `make snapshot`."""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import bindings

bindings.prepare()

from moto.ec2.models.instance_types import INSTANCE_TYPES  # noqa: E402

from environments import Environment, EnvironmentFileError, load_environment  # noqa: E402
from environments import documentation as environment_page  # noqa: E402
from environments.instance_types import FILE as INSTANCE_TYPES_FILE  # noqa: E402
from environments.loading import FOLDER  # noqa: E402
from operations.costs import documentation as costs_page  # noqa: E402
from operations.readiness import documentation as operating_page  # noqa: E402
from sandbox.embedded_aws import documentation as embedded_aws_page  # noqa: E402
from tests.operations.readiness.breaks import described  # noqa: E402
from tests.synthesis import synthesise  # noqa: E402

SCHEMA_FILE = FOLDER / "schema.json"
SNAPSHOTS = Path(__file__).parent / "snapshots"


def schema_text() -> str:
    """The JSON Schema of environment files."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Environment.model_json_schema(),
    }
    return json.dumps(schema, indent=2) + "\n"


def instance_types_text() -> str:
    """EC2's instance types according to moto, one family per line."""
    families: dict[str, dict[str, Any]] = {}
    for name, kind in INSTANCE_TYPES.items():
        family, _, size = name.partition(".")
        one = families.setdefault(
            family,
            {
                "architecture": _architecture(kind),
                "burstable": kind["BurstablePerformanceSupported"],
                "sizes": [],
            },
        )
        one["sizes"].append(size)
    lines = (f"{json.dumps(name)}: {json.dumps(one)}" for name, one in sorted(families.items()))
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _architecture(kind: dict[str, Any]) -> str:
    """One of Amazon Linux's two architectures, or `mac`."""
    supported = kind["ProcessorInfo"]["SupportedArchitectures"]
    return next((one for one in ("x86_64", "arm64") if one in supported), "mac")


def main() -> int:
    """Returns 2 if production.toml is invalid; nothing that depends on it is rewritten then."""
    INSTANCE_TYPES_FILE.write_text(instance_types_text())
    try:
        production = load_environment("production")
    except EnvironmentFileError as error:
        print(error, file=sys.stderr)
        return 2
    SCHEMA_FILE.write_text(schema_text())
    page = environment_page.FILE
    page.write_text(environment_page.documented(page.read_text(), json.loads(schema_text())))
    page = embedded_aws_page.FILE
    page.write_text(embedded_aws_page.documented(page.read_text()))
    costs_page.write(production)
    page = operating_page.FILE
    page.write_text(operating_page.documented(page.read_text(), described()))
    SNAPSHOTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as outdir:
        for name, stack in synthesise(production, Path(outdir)).items():
            (SNAPSHOTS / f"{name}.tf.json").write_text(stack.text)
    return 0


if __name__ == "__main__":
    sys.exit(main())

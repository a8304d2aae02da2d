"""Rewrites what is generated and kept in the repository: `make snapshot`."""

import json
import sys
import tempfile
from pathlib import Path

import bindings

bindings.prepare()

from environments import Environment, EnvironmentFileError, load_environment  # noqa: E402
from environments.loading import FOLDER  # noqa: E402
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


def main() -> int:
    """2 where production.toml is wrong; then nothing is rewritten."""
    try:
        production = load_environment("production")
    except EnvironmentFileError as error:
        print(error, file=sys.stderr)
        return 2
    SCHEMA_FILE.write_text(schema_text())
    SNAPSHOTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as outdir:
        for name, stack in synthesise(production, Path(outdir)).items():
            (SNAPSHOTS / f"{name}.tf.json").write_text(stack.text)
    return 0


if __name__ == "__main__":
    sys.exit(main())

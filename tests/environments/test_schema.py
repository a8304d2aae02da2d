"""The JSON Schema that editors use for environment files matches the model."""

import json
import tomllib

from environments.loading import FOLDER
from tests.refresh import SCHEMA_FILE, schema_text


def test_the_schema_file_is_up_to_date() -> None:
    assert SCHEMA_FILE.read_text() == schema_text(), "run `make snapshot`"


def test_the_environment_files_name_it() -> None:
    for file in FOLDER.glob("*.toml"):
        assert file.read_text().startswith(f"#:schema {SCHEMA_FILE.name}\n")
        assert "$schema" not in tomllib.loads(file.read_text())


def test_every_field_is_described() -> None:
    schema = json.loads(schema_text())
    for name, table in {"Environment": schema, **schema["$defs"]}.items():
        assert table["additionalProperties"] is False, name
        for field, body in table["properties"].items():
            assert body.get("description"), f"{name}.{field}"

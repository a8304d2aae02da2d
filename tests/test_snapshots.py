"""Production's four stacks as last reviewed: a change of what is emitted shows in the diff."""

from tests.conftest import Synthesised
from tests.refresh import SNAPSHOTS


def test_production_is_as_in_the_repository(production: Synthesised) -> None:
    kept = {file.name.partition(".")[0]: file.read_text() for file in SNAPSHOTS.iterdir()}
    emitted = {name: stack.text for name, stack in production.stacks.items()}
    assert set(kept) == set(emitted)
    for name, text in emitted.items():
        assert text == kept[name], f"{name} changed; if that is meant, run `make snapshot`"

"""README.md and docs/*.md: every page can be found, and every command in them is valid."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from cli import failover

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^ *```(?:console|sh)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
TARGETS = re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)


def commands(program: str) -> list[list[str]]:
    """The commands in all pages' blocks that run `program`, each as the list of words after it."""
    lines = [
        line.strip().partition(" && ")[0]
        for page in PAGES
        for block in BLOCK.findall(page.read_text())
        for line in block.splitlines()
    ]
    return [
        shlex.split(line, comments=True)[1:] for line in lines if line.startswith(f"{program} ")
    ]


def parse(words: list[str]) -> None:
    """Raises if `./failover` would not accept these words."""
    command: Any = typer.main.get_command(failover)  # from typer's own copy of click
    while subcommands := getattr(command, "commands", None):
        assert words[0] in subcommands, words
        command, words = subcommands[words[0]], words[1:]
    command.make_context(command.name, list(words))


def test_the_readme_is_one_page() -> None:
    assert len(README.read_text().splitlines()) <= 150


@pytest.mark.parametrize("page", PAGES[1:], ids=lambda page: page.name)
def test_the_readmes_index_has_every_page(page: Path) -> None:
    index = README.read_text().partition("## Documentation\n")[2].partition("\n## ")[0]
    assert f"](docs/{page.name})" in index


@pytest.mark.parametrize("words", commands("make"), ids=" ".join)
def test_make_has_the_target(words: list[str]) -> None:
    assert words[0] in TARGETS


@pytest.mark.parametrize("words", commands("./failover"), ids=" ".join)
def test_failover_takes_the_words(words: list[str]) -> None:
    parse(words)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["local", "lose"], "Missing parameter: region"),
        (["local", "up", "--wrong"], "No such option: --wrong"),
        (["switch", "show", "more"], "unexpected extra argument"),
    ],
)
def test_other_words_are_not_taken(words: list[str], said: str) -> None:
    with pytest.raises(Exception, match=said):
        parse(words)

"""Every relative link in the documentation leads to an existing file and heading."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """GitHub's anchors for a page's headings."""
    headings = HEADING.findall(FENCE.sub("", page.read_text()))
    texts = (re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading) for heading in headings)
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in texts}


def leads_nowhere(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    return not target.exists() or (anchor != "" and anchor not in anchors(target))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    links = LINK.findall(FENCE.sub("", page.read_text()))
    relative = [link for link in links if not re.match(r"[a-z]+:", link)]
    assert not [link for link in relative if leads_nowhere(page, link)]


def test_a_wrong_link_is_seen() -> None:
    for link in ("docs/no-such-page.md", "docs/alarms.md#no-such-heading", "#no-such-heading"):
        assert leads_nowhere(ROOT / "README.md", link)
    assert not leads_nowhere(ROOT / "README.md", "docs/alarms.md#what-to-do")

"""docs/costs.md matches the code."""

import pytest

from operations.costs import documentation
from operations.costs.picture import picture
from operations.costs.report import Report
from tests.synthesis import example

PAGE = documentation.FILE.read_text()


def test_the_tables_and_the_picture_are_todays(mission_costs: Report) -> None:
    """`make snapshot` rewrites them."""
    assert documentation.documented(PAGE, mission_costs) == PAGE
    assert documentation.PICTURE.read_text() == picture(mission_costs)


@pytest.mark.slow
def test_the_table_of_engines_is_todays() -> None:
    assert documentation.with_engines(PAGE, example("mission")) == PAGE


def test_every_table_is_between_its_marks(mission_costs: Report) -> None:
    bare = PAGE
    for name in ("stacks", "use", "sums", "types", "prices"):
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
        before, _, rest = bare.partition(begin)
        bare = before + begin + end + rest.partition(end)[2]
    assert len(bare) < len(PAGE) / 2
    assert documentation.documented(bare, mission_costs) == PAGE

"""The bindings are read while Python does something else; trouble shows where it always did."""

import sys

import pytest

from tests.bindings.every_toolchain import printed

PROGRAM = """
import sys
from bindings.ahead import loaded_meanwhile
with loaded_meanwhile():
    pass
print("cdktf_cdktf_provider_aws._jsii" in sys.modules)
"""


def test_they_are_there_after_the_block() -> None:
    assert printed(sys.executable, "-c", PROGRAM) == "True"


@pytest.mark.parametrize("variable", ["TOOLCHAIN", "JSII_NODE"])
def test_trouble_is_left_to_whoever_needs_them(variable: str) -> None:
    """A toolchain that does not exist, a Node that does not start."""
    wrong = {variable: "/nowhere"}
    assert printed(sys.executable, "-c", PROGRAM, **wrong) == "False"

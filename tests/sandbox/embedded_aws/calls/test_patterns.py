"""AWS's patterns, as its services apply them."""

import pytest

from sandbox.embedded_aws.calls.patterns import matches

WITHOUT_CONTROLS = r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\r\n\t]*"
TAG_OF_ACM = r"[\p{L}\p{Z}\p{N}_.:\/=+\-@]*"
DESCRIPTION_OF_WAF = r"^[\w+=:#@/\-,\.][\w+=:#@/\-,\.\s]+[\w+=:#@/\-,\.]$"


@pytest.mark.parametrize(
    ("pattern", "value"),
    [
        (WITHOUT_CONTROLS, "ü 漢 🙂\n"),
        (r"[\u0009\u000A\u000D\u0020-\u007E\u10000-\u10FFFF]*", "a🙂"),
        (r"[\uD800\uDBFF-\uDC00\uDFFF\t]*", "🙂"),
        (r"[a-z\x{0022}]+", 'a"'),
        (r"[\p{ASCII}]+", "a~"),
        (r"\p{IsPrint}+", "aü"),
        (r"\u002Fab", "/ab"),
        (TAG_OF_ACM, "Zürich 漢字 1.0"),
        (DESCRIPTION_OF_WAF, "Where checkers ask from"),
        (r"[a-z&&[^x]]+", "abc"),
        (r"not [a pattern", "anything"),
    ],
)
def test_it_allows(pattern: str, value: str) -> None:
    assert matches(pattern, value)


@pytest.mark.parametrize(
    ("pattern", "value"),
    [
        (WITHOUT_CONTROLS, "a\x07"),
        (TAG_OF_ACM, "a (b)"),
        (DESCRIPTION_OF_WAF, "Route 53's checkers"),
        (r"\w+", "ü"),  # Java's \w is ASCII only
        (r"\d+", "٣"),
        (r"[a-z]+", "abc1"),  # matches the whole text, with or without anchors
        (r"^[a-z]+$", "abc\n"),
        (r"[a-z&&[^x]]+", "axc"),
    ],
)
def test_it_does_not_allow(pattern: str, value: str) -> None:
    assert not matches(pattern, value)

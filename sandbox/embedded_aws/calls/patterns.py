"""Translates the models' regular expressions, which are Java's, to Python.

https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/regex/Pattern.html
"""

import re
from functools import cache

import regex

# Everything beyond the basic multilingual plane, in the spellings that models use.
BEYOND = (r"\uD800\uDC00-\uDBFF\uDFFF", r"\uD800\uDBFF-\uDC00\uDFFF", r"\u10000-\u10FFFF")
CHARACTER = re.compile(r"\\u([0-9A-Fa-f]{4})|\\[ux]\{([0-9A-Fa-f]+)\}")
CLASSES = {r"\p{ASCII}": r"\x00-\x7f", r"\p{IsPrint}": r"\p{Print}"}


@cache
def compiled(pattern: str) -> regex.Pattern[str]:
    """Raises regex.error if the pattern is invalid."""
    for pairs in BEYOND:
        pattern = pattern.replace(pairs, r"\U00010000-\U0010FFFF")
    for javas, ours in CLASSES.items():
        pattern = pattern.replace(javas, ours)
    pattern = CHARACTER.sub(lambda found: rf"\U{found[1] or found[2]:0>8}", pattern)
    # Java's \w, \d and \s match ASCII only, but its \p{…} does not; regex.ASCII restricts both
    flags = regex.V0 if r"\p{" in pattern else regex.ASCII
    return regex.compile(pattern, flags | (regex.V1 if "&&" in pattern else regex.V0))


def matches(pattern: str, value: str) -> bool:
    """Whether the pattern matches the whole value, which is how AWS applies patterns.

    An invalid pattern allows everything.
    """
    try:
        return compiled(pattern).fullmatch(value) is not None
    except regex.error:
        return True

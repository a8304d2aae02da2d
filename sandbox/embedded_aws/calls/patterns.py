"""The regular expressions of AWS's models, which are Java's, as Python reads them.

https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/regex/Pattern.html
"""

import re
from functools import cache

import regex

# Everything beyond the basic plane, as models variously say it.
BEYOND = (r"\uD800\uDC00-\uDBFF\uDFFF", r"\uD800\uDBFF-\uDC00\uDFFF", r"\u10000-\u10FFFF")
CHARACTER = re.compile(r"\\u([0-9A-Fa-f]{4})|\\[ux]\{([0-9A-Fa-f]+)\}")
CLASSES = {r"\p{ASCII}": r"\x00-\x7f", r"\p{IsPrint}": r"\p{Print}"}


@cache
def compiled(pattern: str) -> regex.Pattern[str]:
    """Raises regex.error for one that cannot be read."""
    for pairs in BEYOND:
        pattern = pattern.replace(pairs, r"\U00010000-\U0010FFFF")
    for javas, ours in CLASSES.items():
        pattern = pattern.replace(javas, ours)
    pattern = CHARACTER.sub(lambda found: rf"\U{found[1] or found[2]:0>8}", pattern)
    # Java's \w, \d and \s are of ASCII alone, and so is regex.ASCII's \p{…}, which Java's is not
    flags = regex.V0 if r"\p{" in pattern else regex.ASCII
    return regex.compile(pattern, flags | (regex.V1 if "&&" in pattern else regex.V0))


def matches(pattern: str, value: str) -> bool:
    """Whether all of `value` is as `pattern` says, which is how AWS's services take patterns.

    A pattern that cannot be read allows everything.
    """
    try:
        return compiled(pattern).fullmatch(value) is not None
    except regex.error:
        return True

"""Whether ranges of addresses have all of the health checkers'."""

from collections.abc import Iterable
from ipaddress import IPv4Network

from modules.checkers import CHECKER_RANGES

CHECKERS = [IPv4Network(one) for one in CHECKER_RANGES]


def have_all_checkers(ranges: Iterable[str]) -> bool:
    """Of IPv4 ranges: checkers ask by IPv4 where a check has a name.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/route-53-ip-addresses.html
    """
    found = [IPv4Network(one) for one in ranges]
    return all(any(one.subnet_of(other) for other in found) for one in CHECKERS)

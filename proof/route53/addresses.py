"""Whether address ranges cover all of Route 53's health checkers."""

from collections.abc import Iterable
from ipaddress import IPv4Network

from modules.checkers import CHECKER_RANGES

CHECKERS = [IPv4Network(one) for one in CHECKER_RANGES]


def have_all_checkers(ranges: Iterable[str]) -> bool:
    """IPv4 ranges only: checkers connect over IPv4 when a check specifies a domain name.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/route-53-ip-addresses.html
    """
    found = [IPv4Network(one) for one in ranges]
    return all(any(one.subnet_of(other) for other in found) for one in CHECKERS)

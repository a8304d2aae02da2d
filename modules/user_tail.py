"""Users who keep DNS answers for longer than the TTL: what was measured, and what follows from it.
The worst case of `recovery_time` is for users who honour the TTL."""

import math
from dataclasses import dataclass

from modules.recovery_time import RecoveryTime

# Of the resolvers that could be measured from five places or more, those that extend TTLs.
# Bhowmick et al., TTL Violation of DNS Resolvers in the Wild, PAM 2023:
# https://doi.org/10.1007/978-3-031-28486-1_23
EXTENDING_SHARE = 0.0874
# After an answer with this TTL changed, as many requests had moved within so many seconds; and of
# the users, 2 % had not after 900 s. That includes browsers and applications that keep answers, and
# clients with open connections. Flavel, Mani and Maltz, Re-evaluating the Responsiveness of
# DNS-based Network Control, LANMAN 2014: https://doi.org/10.1109/LANMAN.2014.7028641
STUDIED_TTL = 20
MOST, MOST_SECONDS = 0.90, 60
NEARLY_ALL, NEARLY_ALL_SECONDS = 0.98, 900
# Seconds after the TTL.
MOST_EXCESS = MOST_SECONDS - STUDIED_TTL
NEARLY_ALL_EXCESS = NEARLY_ALL_SECONDS - STUDIED_TTL


@dataclass(frozen=True)
class Tail:
    """Seconds from the failure until these shares of all users are served again."""

    most: int
    nearly_all: int

    def __str__(self) -> str:
        most, nearly_all = f"{MOST * 100:.0f} %", f"{NEARLY_ALL * 100:.0f} %"
        return f"{most} by {self.most} s and {nearly_all} by {self.nearly_all} s"


def tail(recovery: RecoveryTime) -> Tail:
    """The tail of all users, extrapolated to this TTL.

    Assumes that users exceed a TTL by as many seconds whatever it is. What keeps answers for longer
    is taken to be minimum times of resolvers, browsers and applications: they exceed a longer TTL
    by less. It is too little where something multiplies TTLs.
    """
    return Tail(recovery.total + MOST_EXCESS, recovery.total + NEARLY_ALL_EXCESS)


def excess(quantile: float) -> float:
    """Seconds for which a resolver that extends TTLs keeps an answer after its TTL, at this
    quantile (from 0 to below 1) of such resolvers.

    Both studies together: the extending resolvers' users are the last 8.74 %, all of them exceed
    the TTL by what 90 % of the requests need, and 2 % of all users by what 98 % of them do; in
    between, as many give up in each second.
    """
    left = (1 - NEARLY_ALL) / EXTENDING_SHARE
    mean = (NEARLY_ALL_EXCESS - MOST_EXCESS) / -math.log(left)
    return MOST_EXCESS - mean * math.log(1 - quantile)

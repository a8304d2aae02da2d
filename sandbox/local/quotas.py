"""Raises the embedded AWS's quotas to what an environment needs."""

from collections import defaultdict

from rich.console import Console

from environments import Environment
from modules.quota_needs import QuotaNeed, needs
from modules.quotas import Quota
from sandbox.embedded_aws import EmbeddedAws


def grant(environment: Environment, aws: EmbeddedAws, console: Console) -> None:
    """Raises the quotas to what the environment needs, and says which increases a new account would
    have to request from AWS."""
    raised: defaultdict[tuple[Quota, int], list[QuotaNeed]] = defaultdict(list)
    for need in needs(environment, aws):
        if need.beyond_a_new_account:
            aws.allow(need.quota.code, need.value, need.region)
            raised[need.quota, need.value].append(need)
    for (quota, value), where in raised.items():
        regions = " and ".join(need.region for need in where)
        console.print(
            f"quota {quota.code} is {value} in {regions}, and in a new account "
            f"{quota.new_account}; to request it from AWS, in each region: {where[0].request}",
            soft_wrap=True,
            highlight=False,
        )

"""What a deployment costs while it exists."""

from environments import Environment
from operations.strategies.costs import count
from operations.strategies.prices import load_prices
from stacks import synthesised

# As AWS's own calculator: https://docs.aws.amazon.com/pricing-calculator/latest/userguide/
HOURS_A_MONTH = 730


def usd_an_hour(environment: Environment) -> float:
    """US dollars, without traffic. Raises OperationError for anything without a price."""
    lines = count(synthesised(environment).values(), load_prices())
    return sum(line.usd for line in lines) / HOURS_A_MONTH

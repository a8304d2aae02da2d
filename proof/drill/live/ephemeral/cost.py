"""What a deployment costs while it exists."""

from environments import Environment
from operations.costs.line import total
from operations.costs.prices import load_prices
from operations.costs.resources import count
from stacks import synthesised

# As in AWS's own calculator, and in our prices:
# https://docs.aws.amazon.com/pricing-calculator/latest/userguide/
HOURS_A_MONTH = 730


def usd_an_hour(environment: Environment) -> float:
    """US dollars, without traffic. Raises OperationError for anything without a price."""
    return total(count(synthesised(environment), load_prices())) / HOURS_A_MONTH

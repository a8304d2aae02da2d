"""What AWS refuses and neither its models nor moto do: one function a rule, one module a service.

A rule takes a `Call` that its service's model allows, may look at what moto holds, and raises
`Refusal`. Its docstring says what is refused, with AWS's page.
"""

from collections.abc import Callable

from operations.embedded_aws.calls import Call

Rule = Callable[[Call], None]

# By botocore's names of the service and the operation.
RULES: dict[tuple[str, str], tuple[Rule, ...]] = {}

__all__ = ["RULES", "Rule"]

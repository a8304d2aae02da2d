"""What a rule is, and what a module of rules says."""

from collections.abc import Callable, Mapping

from operations.embedded_aws.calls import Call

Rule = Callable[[Call], None]
# By botocore's names of the service and the operation.
Rules = Mapping[tuple[str, str], tuple[Rule, ...]]

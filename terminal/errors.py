"""Failures that the operator can act on."""


class OperationError(Exception):
    """The message is all that the operator sees: it says what happened, and what to do."""


class BadInputError(OperationError):
    """What the operator gave cannot be meant, and nothing was done: exit code 2."""

"""What goes wrong for a reason that the operator can act on."""


class OperationError(Exception):
    """Its message is all that an operator sees: what happened, and what to do."""

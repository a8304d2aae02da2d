"""Errors of the model."""


class UnknownToTheModelError(Exception):
    """The emitted JSON holds something that no rule of the model covers."""

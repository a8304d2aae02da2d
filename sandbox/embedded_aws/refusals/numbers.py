"""Integers and enumerated values that requests carry as text."""

from sandbox.embedded_aws.calls import Refusal


def whole(value: str, least: int, most: int, *, where: str, code: str) -> int:
    """`value` as an integer. Raises Refusal unless it is one from `least` to `most`.

    where: the field, for the message. code: the error code.
    """
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        raise Refusal(code, f"{where}: '{value}' is no whole number from {least} to {most}")
    return int(value)


def one_of(value: str, allowed: tuple[str, ...], *, where: str, code: str) -> None:
    """Raises Refusal if `value` is not among those allowed."""
    if value not in allowed:
        raise Refusal(code, f"{where}: '{value}' must be one of {', '.join(allowed)}")

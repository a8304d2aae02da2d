"""Numbers and booleans that requests carry as text."""

from sandbox.embedded_aws.calls import Refusal


def whole(value: str, least: int, most: int, *, where: str, code: str) -> int:
    """The whole number that `value` says. Raises Refusal where it is none from `least` to `most`.

    where: the field, for the message. code: of the error.
    """
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        raise Refusal(code, f"{where}: '{value}' is no whole number from {least} to {most}")
    return int(value)


def one_of(value: str, allowed: tuple[str, ...], *, where: str, code: str) -> None:
    """Raises Refusal where `value` is none of those allowed."""
    if value not in allowed:
        raise Refusal(code, f"{where}: '{value}' must be one of {', '.join(allowed)}")

"""Whose credentials a request is signed with."""

from moto.iam import models


def default_account_is(number: str) -> None:
    """Makes this the account of everybody who has not assumed a role: moto knows only its own."""
    setattr(models, "DEFAULT_ACCOUNT_ID", number)  # noqa: B010 - not exported by moto


def account_of(access_key: str) -> str:
    """The account of these credentials: an assumed role's is the role's, any other's the
    deployment's."""
    return models.get_account_id_from(access_key)

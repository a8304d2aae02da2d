"""Whose credentials a request is signed with."""

from moto.iam.models import get_account_id_from


def account_of(access_key: str) -> str:
    """The account of these credentials: an assumed role's is the role's, any other's the
    deployment's."""
    return get_account_id_from(access_key)

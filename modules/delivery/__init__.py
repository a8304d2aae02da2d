"""Who may deliver releases: GitHub Actions' identity provider, and a role for each region."""

from modules.delivery.github import GithubProvider, github_trust
from modules.delivery.role import DeliveryRole

__all__ = ["DeliveryRole", "GithubProvider", "github_trust"]

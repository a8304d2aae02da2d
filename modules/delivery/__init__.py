"""Who may deliver releases: GitHub Actions' identity provider, and a role for each region."""

from modules.delivery.github import GITHUB, GithubProvider, github_trust
from modules.delivery.role import DeliveryRole

__all__ = ["GITHUB", "DeliveryRole", "GithubProvider", "github_trust"]

"""How releases are delivered: by whom, and by a pipeline of the region's own."""

from modules.delivery.github import GithubProvider, github_trust
from modules.delivery.pipeline import DeliveryPipeline
from modules.delivery.role import DeliveryRole

__all__ = ["DeliveryPipeline", "DeliveryRole", "GithubProvider", "github_trust"]

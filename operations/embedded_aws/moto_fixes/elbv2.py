"""Fixes of moto's Elastic Load Balancing."""

# Patches the insides of moto, which say little of their types.
# pyright: basic, reportAttributeAccessIssue=false

from moto.elbv2.exceptions import ELBClientError
from moto.elbv2.models import ELBv2Backend


def protected_balancers_stay() -> None:
    """moto deletes a load balancer in spite of its deletion protection."""
    delete_balancer = ELBv2Backend.delete_load_balancer

    def delete(self: ELBv2Backend, arn: str) -> None:
        balancer = self.load_balancers.get(arn)
        if balancer and balancer.attrs.get("deletion_protection.enabled") == "true":
            message = f"Load balancer '{arn}' cannot be deleted because deletion protection is on"
            raise ELBClientError("OperationNotPermitted", message)
        delete_balancer(self, arn)

    ELBv2Backend.delete_load_balancer = delete

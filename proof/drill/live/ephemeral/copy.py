"""What a throw-away copy of a deployment is: an environment with names of its own."""

from typing import Any

from environments import ROLES, Environment
from environments.loading import check
from terminal.errors import OperationError

Content = dict[str, Any]


def copy_of(environment: Environment, name: str) -> Environment:
    """The same in a sub-domain `name`, which a drill may take away, and nobody is told of.

    Whatever has to be unique in an account, or in all of AWS, is called after `name`. Raises
    OperationError for what cannot be copied, and EnvironmentFileError for what the name makes of
    the file.
    """
    refuse_uncopied(environment, name)
    content: Content = environment.model_dump(
        mode="json", by_alias=True, exclude_defaults=True, exclude_none=True
    )
    content |= {"name": name, "deletion_protection": False, "drill": _drill(environment)}
    content["dns"] |= {"domain": f"{name}.{environment.dns.domain}", "query_logs": False}
    content["dns"].pop("aliases", None)
    for told in ("emails", "webhooks"):
        content.get("alarms", {}).pop(told, None)
    for started in ("github", "pipeline"):
        content.get("delivery", {}).pop(started, None)
    content.get("failover", {}).pop("routing_control", None)
    for role in ROLES:
        for named in ("launch_template", "auto_scaling_group", "load_balancer", "target_group"):
            content[role][named] = name
    for backend in content["state"].values():
        backend["bucket"] = f"{backend['bucket']}-{name}"
    return check(content, f"the copy {name} of {environment.name}")


def _drill(environment: Environment) -> Content:
    return environment.drill.model_dump() | {"live": True}


def refuse_uncopied(environment: Environment, name: str) -> None:
    """Raises OperationError if a copy would lack its data, or be in the original's way."""
    if name == environment.name:
        raise OperationError(f"{name} is the deployment itself: name the copy otherwise")
    taken = {*environment.dns.names, *(environment.regional_name(role) for role in ROLES)}
    taken |= {environment.health_name(role) for role in ROLES} | {environment.in_service_name}
    if f"{name}.{environment.dns.domain}" in taken:
        raise OperationError(f"{name}.{environment.dns.domain} is in use by {environment.name}")
    if environment.data.kind is not None or environment.data.tables:
        raise OperationError(
            "a throw-away copy has no data, and an application without its data is no test: drill"
            " a deployment of your own"
        )

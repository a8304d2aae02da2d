"""What the drill takes from the emitted stacks, besides what Route 53's model reads."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from environments import ROLES, Environment, Role
from operations.drill.entrances import Entrance, read_entrances
from operations.drill.user_data import page_of
from operations.errors import OperationError
from operations.route53 import Configuration, UnknownToTheModelError, read_configuration
from operations.route53.configuration import LoadBalancer


@dataclass(frozen=True)
class EmittedRegion:
    """One region's web tier."""

    role: Role
    region: str
    group: str
    user_data: str
    matcher: str
    balancer: LoadBalancer
    entrances: tuple[Entrance, ...]

    @property
    def page(self) -> str:
        """What its instances serve."""
        return page_of(self.user_data)


@dataclass(frozen=True)
class Emitted:
    """One deployment."""

    configuration: Configuration
    regions: Mapping[Role, EmittedRegion]
    url: str
    """Where users go, as the stacks output it."""
    bound: int
    """Seconds in which users recover at worst, as the stacks output it."""
    bound_terms: str


def read_emitted(folder: Path, environment: Environment) -> Emitted:
    """What `folder`/stacks holds. Raises OperationError where that is not what the drill knows."""
    try:
        configuration = read_configuration(folder)
        outputs = _stack(folder, "global")["output"]
        return Emitted(
            configuration=configuration,
            regions={role: _region(folder, environment, role, configuration) for role in ROLES},
            url=outputs["url"]["value"],
            bound=outputs["worst_case_recovery_seconds"]["value"],
            bound_terms=outputs["worst_case_recovery_terms"]["value"],
        )
    except UnknownToTheModelError as error:
        raise OperationError(f"the model of Route 53 does not know this: {error}") from None
    except FileNotFoundError as error:
        raise OperationError(f"there are no emitted stacks: {error.filename}") from None
    except (KeyError, ValueError) as error:
        raise OperationError(
            f"the stacks in {folder} are not what the drill knows: {error!r}"
        ) from None


def _stack(folder: Path, name: str) -> dict[str, Any]:
    return json.loads((folder / "stacks" / name / "cdk.tf.json").read_text())


def _region(
    folder: Path, environment: Environment, role: Role, configuration: Configuration
) -> EmittedRegion:
    resources = _stack(folder, role)["resource"]
    (template,) = resources["aws_launch_template"].values()
    (group,) = resources["aws_autoscaling_group"].values()
    (targets,) = resources["aws_lb_target_group"].values()
    region = environment.regional(role).region
    (balancer,) = (one for one in configuration.balancers.values() if one.region == region)
    return EmittedRegion(
        role=role,
        region=region,
        group=group["name"],
        user_data=base64.b64decode(template["user_data"]).decode(),
        matcher=targets["health_check"]["matcher"],
        balancer=balancer,
        entrances=read_entrances(resources),
    )

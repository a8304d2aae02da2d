"""What `failover deploy` does."""

import getpass
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console

from environments import ROLES, Environment, Role
from modules.recovery_time import until_served
from operations.aws import client, refused
from operations.delivery.bucket import ReleasesBucket, SupersededError
from operations.delivery.deployment import Deployment, Order, Plan
from operations.delivery.display import SHORT, shown
from operations.delivery.region import FailedError, RegionalDelivery, delivery_to
from operations.delivery.sources import digest_of, put
from releases.pointer import LONGEST
from terminal.errors import OperationError


@dataclass(frozen=True)
class Options:
    """How to deliver; None is the environment's own value."""

    only: Role | None = None
    order: Order = "together"
    why: str = ""
    bake: float | None = None
    timeout: float | None = None
    poll: float = 5.0
    only_own: bool = False
    """Whether to leave a region alone whose current release somebody else delivered."""


def deploy(release: str, environment: Environment, options: Options, console: Console) -> None:
    """Delivers a release: an archive, or the digest of one that a region has.

    Raises ReleaseError for an archive that breaks the contract, and OperationError if the release
    does not serve everywhere in the end; the message says what was done about it.
    """
    check_kind(environment)
    digest = digest_of(release, environment)
    roles: Sequence[Role] = [options.only] if options.only else ROLES
    timeout = _timeout(environment) if options.timeout is None else options.timeout
    regions = [delivery_to(environment, role, digest, timeout) for role in roles]
    for one in regions:
        _read(one, regions)
    by = _operator(environment)
    if options.only_own:
        regions = [one for one in regions if _is_own(one, by, console)]
        if not regions:
            return
    plan = Plan(
        order=options.order,
        bake=environment.delivery.bake if options.bake is None else options.bake,
        by=by,
        why=options.why[:LONGEST],
        poll=options.poll,
    )
    begun: list[Deployment] = []
    with _told_how_to_go_on(begun, console), shown(console) as show:
        console.print(f"release {digest}")
        buckets = [one.bucket for one in regions]
        put(release, digest, buckets, sources=[*buckets, *_other_buckets(environment, roles)])
        deployment = Deployment(regions, plan, show)
        begun.append(deployment)
        deployment.run()
    _report(deployment, digest, console)


def _timeout(environment: Environment) -> float:
    """An instance has at least twice the time that it typically takes."""
    return max(environment.application.grace, 2 * until_served(environment.application))


def _other_buckets(environment: Environment, roles: Sequence[Role]) -> list[ReleasesBucket]:
    """Those that the release is not delivered to, but may be fetched from."""
    return [ReleasesBucket.of(environment, role) for role in ROLES if role not in roles]


def check_kind(environment: Environment) -> None:
    """Raises OperationError for an environment without releases."""
    kind = environment.application.kind
    if kind != "release":
        raise OperationError(
            f'{environment.name} has no releases: application.kind is "{kind}", not "release"'
        )


def _read(region: RegionalDelivery, regions: Sequence[RegionalDelivery]) -> None:
    try:
        region.read()
    except OperationError as error:
        others = [one.role for one in regions if one is not region]
        hint = f"\n  --only {others[0]} delivers to the other region alone" if others else ""
        raise OperationError(f"nothing was changed: {error}{hint}") from None


def _is_own(region: RegionalDelivery, by: str, console: Console) -> bool:
    """Whether the current release was delivered by whoever runs this, in any session of a role."""
    if region.current is None or _without_session(region.current.pointer.by) == _without_session(
        by
    ):
        return True
    current = region.current.pointer
    console.print(f"{region.name}: left alone, as {current.by} delivered {current.release[:SHORT]}")
    return False


def _without_session(arn: str) -> str:
    """The ARN of a role's session names the session last."""
    return arn.rpartition("/")[0] if ":assumed-role/" in arn else arn


@contextmanager
def _told_how_to_go_on(begun: Sequence[Deployment], console: Console) -> Generator[None]:
    """Says after an interrupt, or a refusal, how things are and what to do."""
    try:
        yield
    except (FailedError, SupersededError):
        raise
    except OperationError as error:
        if not any(one.moved for one in begun):
            raise
        raise OperationError(f"{error}\n  {_how_to_go_on(begun)}") from None
    except KeyboardInterrupt:
        console.print(_how_to_go_on(begun))
        raise


def _how_to_go_on(begun: Sequence[Deployment]) -> str:
    deployment = begun[0] if begun else None
    if deployment is None or not deployment.moved:
        return "Nothing was changed."
    previous = next((one.before for one in deployment.regions if one.before), None)
    if deployment.returning:
        return f"The regions were being brought back: run `failover deploy {previous}` to finish."
    back = f", or `failover deploy {previous}` to go back" if previous else ""
    return f"AWS goes on with what was begun. Run the same command again to go on{back}."


def _report(deployment: Deployment, digest: str, console: Console) -> None:
    for one in deployment.regions:
        if one.name not in deployment.lost:
            console.print(f"{one.name}: {digest[:SHORT]} {one.look.step}")
    if deployment.lost:
        trouble = "\n  ".join(deployment.lost.values())
        raise OperationError(
            f"not delivered everywhere:\n  {trouble}\n"
            "  Once the region answers, deploy the release again: it goes on where it was."
        )


def _operator(environment: Environment) -> str:
    """Who deploys, as AWS knows them; as this machine does if STS does not answer."""
    try:
        with refused("STS cannot be asked"):
            arn: str = client("sts", environment.dr.region).get_caller_identity()["Arn"]
    except OperationError:
        try:
            return getpass.getuser()
        except (KeyError, OSError):
            return "an operator"
    return arn

"""What `failover deploy` does."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console

from environments import ROLES, Environment, Role
from modules.recovery_time import until_served
from operations.aws import operator
from operations.delivery.bucket import ReleasesBucket, SupersededError
from operations.delivery.deployment import Deployment, Order, Plan
from operations.delivery.display import SHORT, shown
from operations.delivery.region import FailedError, RegionalDelivery, delivery_to
from operations.delivery.sources import digest_of, is_archive, put
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


def deploy(release: str, environment: Environment, options: Options, console: Console) -> None:
    """Delivers a release: an archive, or the digest of one that a region has.

    Raises ReleaseError for an archive that breaks the contract, and OperationError if the release
    does not serve everywhere in the end; the message says what was done about it.
    """
    check_kind(environment)
    digest = digest_of(release, environment)
    _check_order(release, environment, options)
    roles: Sequence[Role] = [options.only] if options.only else ROLES
    timeout = _timeout(environment) if options.timeout is None else options.timeout
    regions = [delivery_to(environment, role, digest, timeout) for role in roles]
    for one in regions:
        _read(one, regions)
    plan = Plan(
        order=options.order,
        bake=environment.delivery.bake if options.bake is None else options.bake,
        by=operator(regions[0].region),
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


def _check_order(release: str, environment: Environment, options: Options) -> None:
    """Where releases are delivered as they arrive, an archive would overtake the order."""
    ordered = options.only is None and options.order != "together"
    if environment.delivery.pipeline is not None and ordered and is_archive(release):
        raise OperationError(
            "nothing was changed: each region's pipeline delivers an archive as soon as it arrives,"
            f" whatever --order {options.order} says\n"
            "  Deliver it to one region with --only, then to the other one"
        )


def _read(region: RegionalDelivery, regions: Sequence[RegionalDelivery]) -> None:
    try:
        region.read()
    except OperationError as error:
        others = [one.role for one in regions if one is not region]
        hint = f"\n  --only {others[0]} delivers to the other region alone" if others else ""
        raise OperationError(f"nothing was changed: {error}{hint}") from None


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

"""What the application's fields must be together, and with the regions' own."""

from collections.abc import Iterator
from functools import partial

from environments.application import variables_file
from environments.errors import Mistake
from environments.limits import PACKAGE_NAME, USER_DATA
from environments.model import ROLES, Environment, Role
from environments.quoting import quoted
from environments.rule import Rule

# Route 53 looks for the string in this many bytes of the body.
# https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html
SEARCHED_BYTES = 5120


def pages_are_for_a_page(role: Role, environment: Environment) -> Iterator[Mistake]:
    """Apache serves a page, and nothing else does."""
    kind, page = environment.application.kind, environment.regional(role).page
    if kind == "page" and page is None:
        yield Mistake(f"{role}.page", 'is required with application.kind = "page"')
    elif kind != "page" and page is not None:
        yield Mistake(f"{role}.page", f'must be left out with application.kind = "{kind}"')


def images_are_named(role: Role, environment: Environment) -> Iterator[Mistake]:
    """An image that serves by itself is the user's own."""
    if environment.application.kind == "image" and environment.regional(role).ami is None:
        yield Mistake(f"{role}.ami", 'is required with application.kind = "image"')


def images_install_nothing(environment: Environment) -> Iterator[Mistake]:
    """An image may be of any Linux, which may not have dnf."""
    application = environment.application
    if application.kind == "image" and application.packages:
        yield Mistake("application.packages", 'must be left out with kind = "image"')


def grace_is_enough(environment: Environment) -> Iterator[Mistake]:
    """An instance that is replaced before it serves is replaced for ever."""
    application = environment.application
    if application.grace < application.boot:
        wanted = f"must be at least application.boot, {application.boot}"
        yield Mistake("application.grace", f"{wanted}, and is {application.grace}")


def pages_answer_the_checks(environment: Environment) -> Iterator[Mistake]:
    """Apache has nothing but the page, unless `setup` writes more."""
    application = environment.application
    if application.kind != "page" or application.setup is not None:
        return
    if application.health_check_path != "/":
        yield Mistake("application.health_check_path", 'must be / with kind = "page" and no setup')
    if application.live_path is not None:
        wanted = 'must be left out with kind = "page" and no setup'
        yield Mistake("application.live_path", wanted)
    searched = application.health_check_string
    for role in ROLES:
        page = environment.regional(role).page
        if searched and page and searched.encode() not in page.encode()[:SEARCHED_BYTES]:
            where = f"the first {SEARCHED_BYTES:,} bytes of {role}.page"
            yield Mistake("application.health_check_string", f"must be in {where}")


def alive_is_not_healthy(environment: Environment) -> Iterator[Mistake]:
    """One page cannot say both whether an instance can serve and whether users may be there."""
    application = environment.application
    if application.live_path == application.health_check_path:
        wanted = "must be another path than health_check_path, or left out"
        yield Mistake("application.live_path", wanted)


def only_releases_are_delivered(environment: Environment) -> Iterator[Mistake]:
    """A page has nothing that a workflow or a pipeline could deliver."""
    kind = environment.application.kind
    for key in ("github", "pipeline"):
        if kind != "release" and getattr(environment.delivery, key) is not None:
            yield Mistake(f"delivery.{key}", f'must be left out with application.kind = "{kind}"')


def user_data_fits(role: Role, environment: Environment) -> Iterator[Mistake]:
    """One region's user data holds all of the file's own texts."""
    application = environment.application
    # A longer name is a mistake of its own, and no part of the size.
    packages = (one for one in application.packages if len(one) <= PACKAGE_NAME.most)
    texts = {
        "page": environment.regional(role).page or "",
        "application.setup": application.setup or "",
        "environment variables": variables_file(environment.own_variables(role)),
        "packages": " ".join(packages),
        "tables": variables_file(environment.table_variables),
    }
    sizes = {name: len(quoted(text).encode()) for name, text in texts.items() if text}
    total = sum(sizes.values())
    if total > USER_DATA.most and sizes.get("page", 0) <= USER_DATA.most:
        parts = ", ".join(f"{name} {size}" for name, size in sizes.items())
        yield Mistake(
            role,
            f"its user data holds at most {USER_DATA.most} bytes of the file's texts once quoted"
            f" for the shell, and would have to hold {total}: {parts}",
        )


RULES: tuple[Rule, ...] = (
    *(partial(pages_are_for_a_page, role) for role in ROLES),
    *(partial(images_are_named, role) for role in ROLES),
    images_install_nothing,
    grace_is_enough,
    pages_answer_the_checks,
    alive_is_not_healthy,
    only_releases_are_delivered,
    *(partial(user_data_fits, role) for role in ROLES),
)

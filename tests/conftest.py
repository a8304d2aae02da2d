"""What tests share: two example environments, synthesised once, and Terraform.

The examples are frozen copies of the shipped environments, so that tests can name values while
users edit the shipped files.
"""

import gc
import os
import shutil
import signal
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from botocore.loaders import JSONFileLoader  # pyright: ignore[reportMissingTypeStubs]
from xdist.scheduler import LoadScopeScheduling

import bindings

# Until everything is imported, hardly anything is garbage: see pytest_collection_finish.
gc.disable()
bindings.prepare()

from hypothesis import HealthCheck, settings  # noqa: E402

from environments import Environment, RegionalSettings, Role  # noqa: E402
from sandbox.embedded_aws import EmbeddedAws, cloned  # noqa: E402
from sandbox.embedded_aws.client import NOTHING_OF_THE_USERS  # noqa: E402
from sandbox.terraform import plugin_mirror, terraform_environment  # noqa: E402
from sandbox.terraform.mirror import GOGC  # noqa: E402
from tests.progress import Progress  # noqa: E402
from tests.sandbox.embedded_aws import new_account  # noqa: E402
from tests.sandbox.local.deployed import deploying  # noqa: E402
from tests.synthesis import EXAMPLE_NAMES, EXAMPLES, Stack, Stacks, example  # noqa: E402
from tests.terraform_runner import Terraform  # noqa: E402

ROOT = Path(__file__).parent.parent
DEPLOYED = ROOT / "tests" / "sandbox" / "local" / "deployed"
# Tests of the quota set their own.
ENOUGH_VCPUS = 256

# No deadline: an example may wait for Node.
settings.register_profile(
    "project", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("project")


@dataclass(frozen=True)
class Synthesised:
    """An environment and its stacks."""

    environment: Environment
    stacks: Mapping[str, Stack]


@dataclass(frozen=True)
class Region:
    """One regional stack of an environment, and the settings it was made from."""

    role: Role
    environment: Environment
    settings: RegionalSettings
    stack: Stack


@pytest.fixture(scope="session")
def synthesised_by_name() -> Callable[[str], Synthesised]:
    @cache
    def synthesised(name: str) -> Synthesised:
        environment = example(name)
        return Synthesised(environment, Stacks(environment))

    return synthesised


@pytest.fixture(params=EXAMPLE_NAMES)
def deployment(
    request: pytest.FixtureRequest, synthesised_by_name: Callable[[str], Synthesised]
) -> Synthesised:
    return synthesised_by_name(request.param)


@pytest.fixture
def mission(synthesised_by_name: Callable[[str], Synthesised]) -> Synthesised:
    return synthesised_by_name("mission")


@pytest.fixture
def staging(synthesised_by_name: Callable[[str], Synthesised]) -> Synthesised:
    return synthesised_by_name("staging")


@pytest.fixture
def releases(synthesised_by_name: Callable[[str], Synthesised]) -> Synthesised:
    """Whose instances run releases."""
    return synthesised_by_name("releases")


@pytest.fixture
def tables(synthesised_by_name: Callable[[str], Synthesised]) -> Synthesised:
    """With DynamoDB global tables."""
    return synthesised_by_name("tables")


@pytest.fixture(scope="session")
def plain() -> Synthesised:
    """The mission without TLS."""
    environment = example("mission").model_copy(update={"tls": False})
    return Synthesised(environment, Stacks(environment))


@pytest.fixture(params=["primary", "dr"])
def region(request: pytest.FixtureRequest, deployment: Synthesised) -> Region:
    role: Role = request.param
    environment = deployment.environment
    return Region(role, environment, environment.regional(role), deployment.stacks[role])


@pytest.fixture
def mission_file() -> dict[str, Any]:
    """mission.toml, parsed, for a test to change."""
    return tomllib.loads((EXAMPLES / "mission.toml").read_text())


@pytest.fixture(scope="session")
def terraform() -> str:
    """The Terraform to run. Without one, its tests are skipped, or fail in CI."""
    found = shutil.which("terraform")
    if found is None:
        reason = "Terraform 1.11 or newer is not on the PATH: what is emitted goes unchecked by it"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="session", autouse=True)
def one_provider(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Without a mirror, downloads the AWS provider once instead of once for each folder."""
    if plugin_mirror() is None:
        os.environ.setdefault("TF_PLUGIN_CACHE_DIR", str(tmp_path_factory.mktemp("providers")))
        os.environ["TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE"] = "1"


@pytest.fixture(scope="session")
def runner(terraform: str, one_provider: None) -> Iterator[Terraform]:  # noqa: ARG001
    # Keeps the user's credentials out, so that no test can reach a real account.
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    with terraform_environment({**clean, **NOTHING_OF_THE_USERS}) as environ:
        yield Terraform(terraform, environ)


@pytest.fixture(scope="session")
def new_aws(pytestconfig: pytest.Config) -> EmbeddedAws:
    """An embedded AWS of a new account, one for all workers, only to be cloned."""
    return new_account.one(shared_folder(pytestconfig))


@pytest.fixture(scope="module")
def aws(new_aws: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    """An embedded AWS, empty for each module."""
    with cloned(new_aws, tmp_path_factory.mktemp("aws")) as one:
        one.aws.allow_vcpus(ENOUGH_VCPUS)
        yield one.aws


@pytest.fixture
def report(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Prints a figure or table even if the test passes."""

    def show(text: str) -> None:
        with capsys.disabled():
            print(f"\n{text}")

    return show


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--exhaustive",
        action="store_true",
        help="also run the tests that are marked so",
    )


def shared_folder(config: pytest.Config) -> Path:
    """A temporary folder of this run, the same for all its workers."""
    base = config._tmp_path_factory.getbasetemp()  # pyright: ignore[reportAttributeAccessIssue]
    return base.parent if hasattr(config, "workerinput") else base


def pytest_sessionstart(session: pytest.Session) -> None:
    """Lets each worker read what another has synthesised."""
    Stacks.shared = shared_folder(session.config) / "synthesised"
    Stacks.shared.mkdir(exist_ok=True)


def pytest_collection_finish() -> None:
    """What is imported stays: searching millions of objects for garbage takes a tenth of a run."""
    gc.freeze()
    gc.enable()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Stops what workers share once all of them are done."""
    if not hasattr(session.config, "workerinput"):
        deploying.stop(shared_folder(session.config))
        new_account.stop(shared_folder(session.config))


def share_models() -> None:
    """Each boto3 session parses its services' models anew, megabytes of JSON, and a process has
    hundreds of sessions. S3's is not shared, since botocore's clients rewrite it."""
    read = JSONFileLoader().load_file
    shared = cache(read)

    def load_file(self: JSONFileLoader, file_path: str) -> Any:  # noqa: ARG001
        return read(file_path) if "s3" in Path(file_path).parts else shared(file_path)

    JSONFileLoader.load_file = load_file


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Progress(config))
    share_models()
    # A parent that ignores interrupts, such as nohup, would pass that on to every process that
    # tests start and interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.setdefault("GOGC", GOGC)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Summarises in one line what was skipped, and why."""
    skipped: list[pytest.TestReport] = terminalreporter.stats.get("skipped", [])
    reasons = Counter(str(one.longrepr[2]).removeprefix("Skipped: ") for one in skipped)  # pyright: ignore[reportOptionalSubscript, reportIndexIssue]
    if reasons:
        told = "; ".join(f"{number}: {reason}" for reason, number in reasons.most_common())
        terminalreporter.write_line(f"SKIPPED {reasons.total()} tests. {told}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what only an exhaustive run has. Runs the longest tests first, so that none is
    left running alone at the end; and those that need no deployed example before those that do,
    while the examples are being deployed."""
    if not config.getoption("--exhaustive"):
        only_then = [item for item in items if item.get_closest_marker("exhaustive")]
        config.hook.pytest_deselected(items=only_then)
        items[:] = [item for item in items if not item.get_closest_marker("exhaustive")]
    items.sort(
        key=lambda item: (
            item.get_closest_marker("slow") is None,
            item.get_closest_marker("long") is None,
            "original" in getattr(item, "fixturenames", ()),
        )
    )


class OneModuleOneWorker(LoadScopeScheduling):
    """A module's tests share a worker; tests with a clone of their own share nothing."""

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        alone = module.startswith(f"{DEPLOYED.relative_to(ROOT).as_posix()}/")
        return nodeid if alone and "[" in nodeid and "first_deployment" not in module else module

    def _reschedule(self, node: Any) -> None:
        """Queues one test behind the one that runs, and not two more: each may take minutes, in
        which another worker would have run it."""
        if self._pending_of(self.assigned_work[node]) < 2 or not self.workqueue:
            super()._reschedule(node)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneModuleOneWorker:
    return OneModuleOneWorker(config, log)

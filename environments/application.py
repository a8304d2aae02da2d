"""What the instances run: `[application]`, and what differs by region."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from environments import limits
from environments.section import Section, between, items

ApplicationKind = Literal["page", "release", "image"]
# Set on every instance by this project. So is a variable for each table, which begins with TABLE_:
# table_rules.py refuses those names, and no others that begin so.
RESERVED_PREFIX = "FAILOVER_"
RESERVED_NAMES = ("PORT",)
# Bash sets these itself, so its children would get another value; some it lets nobody set.
# https://www.gnu.org/software/bash/manual/html_node/Bash-Variables.html
OF_BASH_PREFIX = "BASH"
OF_BASH = {
    "_",
    "COMP_WORDBREAKS",
    "DIRSTACK",
    "EPOCHREALTIME",
    "EPOCHSECONDS",
    "EUID",
    "FUNCNAME",
    "GROUPS",
    "HISTCMD",
    "LINENO",
    "OPTIND",
    "PIPESTATUS",
    "PPID",
    "RANDOM",
    "SECONDS",
    "SHELLOPTS",
    "SHLVL",
    "SRANDOM",
    "UID",
}
# What a backslash must precede between double quotes.
ESCAPED = re.compile(r'[\\"$`]')


def _variable_name(value: str) -> str:
    if value.startswith(RESERVED_PREFIX) or value in RESERVED_NAMES:
        raise ValueError(
            f"must not be {' or '.join(RESERVED_NAMES)} and not begin with {RESERVED_PREFIX}:"
            " this project sets those"
        )
    if value.startswith(OF_BASH_PREFIX) or value in OF_BASH:
        raise ValueError("must not be a variable that bash itself sets, which it would not pass on")
    if value == "__proto__":
        raise ValueError("must not be __proto__, which cdktf's JavaScript cannot use as a key")
    return value


def _variable_value(value: str) -> str:
    if not value.isprintable():
        raise ValueError("must be one line without control characters")
    return value


def _health_check_path(value: str) -> str:
    if "//" in value or {".", ".."} & set(value.split("/")):
        raise ValueError("must not have //, and no . or .. between slashes")
    return value


def _health_check_string(value: str) -> str:
    if "${" in value or "%{" in value:
        raise ValueError("must not have ${ or %{, which Terraform would read as its own")
    return value


def _script(value: str) -> str:
    if re.search(r"[\x00-\x08\x0b-\x1f]", value):
        raise ValueError("must not contain control characters other than tab and line feed")
    if not value.startswith("#!/"):
        raise ValueError("must begin with its interpreter, such as #!/bin/bash")
    return value


VariableName = Annotated[
    str,
    Field(pattern=rf"^[A-Za-z_][A-Za-z0-9_]{{0,{limits.VARIABLE_NAME.most - 1}}}$"),
    AfterValidator(_variable_name),
]
VariableValue = Annotated[
    str, Field(max_length=limits.VARIABLE_VALUE.most), AfterValidator(_variable_value)
]
Variables = Annotated[dict[VariableName, VariableValue], items(limits.VARIABLES)]
# What RPM's and Amazon Linux's names are made of, and none that dnf reads as an option.
PackageName = Annotated[
    str,
    Field(pattern=rf"^[A-Za-z0-9][A-Za-z0-9._+-]{{0,{limits.PACKAGE_NAME.most - 1}}}$"),
]
# A query would be part of Route 53's request, but not of the firewall's exemption.
HealthCheckPath = Annotated[
    str,
    Field(pattern=rf"^/[A-Za-z0-9._~/-]{{0,{limits.HEALTH_CHECK_PATH.most - 1}}}$"),
    AfterValidator(_health_check_path),
]
# Route 53 compares bytes; characters beyond ASCII depend on the page's encoding.
HealthCheckString = Annotated[
    str,
    Field(pattern=rf"^[ -~]{limits.HEALTH_CHECK_STRING.of_a_pattern}$"),
    AfterValidator(_health_check_string),
]
Script = Annotated[str, AfterValidator(_script)]


def variables_file(variables: Mapping[str, str]) -> str:
    """The variables as lines that systemd and a shell read alike: NAME="value".

    https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#EnvironmentFile=
    """
    return "".join(f'{name}="{_escaped(value)}"\n' for name, value in variables.items())


def _escaped(value: str) -> str:
    return ESCAPED.sub(r"\\\g<0>", value)


class RegionalApplication(Section):
    """What differs between the regions' instances."""

    environment: Variables = {}
    """Further environment variables for this region's instances; each overrides one of the same
    name in `[application.environment]`."""


class Application(Section):
    """What the instances run, in both regions."""

    kind: ApplicationKind = "page"
    """page: Apache serves the region's `page`. release: the instances run a release of yours, which
    `failover deploy` delivers to both regions. image: the region's `ami` serves by itself."""
    port: Annotated[int, between(limits.PORT)] = 80
    """The TCP port that the instances serve HTTP on. Changing it replaces the target groups, so
    give each a new `target_group` name at the same time."""
    health_check_path: HealthCheckPath = "/"
    """The path that Route 53 requests, and the load balancers too without a `live_path`: it must
    answer 200 wherever users may be."""
    live_path: HealthCheckPath | None = None
    """The path by which an instance says that it can serve, whatever its database does: the load
    balancers request it, and whatever does not answer 200 is replaced. Without it, they request
    `health_check_path`, and replace an instance for its database's fault."""
    health_check_string: HealthCheckString | None = None
    """Text that must be in the first 5,120 bytes of the answer, or Route 53 counts the region as
    failed; the load balancers ignore it. Without it, any answer of 2xx or 3xx counts as healthy."""
    boot: Annotated[int, between(limits.BOOT)] = 180
    """Seconds that an instance typically takes from its launch until it serves. A pilot light's
    RTO, the groups' warm-up and the drill follow from it: measure it."""
    grace: Annotated[int, between(limits.GRACE)] = 600
    """Seconds after its launch in which an instance that does not serve yet is not replaced. At
    least `boot`."""
    environment: Variables = {}
    """Environment variables for the application. Anyone who may read the launch template can read
    them, so do not put secrets here."""
    packages: Annotated[list[PackageName], items(limits.PACKAGES)] = []
    """Packages of Amazon Linux 2023 to install, besides what the kind needs."""
    setup: Script | None = None
    """A script of yours that runs as root on an instance's first boot, after the packages are
    installed and before the application starts. It begins with #! and must succeed within 300
    seconds."""
    large_requests: bool = False
    """Whether users send bodies of more than 8 KiB, such as uploads. The firewall then only counts
    them; it inspects no more than the first 8 KiB of any body."""

    @property
    def instance_path(self) -> str:
        """The path that says of one instance whether it can serve."""
        return self.live_path or self.health_check_path

"""What every kind of application finds on its instance: variables, packages, the user's setup."""

from collections.abc import Mapping, Sequence

from environments.application import variables_file
from environments.quoting import quoted

ENVIRONMENT_FILE = "/etc/failover/environment"
APPLICATION_FOLDER = "/opt/application"

# Seconds that one attempt at installing packages may take, and after which no new one starts. On
# first boot the network may be late, or another process may hold dnf's lock, so an attempt may fail
# or hang.
ATTEMPT_TIMEOUT = 120
LAST_ATTEMPT = 420
# Seconds.
SETUP_TIMEOUT = 300

VARIABLES = """\
mkdir --parents /etc/failover
printf '%s' {variables} > {file}
"""

PACKAGES = """\
packages=({packages})
until rpm --query --whatprovides --quiet "${{packages[@]}}"; do
  if (( SECONDS > {last_attempt} )); then
    echo "${{packages[*]}} could not be installed; the Auto Scaling group will replace this" \\
      "instance" >&2
    exit 1
  fi
  timeout --kill-after=10 {attempt_timeout} dnf --assumeyes install "${{packages[@]}}" || sleep 10
done
"""

SETUP = """\
mkdir --parents {folder}
printf '%s' {setup} > {folder}/setup
chmod 0755 {folder}/setup
timeout --kill-after=10 {timeout} bash -c 'set -a; . {environment}; exec {folder}/setup' || {{
  echo "the setup script failed" >&2
  exit 1
}}
"""


def write_variables(variables: Mapping[str, str]) -> str:
    """Writes the environment file, also where there are no variables."""
    return VARIABLES.format(variables=quoted(variables_file(variables)), file=ENVIRONMENT_FILE)


def install(packages: Sequence[str]) -> str:
    """Installs packages of Amazon Linux; nothing for none. Names need no quotes."""
    if not packages:
        return ""
    return PACKAGES.format(
        packages=" ".join(packages), attempt_timeout=ATTEMPT_TIMEOUT, last_attempt=LAST_ATTEMPT
    )


def run_setup(setup: str) -> str:
    """Runs the user's script with the environment variables, as root."""
    return SETUP.format(
        folder=APPLICATION_FOLDER,
        setup=quoted(setup),
        environment=ENVIRONMENT_FILE,
        timeout=SETUP_TIMEOUT,
    )

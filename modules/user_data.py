"""The script that an instance runs on its first boot: it installs Apache and writes the page."""

import re
import shlex

PAGE_FILE = "/var/www/html/index.html"
CONFIGURATION_FILE = "/etc/httpd/conf.d/failover.conf"

# Apache's keep-alive exceeds the load balancer's idle timeout (60 s). Otherwise Apache could close
# a connection just as the load balancer sends a request on it, which becomes a 502.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#connection-idle-timeout
APACHE_CONFIGURATION = """\
AddDefaultCharset UTF-8
KeepAlive On
KeepAliveTimeout 75
ServerTokens Prod
TraceEnable Off
"""

# Seconds that one attempt at installing Apache may take, and after which no new one starts. On
# first boot the network may be late, or another process may hold dnf's lock, so an attempt may fail
# or hang.
ATTEMPT_TIMEOUT = 120
LAST_ATTEMPT = 420

TEMPLATE = """\
#!/bin/bash
set -euo pipefail

until rpm --query --quiet httpd; do
  if (( SECONDS > {last_attempt} )); then
    echo "Apache could not be installed; the Auto Scaling group will replace this instance" >&2
    exit 1
  fi
  timeout --kill-after=10 {attempt_timeout} dnf --assumeyes install httpd || sleep 10
done
printf '%s' {configuration} > {configuration_file}
printf '%s\\n' {page} > {page_file}
systemctl enable httpd
systemctl restart httpd
"""


def user_data(page: str) -> str:
    """The script that serves `page`, quoted so that the shell executes nothing in it."""
    return TEMPLATE.format(
        attempt_timeout=ATTEMPT_TIMEOUT,
        last_attempt=LAST_ATTEMPT,
        configuration=shlex.quote(APACHE_CONFIGURATION),
        configuration_file=CONFIGURATION_FILE,
        page=_quoted(page),
        page_file=PAGE_FILE,
    )


def _quoted(page: str) -> str:
    """Quotes for the shell and for cloud-init, which takes user data with "mime-version:" anywhere
    in its first 4 KiB for an e-mail and keeps only its ASCII. The empty quotes in between mean
    nothing to the shell."""
    # convert_string in https://github.com/canonical/cloud-init/blob/main/cloudinit/user_data.py
    return re.sub("(mime-version)(:)", r"\1''\2", shlex.quote(page), flags=re.IGNORECASE)

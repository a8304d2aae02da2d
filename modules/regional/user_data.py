"""The script that an instance runs at its first boot: Apache and the page."""

import shlex

# Written by the script; the drill and the tests look for them here.
PAGE_FILE = "/var/www/html/index.html"
CONFIGURATION_FILE = "/etc/httpd/conf.d/failover.conf"

# Keep-alive longer than the load balancer's idle timeout (60 s), so that it is never Apache that
# closes a connection on which the load balancer is just sending: such a request is a 502.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#connection-idle-timeout
APACHE_CONFIGURATION = """\
AddDefaultCharset UTF-8
KeepAlive On
KeepAliveTimeout 75
ServerTokens Prod
TraceEnable Off
"""

# On the first boot the network, or another user of dnf's lock, may be a little late: an attempt
# may hang or fail. After the last one the instance stays unhealthy, and its group replaces it.
TEMPLATE = """\
#!/bin/bash
set -euo pipefail

install_apache() {{
  local attempt
  for attempt in 1 2 3 4 5 6 7 8; do
    command -v httpd >/dev/null && return
    timeout 120 dnf --assumeyes --setopt=retries=3 install httpd && return
    echo "Installing Apache failed, attempt $attempt of 8" >&2
    sleep 10
  done
  return 1
}}

install_apache
printf '%s' {configuration} > {configuration_file}
printf '%s\\n' {page} > {page_file}
systemctl enable httpd
systemctl restart httpd
"""


def user_data(page: str) -> str:
    """The script that serves `page`. Quoted for the shell, a page executes nothing."""
    return TEMPLATE.format(
        configuration=shlex.quote(APACHE_CONFIGURATION),
        configuration_file=CONFIGURATION_FILE,
        page=shlex.quote(page),
        page_file=PAGE_FILE,
    )

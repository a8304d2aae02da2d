"""Apache serves one page."""

from environments.quoting import quoted
from modules.ports import HTTP

PAGE_PACKAGES = ("httpd",)
PAGE_FILE = "/var/www/html/index.html"
CONFIGURATION_FILE = "/etc/httpd/conf.d/failover.conf"
# A file of its own, since the drill's Apache listens elsewhere.
PORT_FILE = "/etc/httpd/conf.d/failover-port.conf"

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

PORT = "printf 'Listen %s\\n' {port} > {file}\n"
PAGE = """\
printf '%s' {configuration} > {configuration_file}
printf '%s\\n' {page} > {page_file}
systemctl enable httpd
systemctl restart httpd
"""


def serve_page(page: str, port: int) -> str:
    """Serves `page`. Apache listens on port 80 by itself."""
    listen = "" if port == HTTP else PORT.format(port=port, file=PORT_FILE)
    return listen + PAGE.format(
        configuration=quoted(APACHE_CONFIGURATION),
        configuration_file=CONFIGURATION_FILE,
        page=quoted(page),
        page_file=PAGE_FILE,
    )

"""systemd runs the release that the region's bucket names as current."""

from environments import Application
from environments.quoting import quoted
from modules.user_data.preparation import APPLICATION_FOLDER, ENVIRONMENT_FILE
from releases import CURRENT

# In Amazon Linux's standard image; a user's own, made of the minimal one, may lack them. What else
# is needed is there: dnf itself needs Python, and every image has curl.
# https://docs.aws.amazon.com/linux/al2023/ug/curl-minimal.html
RELEASE_PACKAGES = ("awscli-2", "tar")
FETCHER = "/usr/local/sbin/fetch-release"
UNIT_FILE = "/etc/systemd/system/application.service"
RELEASE_FOLDER = f"{APPLICATION_FOLDER}/release"
RELEASE_VARIABLES = "/etc/failover/release"

# Seconds: of one request to S3, of the release's own `install`, and until the release answers; the
# last is `boot` where that is longer.
FETCH_TIMEOUT = 120
INSTALL_TIMEOUT = 300
START_TIMEOUT = 120
# Requests for the archive.
ATTEMPTS = 5

# Waits as long as it takes for a first release. Whatever it prints is in the instance's console
# output. Until it succeeds, systemd starts nothing. It takes only our own variables: the user's
# could be PATH. Files of which an archive says that only their owner may read them are root's here,
# and the application is not root.
FETCH = """\
#!/bin/bash
set -euo pipefail
. <(grep '^FAILOVER_' {environment})
cd {folder}
fail() {{
  echo "release ${{digest:-unknown}}: $*" >&2
  exit 1
}}
get() {{
  timeout --kill-after=5 {fetch_timeout} aws s3api get-object --region "$FAILOVER_REGION" \\
    --bucket "$FAILOVER_RELEASES_BUCKET" --key "$1" "$2" 2>&1 >/dev/null
}}
until reason=$(get {current} current); do
  echo "no release yet: ${{reason:-no answer}}" >&2
  sleep 10
done
digest=$(python3 -I -c 'import json; print(json.load(open("current"))["release"])') || digest=
[[ $digest =~ ^[0-9a-f]{{64}}$ ]] || fail "{current} names none"
for attempt in {{1..{attempts}}}; do
  reason=$(get "releases/$digest.tar.gz" archive) && break
  (( attempt < {attempts} )) || fail "${{reason:-no answer}}"
  sleep 5
done
sha256sum --check --status <<< "$digest  archive" || fail "the archive has another SHA-256"
rm --recursive --force release
mkdir release
tar --extract --gzip --no-same-owner --file archive --directory release || fail "damaged archive"
chmod --recursive u-s,g-s,a+rX release
rm archive
cd release
[[ -f run && -x run ]] || fail "it has no executable run"
printf 'FAILOVER_RELEASE="%s"\\n' "$digest" > {release_variables}
if [[ -e install ]]; then
  timeout --kill-after=10 {install_timeout} bash -c \\
    'set -a; . {environment}; . {release_variables}; exec ./install' || fail "its install failed"
fi
"""

# A port below 1024 needs the capability, which the application's own children inherit. systemd
# restarts a failing application for ever: the load balancer decides when to give up an instance.
UNIT = """\
[Unit]
Description=The current release
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0
[Service]
User=application
WorkingDirectory={release}
EnvironmentFile={environment}
EnvironmentFile={release_variables}
ExecStart={release}/run
Restart=always
RestartSec=2
AmbientCapabilities=CAP_NET_BIND_SERVICE
CapabilityBoundingSet=CAP_NET_BIND_SERVICE
NoNewPrivileges=yes
PrivateTmp=yes
ProtectHome=yes
ProtectSystem=strict
StateDirectory=application
[Install]
WantedBy=multi-user.target
"""

SERVE = """\
mkdir --parents {folder}
id application || useradd --system --home-dir {folder} --shell /sbin/nologin application
printf '%s' {fetch} > {fetcher}
printf '%s' {unit} > {unit_file}
chmod 0755 {fetcher}
{fetcher}
systemctl daemon-reload
systemctl enable application
systemctl restart application
url={url}
started=$SECONDS
answer() {{ curl --silent --output /dev/null --max-time 4 --write-out '%{{http_code}}' "$url"; }}
until [[ $(answer) == 200 ]]; do
  if (( SECONDS - started > {start_timeout} )); then
    journalctl --unit application --lines 50 --no-pager >&2
    echo "the release does not answer 200 on $url" >&2
    exit 1
  fi
  sleep 1
done
echo "the release serves"
"""


def serve_release(application: Application) -> str:
    """Fetches the current release, starts it, and says on the console what became of it."""
    paths = {"environment": ENVIRONMENT_FILE, "release_variables": RELEASE_VARIABLES}
    fetch = FETCH.format(
        **paths,
        folder=APPLICATION_FOLDER,
        current=CURRENT,
        attempts=ATTEMPTS,
        fetch_timeout=FETCH_TIMEOUT,
        install_timeout=INSTALL_TIMEOUT,
    )
    return SERVE.format(
        folder=APPLICATION_FOLDER,
        fetch=quoted(fetch),
        fetcher=FETCHER,
        unit=quoted(UNIT.format(**paths, release=RELEASE_FOLDER)),
        unit_file=UNIT_FILE,
        url=f"http://localhost:{application.port}{application.instance_path}",
        start_timeout=max(START_TIMEOUT, application.boot),
    )

"""Applications to run as releases: small web servers, and what goes wrong with them."""

import io
import tarfile

# Answers every request with STATUS, once it has waited for WAIT seconds.
SERVER = """\
#!/usr/bin/env python3
import http.server, os, time
time.sleep({wait})
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response({status})
        self.end_headers()
        self.wfile.write(os.environ["FAILOVER_RELEASE"].encode())
print("listening", flush=True)
address = ("127.0.0.1", int(os.environ["PORT"]))
http.server.HTTPServer(address, Answer).serve_forever()
"""
EXITS = "#!/bin/sh\necho 'no database' >&2\nexit 3\n"
HANGS = "#!/bin/sh\nsleep 60\n"


def server(*, status: int = 200, wait: float = 0) -> str:
    return SERVER.format(status=status, wait=wait)


def archive(run: str, **others: str) -> bytes:
    """A release of these executables."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, content in {"run": run, **others}.items():
            member = tarfile.TarInfo(name)
            member.mode, member.size = 0o755, len(content)
            tar.addfile(member, io.BytesIO(content.encode()))
    return packed.getvalue()

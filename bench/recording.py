"""The embedded AWS, as `bench/checks.py record` starts it: every request becomes a JSON object in
the file that the variable REQUESTS names.
"""

import base64
import io
import json
import os
import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.embedded_aws.server import application, serve

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LOCK = threading.Lock()


def recording(aws: "WSGIApplication", file: Path) -> "WSGIApplication":
    """Wraps `aws` to append every request, with its answer's status, to `file`."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        kept = {key: value for key, value in environ.items() if isinstance(value, str)}

        def start(status: str, *others: object) -> object:
            row = {"environ": kept, "body": base64.b64encode(body).decode(), "status": status}
            with LOCK, file.open("a") as out:
                out.write(json.dumps(row) + "\n")
            return start_response(status, *others)  # pyright: ignore[reportCallIssue, reportArgumentType]

        return aws(environ, start)  # pyright: ignore[reportArgumentType]

    return answer


if __name__ == "__main__":
    embedded = application()
    recorded = recording(embedded.apis, Path(os.environ["REQUESTS"]))
    serve(embedded._replace(apis=recorded), Path(sys.argv[1]))

"""Whether objects exist in S3: health checkers ask dozens of times a second."""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import (  # pyright: ignore[reportMissingTypeStubs]
    BotoCoreError,
    ClientError,
)

from proof.drill.http import NoAnswerError, parsed

# Real seconds: S3 does not follow the drill's clock.
TIMEOUT = 10
VALID_SECONDS = 86400
FOUND, MISSING = 200, 404


class Objects:
    """Asks by URLs that were signed once: signing each request, and a client's other work, takes
    several times as long as the request. s3: clients by region."""

    def __init__(self, s3: Mapping[str, Any]) -> None:
        self._s3 = s3
        self._urls: dict[tuple[str, str, str], str] = {}

    async def there(self, region: str, bucket: str, key: str) -> bool | None:
        """Whether the object exists; None if S3 does not answer, as in a lost region."""
        place = region, bucket, key
        if place not in self._urls:
            self._urls[place] = self._s3[region].generate_presigned_url(
                "head_object", Params={"Bucket": bucket, "Key": key}, ExpiresIn=VALID_SECONDS
            )
        try:
            async with asyncio.timeout(TIMEOUT):
                status = await _status(self._urls[place])
        except (OSError, NoAnswerError):  # a timeout is an OSError
            return None
        return {FOUND: True, MISSING: False}.get(status)


async def _status(url: str) -> int:
    """What a HEAD request is answered."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        asked = f"HEAD {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        writer.write(f"{asked}Connection: close\r\n\r\n".encode())
        return parsed(await reader.read()).status
    finally:
        writer.transport.abort()


def there(s3: Any, bucket: str, key: str) -> bool | None:
    """The same, asked once by a client."""
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        return False if error.response["Error"]["Code"] == "404" else None  # pyright: ignore[reportTypedDictNotRequiredAccess]
    except BotoCoreError:
        return None
    return True

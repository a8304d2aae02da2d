"""S3 dated by the drill's clock. The embedded AWS dates objects in real time, in which a compressed
minute takes only seconds."""

from datetime import UTC, datetime, timedelta
from typing import Any

from proof.drill.clock import Clock

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


def time_of(clock: Clock) -> datetime:
    """The clock's current second as a datetime."""
    return EPOCH + timedelta(seconds=clock.now)


Dates = dict[tuple[str, str], datetime]
"""When each object was written, by bucket and key."""


class Dated:
    """An S3 client that dates what is written through it by the drill's clock, in whole seconds as
    S3 does. Objects written by others keep S3's date.

    dates: shared by all clients that have to agree.
    """

    def __init__(self, s3: Any, clock: Clock, dates: Dates) -> None:
        self._s3 = s3
        self._clock = clock
        self._written = dates

    def __getattr__(self, name: str) -> Any:
        return getattr(self._s3, name)

    def put_object(self, **arguments: Any) -> Any:
        answer = self._s3.put_object(**arguments)
        written = time_of(self._clock).replace(microsecond=0)
        self._written[arguments["Bucket"], arguments["Key"]] = written
        return answer

    def get_object(self, **arguments: Any) -> Any:
        return self._as_dated(self._s3.get_object(**arguments), arguments)

    def head_object(self, **arguments: Any) -> Any:
        return self._as_dated(self._s3.head_object(**arguments), arguments)

    def _as_dated(self, answer: dict[str, Any], arguments: dict[str, Any]) -> dict[str, Any]:
        written = self._written.get((arguments["Bucket"], arguments["Key"]))
        return answer if written is None else {**answer, "LastModified": written}

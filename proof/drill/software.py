"""What runs on the instances: a web server with a page, or the user's release."""

from pathlib import Path
from typing import Protocol

from proof.drill.reading import EmittedRegion


class Server(Protocol):
    """One instance's process, in a private folder."""

    port: int

    @property
    def release(self) -> str | None:
        """The digest of the release that it runs; None for a page."""
        ...

    def fetch(self) -> None:
        """Gets what it will serve, as an instance does when it boots."""
        ...

    def start(self) -> None:
        """Starts the process."""
        ...

    def wait_until_it_serves(self) -> None:
        """Raises OperationError, with what the process printed, if it does not."""
        ...

    def fail(self, *, fails: bool) -> None:
        """Makes the application fail, or serve again."""
        ...

    def stop(self) -> None:
        """Ends the process, whatever its state."""
        ...


class Software(Protocol):
    """Makes the servers of a drill."""

    @property
    def name(self) -> str:
        """For people: what serves."""
        ...

    @property
    def hangs(self) -> bool:
        """Whether an application that fails does not answer at all; otherwise it answers 500."""
        ...

    def server(self, region: EmittedRegion, folder: Path, port: int) -> Server:
        """A server that has not started. folder: private, and created here."""
        ...

    def end(self) -> None:
        """Ends whatever is left at the end of the drill."""
        ...

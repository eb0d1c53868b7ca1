"""One process at a time: a lock that a killed one leaves open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from inkdigits.batch.errors import BatchError


@contextmanager
def held(path: Path, what: str) -> Iterator[None]:
    """Holds a lock file.

    Args:
        path: The file; it stays.
        what: What it is held for, for the message.

    Raises:
        BatchError: Another process holds it.
    """
    import fcntl  # not on Windows, where reading must work

    with path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BatchError(f"another process is at work on {what}: wait until it is done, or stop it") from None
        yield

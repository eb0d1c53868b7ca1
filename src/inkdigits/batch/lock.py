"""One process at a time: a lock that a killed one leaves open."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from inkdigits.batch.errors import BatchError


@contextmanager
def held(path: Path, what: str) -> Iterator[None]:
    """Holds a lock file.

    Args:
        path: The file; it stays.
        what: What it is held for, for the message.

    Raises:
        BatchError: Another process holds it, or has just removed it.
    """
    import fcntl  # not on Windows, where reading must work

    with path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BatchError(f"another process is at work on {what}: wait until it is done, or stop it") from None
        if not _is_there(file, path):
            raise BatchError(f"another process was at work on {what} until this moment: start again")
        yield


def _is_there(file: IO[bytes], path: Path) -> bool:
    """Whether an open file is still the one of that name: of one that is gone, a lock keeps nobody out."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False

"""Which models read: one small file, replaced as a whole, with the history to roll back along."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from inkdigits.errors import ModelError, OptionError
from inkdigits.registry.model import KINDS, SHIPPED

NAME = "active.json"
LONGEST = 100  # promotions that are remembered

Stamp = tuple[int, int, int] | None
"""Changes whenever the file is replaced; None is no file."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """The active model of a kind, and those that were before it, oldest first."""

    id: str = SHIPPED
    history: tuple[str, ...] = ()

    def promoted(self, model: str) -> Pointer:
        """With another model in front."""
        return Pointer(model, (*self.history, self.id)[-LONGEST:])

    def without(self, model: str) -> Pointer:
        """With a model forgotten that is not the active one; what then follows itself is told once."""
        names = [name for name in (*self.history, self.id) if name != model]
        changes = [name for name, following in pairwise(names) if name != following]
        return Pointer(self.id, tuple(changes))

    @property
    def candidates(self) -> tuple[str, ...]:
        """What may read, best first: the active model, those before it, the shipped one; each once."""
        return tuple(dict.fromkeys((self.id, *reversed(self.history), SHIPPED)))


def stamp(models: Path) -> Stamp:
    """When the file of a folder of models was replaced last."""
    try:
        found = (models / NAME).stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size


def read_active(models: Path) -> dict[str, Pointer]:
    """The pointer of each kind.

    Raises:
        ModelError: The file is damaged.
    """
    path = models / NAME
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return {kind: _pointer(content.get(kind, {})) for kind in KINDS}
    except (FileNotFoundError, NotADirectoryError):
        return {kind: Pointer() for kind in KINDS}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise ModelError(
            f"{path} is damaged ({error}): delete it to read with the shipped models, then promote again"
        ) from error


def write_active(models: Path, pointers: Mapping[str, Pointer]) -> None:
    """Replaces the file, completely or not at all; call it with the lock held."""
    content = {kind: {"id": pointer.id, "history": list(pointer.history)} for kind, pointer in pointers.items()}
    part = models / f".{NAME}.part"
    write_synced(part, json.dumps(content, indent=2).encode() + b"\n")
    part.replace(models / NAME)


def write_synced(path: Path, content: bytes) -> None:
    """Writes a file so that it is on the disk before it, or its folder, gets its name."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def locked(models: Path) -> Iterator[None]:
    """Lets one process and thread at a time change a folder of models; a killed one leaves no lock behind.

    Raises:
        OptionError: The folder cannot be written.
    """
    import fcntl  # not on Windows, where reading must work

    try:
        models.mkdir(parents=True, exist_ok=True)
        file = (models / ".lock").open("w")
    except OSError as error:
        raise OptionError(
            f"no model can be kept in {models} ({error}): set INKDIGITS_HOME to a folder of yours"
        ) from error
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _pointer(item: dict[str, object]) -> Pointer:
    name, history = item.get("id", SHIPPED), item.get("history", [])
    if not isinstance(name, str) or not isinstance(history, list):
        raise TypeError("ids are missing")
    return Pointer(name, tuple(str(other) for other in history))

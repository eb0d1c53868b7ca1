"""Files that are whole or not there, whatever ends the process or the machine."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def replacing(path: Path, *, name: bool = True) -> Iterator[Path]:
    """A file beside the place that takes it, on the disk, when all went well, and is gone when not.

    Args:
        path: The place.
        name: Bring its name to the disk as well; without, it may be gone after a power cut, but is never broken.
    """
    part = path.with_name(f"{path.name}.tmp")
    try:
        yield part
        sync(part)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    if name:
        sync(path.parent)


def write_bytes(path: Path, content: bytes, *, name: bool = True) -> None:
    """Writes a file, completely or not at all; ``name`` as for :func:`replacing`."""
    with replacing(path, name=name) as part:
        part.write_bytes(content)


def write_json(path: Path, item: Any) -> None:
    """Writes JSON as :func:`write_bytes`."""
    write_bytes(path, json.dumps(item, indent=1, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n")


def sync(path: Path) -> None:
    """Brings a file, or the names in a folder, to the disk."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except PermissionError:  # folders on Windows
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

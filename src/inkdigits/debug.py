"""``--debug``: a reading's steps as picture files, to look at."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path

from inkdigits.errors import InkDigitsError
from inkdigits.reading import Reading


def write_steps(reading: Reading, folder: Path, stem: str) -> Path:
    """Writes every step of a reading as PNG, and the reading as JSON, into a new folder.

    Args:
        reading: A reading with its trace.
        folder: Where the new folder is made.
        stem: Its name; ``-2``, ``-3`` and so on is added when it is taken.

    Returns:
        The new folder.

    Raises:
        InkDigitsError: The folder cannot be written.
    """
    try:
        place = _new_folder(folder, stem)
        for number, step in enumerate(reading.trace, 1):
            (place / f"{number:02}-{step.name}.png").write_bytes(step.png)
        (place / "reading.json").write_text(json.dumps(reading.to_dict(), indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise InkDigitsError(f"the steps cannot be written into {folder}: {error.strerror or error}") from error
    return place


def _new_folder(folder: Path, stem: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for number in count(1):
        place = folder / (stem if number == 1 else f"{stem}-{number}")
        try:
            place.mkdir()
        except FileExistsError:
            continue
        return place
    raise AssertionError("unreachable: count() does not end")

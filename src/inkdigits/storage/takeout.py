"""``write_takeout``: readings and their pictures in one archive, for whoever they belong to."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterable
from typing import IO

from inkdigits.storage.record import Record

TABLE = "readings.jsonl"


def write_takeout(
    records: Iterable[Record], picture: Callable[[str], bytes | None], strokes: Callable[[str], object], file: IO[bytes]
) -> int:
    """Writes a ZIP: ``readings.jsonl``, one reading a line, and the pictures that its lines name.

    Args:
        records: What to write.
        picture: Gives the picture of a reading by its id.
        strokes: Gives the pen strokes of a reading by its id, or None.
        file: Where to write.

    Returns:
        How many readings were written.
    """
    lines = []
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for record in records:
            data = picture(record.id)
            name = None if data is None else f"pictures/{record.id}.{'png' if data[:4] == _PNG else 'jpg'}"
            if name is not None and data is not None:
                archive.writestr(name, data)
            told = {**record.to_dict(), "picture": name, "strokes": strokes(record.id)}
            lines.append(json.dumps(told, ensure_ascii=False))
        archive.writestr(TABLE, "".join(f"{line}\n" for line in lines), zipfile.ZIP_DEFLATED)
    return len(lines)


_PNG = b"\x89PNG"

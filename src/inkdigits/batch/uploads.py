"""``keep_upload``: a file that somebody sent, kept under its own name."""

from __future__ import annotations

import re
from pathlib import Path

from inkdigits.errors import OptionError

ROOM = 4
"""Times the limit of one picture that an upload for a batch may have, for archives of many."""

_LONGEST = 200  # bytes of a file's name that are kept, its end
_NO_NAME = re.compile(r'[\x00-\x1f\x7f:*?"<>|]')


def keep_upload(folder: Path, name: str, data: bytes) -> str:
    """Writes an upload under its own name, as far as that is a file's name; two of one name do not meet.

    Args:
        folder: Where it goes; made if it is not there.
        name: As it was sent: it may be a path, or no name at all.
        data: What is in it.

    Returns:
        The name that it has there.

    Raises:
        OptionError: Too many files have the same name.
    """
    folder.mkdir(exist_ok=True)
    last = name.replace("\\", "/").rpartition("/")[2]
    short = _NO_NAME.sub("_", last).encode("utf-8", "replace")[-_LONGEST:].decode("utf-8", "ignore")
    plain = short.lstrip(".") or "file"
    for turn in range(1, 10_000):
        kept = plain if turn == 1 else f"{turn}-{plain}"
        try:
            with (folder / kept).open("xb") as file:
                file.write(data)
        except FileExistsError:
            continue
        return kept
    raise OptionError(f"there are ten thousand files named {name!r}: put them into a ZIP")

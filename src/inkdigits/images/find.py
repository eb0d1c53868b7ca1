"""What a user names on the command line becomes single pictures: files, patterns, folders."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from inkdigits.images.decode import suffixes

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Found:
    """One picture that was named, or why there is none.

    Attributes:
        name: As the user would name it; ``"-"`` for standard input.
        problem: None, or what is wrong with what was named.
    """

    name: str
    problem: str | None = None


def find_pictures(names: Iterable[str]) -> Iterator[Found]:
    """Expands names to pictures, in order.

    Args:
        names: Paths, folders (the pictures directly in them are taken), patterns such as ``"scans/*.png"`` or
            ``"scans/**/*.png"`` for shells that leave them as they are, and ``"-"``.

    Yields:
        One item a picture, whether or not it can be opened; one with a problem for a pattern or folder without any.
    """
    for name in names:
        if name == STDIN or (kind := kind_of(name)) == "file":
            yield Found(name)
        elif kind == "folder":
            yield from _in_folder(Path(name))
        elif glob.has_magic(name):
            yield from _matching(name)
        else:
            yield Found(name)


def _in_folder(folder: Path) -> Iterator[Found]:
    known = (*suffixes(), ".pdf")
    try:
        pictures = sorted(path for path in folder.iterdir() if path.suffix.lower() in known and path.is_file())
    except OSError as error:
        yield Found(str(folder), f"the folder {folder} cannot be opened: {error.strerror or error}")
        return
    if not pictures:
        yield Found(str(folder), f"there is no picture in the folder {folder} (looked for {', '.join(known)})")
    yield from (Found(str(path)) for path in pictures)


def _matching(pattern: str) -> Iterator[Found]:
    paths = match_files(pattern)
    if not paths:
        yield Found(pattern, f"no file matches {pattern}")
    yield from (Found(path) for path in paths)


def match_files(pattern: str) -> list[str]:
    """The files that match a pattern such as ``"scans/**/*.png"``, in order, called as the pattern begins."""
    found = glob.glob(pattern, recursive=True)  # noqa: PTH207 - Path.glob takes no absolute pattern, and drops "./"
    return sorted(path for path in found if kind_of(path) == "file")


def kind_of(name: str) -> Literal["folder", "file", ""]:
    """What a name leads to; ``""`` when that is nothing, can be no name at all, or may not be looked at."""
    try:
        return "" if not name else "folder" if Path(name).is_dir() else "file" if Path(name).is_file() else ""
    except (OSError, ValueError):
        return ""

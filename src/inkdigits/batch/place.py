"""Where results may go."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from inkdigits.batch.remote import is_remote
from inkdigits.errors import OptionError
from inkdigits.images.find import kind_of


def check_out(out: str, names: Sequence[str]) -> Path:
    """Looks whether results can be written to a place.

    Args:
        out: The file.
        names: What is read.

    Returns:
        The same place, absolute.

    Raises:
        OptionError: It is a URL or a folder, its folder is missing, or it lies in a folder that is read.
    """
    if is_remote(out):
        raise OptionError(f"{out} is a URL: results go to a file on this machine, which you can copy there")
    place = Path(out).absolute()
    if kind_of(str(place)) == "folder":
        raise OptionError(f"{out} is a folder: name a file in it")
    if kind_of(str(place.parent)) != "folder":
        raise OptionError(f"there is no folder {place.parent}: make it first, or name another place")
    for name in names:
        read = kind_of(name) == "folder" and not is_remote(name)
        if read and (place.parent.resolve() / place.name).is_relative_to(Path(name).resolve()):
            raise OptionError(f"{out} would lie in the folder {name}, which is read: name a place outside of it")
    return place

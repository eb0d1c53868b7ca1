"""Model ids: names that are safe as folders everywhere."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

from inkdigits.errors import OptionError

LONGEST = 48

_SAFE = re.compile(r"[a-z0-9][a-z0-9_-]{0,47}")
_TAKEN = frozenset({"active", "con", "prn", "aux", "nul"})  # the pointer's file, and devices of Windows


def check_id(name: str) -> str:
    """Gives the id back.

    Raises:
        OptionError: It is none: ids never lead out of the folder of models.
    """
    if not _SAFE.fullmatch(name) or name in _TAKEN:
        raise OptionError(
            f"{name!r} is no model id: ids are up to {LONGEST} lower-case letters, digits, - and _ "
            "('inkdigits models list' shows them)"
        )
    return name


def printable(name: str) -> str:
    """A name in one line, without signs that a terminal or a page takes for something else."""
    return " ".join("".join(sign for sign in name if sign.isprintable() or sign.isspace()).split())


def make_id(name: str, taken: Container[str]) -> str:
    """An id like a name that is not taken yet: ``"My pens!"`` becomes ``"my-pens"``, or ``"my-pens-2"``."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9_]+", "-", plain).strip("-_")[: LONGEST - 5].rstrip("-_") or "model"
    if stem not in taken and stem not in _TAKEN:
        return stem
    number = 2
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"

"""``digest_of``: the hash of the model that made a reading, from the name that the reading has."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from inkdigits.errors import InkDigitsError
from inkdigits.registry.model import PLACES
from inkdigits.registry.registry import Registry
from inkdigits.settings import Settings

JOINT = " + "
"""Between the names of two models that read together."""


def digest_of(model: str, settings: Settings) -> str:
    """SHA-256 of a model's file; of two that read together, both, joined as their names are.

    Args:
        model: ``Reading.model``.
        settings: Those of the reader.
    """
    if not model:
        return ""
    names = model.split(JOINT)
    kinds = ("line", "digit") if len(names) > 1 else ("digit",)
    chosen = {"digit": settings.model, "line": settings.line_model}
    return JOINT.join(_digest(name, kind, settings.home, chosen[kind]) for name, kind in zip(names, kinds, strict=True))


def _digest(name: str, kind: str, home: Path, chosen: Path | None) -> str:
    if chosen is not None:
        return _file_digest(chosen)
    try:
        return Registry(home).get(name, kind).sha256  # looked up anew: another model may be called so by now
    except InkDigitsError:
        return _file_digest(PLACES[kind])


@lru_cache(maxsize=8)
def _file_digest(path: Path) -> str:
    """Of a file that was opened for good when the reader was made."""
    return hashlib.sha256(path.read_bytes()).hexdigest()

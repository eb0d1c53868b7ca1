"""``Entry``: a reading on its way into the store."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np

from inkdigits.images import Source, Strokes, check_strokes, load, render_strokes
from inkdigits.images.page import Grey
from inkdigits.reading import Reading
from inkdigits.settings import Settings
from inkdigits.storage.record import Origin, check_origin


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A reading with everything that is kept of it.

    Attributes:
        reading: What was read.
        grey: The picture, uint8 (H, W), upright; None when there is none to keep.
        input_sha256: Hash of the input as it came.
        source: Which door it came through.
        name: Name of the file.
        settings: What was asked.
        strokes: Pen strokes, ``[[[x, y], ...], ...]``, None for a picture.
        duration_ms: How long the reading took.
        model_sha256: Hash of the model.
        created: When it was read.
        id: What it will be called; adding the same id twice keeps it once.
    """

    reading: Reading
    grey: Grey | None
    input_sha256: str
    source: Origin = "library"
    name: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    strokes: list[list[list[float]]] | None = None
    duration_ms: float = 0.0
    model_sha256: str = ""
    created: datetime = field(default_factory=lambda: datetime.now(timezone.utc))
    id: str = field(default_factory=lambda: uuid4().hex)

    def __post_init__(self) -> None:
        check_origin(self.source)

    @classmethod
    def of_picture(cls, reading: Reading, picture: Source, limits: Settings, **known: Any) -> Entry:
        """An entry of a picture of any kind that a reader takes; ``known`` are further fields."""
        page = load(picture, limits)
        digest = known.pop("input_sha256", "") or _digest(picture, page.grey)
        return cls(reading.without_trace(), page.grey, digest, **known)

    @classmethod
    def of_strokes(cls, reading: Reading, strokes: Strokes, limits: Settings, **known: Any) -> Entry:
        """An entry of what was drawn; of ``picture`` among ``known``, how it looked, else as the pen would draw it."""
        points = [np.round(stroke, 2).tolist() for stroke in check_strokes(strokes, limits)]
        picture: Source | None = known.pop("picture", None)
        drawn = 255 - render_strokes(check_strokes(points, limits)) if picture is None else load(picture, limits).grey
        digest = hashlib.sha256(json.dumps(points).encode()).hexdigest()
        return cls(reading.without_trace(), drawn, digest, strokes=points, **known)


def _digest(picture: Source, grey: Grey) -> str:
    """Of the file or the bytes as they came; of an array or an open file, of its pixels."""
    if isinstance(picture, (bytes, bytearray, memoryview)):
        return hashlib.sha256(picture).hexdigest()
    if isinstance(picture, (str, Path)):
        return hashlib.sha256(Path(picture).read_bytes()).hexdigest()
    return hashlib.sha256(grey.tobytes()).hexdigest()

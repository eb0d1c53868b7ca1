"""``Record``: one reading that was kept, as it was, and as people corrected it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal, get_args

from inkdigits.errors import OptionError
from inkdigits.reading import Reading

Origin = Literal["draw", "upload", "camera", "live", "cli", "library", "service"]
ORIGINS: tuple[Origin, ...] = get_args(Origin)


def check_origin(name: str) -> Origin:
    """The origin of a name. Raises OptionError when there is none."""
    for origin in ORIGINS:
        if origin == name:
            return origin
    raise OptionError(f"there is no source {name!r}; choose from {', '.join(ORIGINS)}")


@dataclass(frozen=True, slots=True)
class Correction:
    """What somebody said that a number really is. It is never changed; taking it back is noted beside it.

    One whose ``text`` is what ``was`` there says that the number was read right.

    Attributes:
        id: Its name, unique.
        number: Place of the number in the reading, from 0.
        was: What it said before.
        text: What it says; ``""`` when there is no number.
        created: When, aware, UTC.
        person: Who; ``""`` in an app without accounts.
        undone: When it was taken back, None while it holds.
        undone_by: Who took it back.
    """

    id: str
    number: int
    was: str
    text: str
    created: datetime
    person: str = ""
    undone: datetime | None = None
    undone_by: str = ""

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary."""
        told = {**asdict(self), "created": self.created.isoformat()}
        return {**told, "undone": None if self.undone is None else self.undone.isoformat()}


@dataclass(frozen=True, slots=True)
class Record:
    """A reading that was kept.

    Attributes:
        id: Its name, unique.
        created: When it was read, aware, UTC.
        person: Whose it is; ``""`` in an app without accounts.
        source: Which door it came through.
        name: Name of the file; ``""`` for what was drawn.
        input_sha256: Hash of the picture as it came, or of the pen strokes.
        model: Name and version of the model.
        model_sha256: Hash of the model's file.
        settings: What was asked: ``expect``, ``pattern`` and so on.
        reading: What was read, with boxes and probabilities, without steps.
        duration_ms: How long it took.
        corrections: All of them, the oldest first, those taken back too.
        person_id: Whose it is; None in an app without accounts.
    """

    id: str
    created: datetime
    person: str
    source: Origin
    name: str
    input_sha256: str
    model: str
    model_sha256: str
    reading: Reading
    settings: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    duration_ms: float = 0.0
    corrections: tuple[Correction, ...] = ()
    person_id: int | None = None

    @property
    def text(self) -> str:
        """What was read, before anybody corrected it."""
        return self.reading.text

    @property
    def confidence(self) -> float:
        """Probability in [0, 1] of the weakest number; 0 when nothing was read."""
        return self.reading.confidence

    @property
    def corrected(self) -> Mapping[int, str]:
        """What the corrections that hold say, by the number's place: of several for one place, the last."""
        return {item.number: item.text for item in self.corrections if item.undone is None}

    @property
    def texts(self) -> tuple[str, ...]:
        """What each number says, corrected where it was; ``""`` for what is no number."""
        corrected = self.corrected
        return tuple(corrected.get(place, number.text) for place, number in enumerate(self.reading.numbers))

    @property
    def checked(self) -> bool:
        """True when somebody corrected a number of it, or said that it is right."""
        return bool(self.corrected)

    @property
    def corrected_text(self) -> str:
        """The numbers separated by spaces, as corrected; the same as :attr:`text` when nothing was."""
        return " ".join(text for text in self.texts if text)

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary with everything but the picture."""
        plain = ("id", "person", "source", "name", "text", "corrected_text", "checked", "confidence", "input_sha256")
        return {
            **{name: getattr(self, name) for name in plain},
            "created": self.created.isoformat(),
            "model": self.model,
            "model_sha256": self.model_sha256,
            "duration_ms": self.duration_ms,
            "settings": dict(self.settings),
            "corrections": [item.to_dict() for item in self.corrections],
            "reading": self.reading.to_dict(),
        }

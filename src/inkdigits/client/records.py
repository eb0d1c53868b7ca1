"""``Kept`` and ``ModelInfo``: readings that the service keeps, and the models that it has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Kept:
    """A reading in the history of the service.

    Attributes:
        id: Its name.
        created: When it was read, aware.
        person: Whose it is; ``""`` in a service without accounts.
        source: Which door it came through.
        name: Name of the file.
        text: What was read.
        corrected_text: The same, corrected where somebody did.
        checked: Whether somebody corrected it or said that it is right.
        confidence: Of the weakest number, in [0, 1].
        model: Which model read it.
        data: Everything that the service told.
    """

    id: str
    created: datetime
    person: str
    source: str
    name: str
    text: str
    corrected_text: str
    checked: bool
    confidence: float
    model: str
    data: Mapping[str, Any] = field(repr=False, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Kept:
        """Takes what the service sent."""
        plain = {item.name: data[item.name] for item in fields(cls) if item.name not in ("created", "data")}
        return cls(**plain, created=datetime.fromisoformat(data["created"].replace("Z", "+00:00")), data=data)


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model that the service has.

    Attributes:
        id: Its name.
        kind: ``"digit"`` or ``"line"``.
        active: Whether it reads now.
        sha256: Checksum of its file.
        metrics: What was measured of it.
        problem: Why it cannot read; ``""`` or None when it can.
    """

    id: str
    kind: str
    active: bool
    sha256: str
    metrics: Mapping[str, Any]
    problem: str | None

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ModelInfo:
        """Takes what the service sent."""
        return cls(**{item.name: data[item.name] for item in fields(cls)})

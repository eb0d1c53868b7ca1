"""``Model``: one trained model and what its card says."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from inkdigits.errors import ModelError, OptionError
from inkdigits.recognition import classifier, line

KINDS = ("digit", "line")
SHIPPED = "shipped"
WEIGHTS = "model.onnx"
CARD = "card.json"
FORMAT = "inkdigits-model-1"
USEFUL = {"digit": 0.9, "line": 0.6}
"""Share of what it was checked on that a network reads at least, to be of use; synthetic lines are hard."""
PLACES = {"digit": classifier.SHIPPED, "line": line.SHIPPED}
"""Where the shipped models lie."""

_HEADLINES = {
    "val_mnist": "MNIST",
    "val_pens": "pens",
    "val_own": "your digits",
    "val_digits": "numbers",
    "held_digits": "your numbers",
    "accuracy": "right",
}
_TOLD = 2
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Model:
    """A model of the registry, or the shipped one.

    Attributes:
        id: Its name in commands and the folder it lies in; ``"shipped"`` for what comes with inkdigits.
        kind: ``"digit"`` or ``"line"``.
        name: What its owner calls it.
        created: When it was made, ISO 8601 in UTC; ``""`` when nobody knows.
        sha256: Checksum of its weights, as the card has it.
        path: The weights, an ONNX file.
        metrics: What was measured on validation data; shares are in [0, 1].
        config: Settings of its training.
        data: SHA-256 of each data file it learned from.
        parent: The model it was made from, or None.
        problem: Why it cannot be used; ``""`` when its card is in order.
    """

    id: str
    kind: str
    name: str
    created: str
    sha256: str
    path: Path
    metrics: Mapping[str, float] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, str] = field(default_factory=dict)
    parent: str | None = None
    problem: str = ""

    @classmethod
    def read(cls, folder: Path) -> Model:
        """Reads a model's folder.

        Raises:
            ModelError: Its card is missing or damaged.
        """
        path = folder / CARD
        try:
            card = json.loads(path.read_text(encoding="utf-8"))
            return cls(id=folder.name, path=folder / WEIGHTS, **fields_of(card))
        except FileNotFoundError:
            raise ModelError(f"model {folder.name!r} has no card ({path}): delete it and add it again") from None
        except (OSError, ValueError, TypeError) as error:
            raise ModelError(
                f"the card of model {folder.name!r} is damaged ({path}: {error}): delete it and add it again"
            ) from error

    @classmethod
    def shipped(cls, kind: str) -> Model:
        """The model of a kind that comes with inkdigits."""
        path = PLACES[check_kind(kind)]
        record = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        return cls(SHIPPED, kind, f"Shipped {kind} model", "", digest, path, **measured(record))

    def check(self) -> None:
        """Compares the weights with their checksum.

        Raises:
            ModelError: The weights are missing, damaged or others than the card tells of.
        """
        if self.problem:
            raise ModelError(self.problem)
        try:
            digest = hashlib.sha256(self.path.read_bytes()).hexdigest()
        except OSError as error:
            raise ModelError(f"the weights of model {self.id!r} cannot be read ({error}): {_WAY_OUT}") from error
        if digest != self.sha256:
            raise ModelError(
                f"the weights of model {self.id!r} are damaged: the checksum of {self.path} differs from its card; "
                f"{_WAY_OUT}"
            )

    @property
    def page(self) -> str:
        """The card for people, Markdown; ``""`` when the training wrote none."""
        path = self.path.with_suffix(".md") if self.id == SHIPPED else self.path.with_name("card.md")
        return path.read_text(encoding="utf-8") if path.is_file() else ""

    @property
    def headline(self) -> str:
        """The metrics that tell most, in words: ``"MNIST 99.6 %, pens 99.2 %"``."""
        return ", ".join(f"{word} {share:.1%}".replace("%", " %") for word, share in self._known)

    @property
    def is_weak(self) -> bool:
        """Whether it reads so little of what it was checked on that one should think twice before it reads alone."""
        return any(share < USEFUL[self.kind] for _, share in self._known)

    @property
    def _known(self) -> list[tuple[str, float]]:
        known = [(word, self.metrics[name]) for name, word in _HEADLINES.items() if name in self.metrics]
        return known[:_TOLD]

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            **{name: getattr(self, name) for name in ("id", "kind", "name", "created", "sha256", "parent", "problem")},
            "path": str(self.path),
            **{name: dict(getattr(self, name)) for name in ("metrics", "config", "data")},
        }


_WAY_OUT = "import or add it again, or delete it"


def fields_of(card: Any) -> dict[str, Any]:
    """What a card says of a model. Raises ValueError or TypeError when it is none."""
    if not isinstance(card, dict) or card.get("format") != FORMAT:
        raise ValueError("not a model card of this version")
    if card.get("kind") not in KINDS or not _DIGEST.fullmatch(str(card.get("sha256"))):
        raise ValueError("kind or checksum is missing")
    parent = card.get("parent")
    return {
        **{name: str(card.get(name) or "") for name in ("kind", "name", "created", "sha256")},
        "metrics": _numbers(card.get("metrics")),
        "config": dict(card.get("config") or {}),
        "data": {str(name): str(digest) for name, digest in dict(card.get("data") or {}).items()},
        "parent": None if parent is None else str(parent),
    }


def measured(record: Mapping[str, Any]) -> dict[str, Any]:
    """Metrics, config, data and parent from the record that a training run wrote."""
    start = record.get("start")
    metrics = {**_numbers(record.get("after")), **_numbers(record.get("validation")), **_numbers(record)}
    metrics.pop("bytes", None)
    return {
        "metrics": metrics,
        "config": dict(record.get("config") or {}),
        "data": dict(record.get("data_sha256") or {}),
        "parent": record.get("started_from") or (start.get("sha256") if isinstance(start, dict) else None),
    }


def check_kind(kind: str) -> str:
    """Gives the kind back. Raises OptionError when there is none of that name."""
    if kind not in KINDS:
        raise OptionError(f"there is no kind of model {kind!r}; choose from {', '.join(KINDS)}")
    return kind


def _numbers(items: Any) -> dict[str, float]:
    if not isinstance(items, dict):
        return {}
    return {
        str(name): value
        for name, value in items.items()
        if isinstance(value, (int, float)) and not isinstance(value, bool) and _is_finite(value)
    }


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number that no float holds
        return False

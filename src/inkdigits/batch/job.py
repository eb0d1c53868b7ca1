"""``Job``: what a batch asks of each picture, and the models that read all of it, whatever is promoted meanwhile."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inkdigits.batch.errors import BatchError
from inkdigits.reader import Reader
from inkdigits.recognition import Classifier, LineReader
from inkdigits.registry import Registry
from inkdigits.registry.digests import JOINT
from inkdigits.registry.model import SHIPPED
from inkdigits.settings import Settings
from inkdigits.wish import Wish

_LIMITS = ("max_bytes", "max_pixels", "max_side", "max_pages")


@dataclass(frozen=True, slots=True)
class Pinned:
    """A model file that reads a whole batch."""

    path: Path
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Job:
    """What is asked, checked; it travels to workers by pickle.

    Attributes:
        options: ``expect``, ``expect_length``, ``pattern`` and ``allowed`` of :meth:`inkdigits.Reader.read`.
        settings: Limits, and the files of the models.
        models: The models that read, in the order of their names in :attr:`model`.
        cuttings: Where pictures of the numbers to look at go; None keeps none. Results do not depend on it.
    """

    options: Mapping[str, Any]
    settings: Settings
    models: tuple[Pinned, ...]
    cuttings: Path | None = None

    @classmethod
    def of(
        cls,
        expect: str = "page",
        expect_length: int | None = None,
        pattern: str | None = None,
        allowed: Iterable[str | int] | None = None,
        settings: Settings | Mapping[str, Any] | None = None,
    ) -> Job:
        """Checks the options, and pins the models that read now.

        Raises:
            OptionError: An option or setting makes no sense.
            ModelError: A model is missing or damaged.
        """
        listed = None if allowed is None else tuple(str(item) for item in allowed)
        Wish.of(expect, expect_length, pattern, listed)
        options = {"expect": expect, "expect_length": expect_length, "pattern": pattern, "allowed": listed}
        asked = Settings.resolve(settings)
        digit = _pin("digit", asked)
        models = (digit,) if expect == "digit" else (_pin("line", asked), digit)
        pinned = {"model": digit.path, "threads": 1}
        if expect != "digit":
            pinned["line_model"] = models[0].path
        return cls(options, asked.changed(pinned), models)

    @property
    def model(self) -> str:
        """What the models are called in results."""
        return JOINT.join(model.name for model in self.models)

    @property
    def model_sha256(self) -> str:
        """Their hash in results."""
        return JOINT.join(model.sha256 for model in self.models)

    def told(self) -> dict[str, Any]:
        """What the results depend on besides the pictures, ready for JSON: the same job tells the same."""
        limits = {name: getattr(self.settings, name) for name in _LIMITS}
        options = {**self.options, "allowed": _summed(self.options["allowed"])}
        return {**options, "model": self.model, "model_sha256": self.model_sha256, **limits}

    def open_reader(self) -> Reader:
        """A reader with the pinned models.

        Raises:
            BatchError: A model's file has been replaced since the batch began.
            ModelError: It is gone.
        """
        reader = Reader(self.settings)
        for model in self.models:
            if sha256_of(model.path) != model.sha256:
                raise BatchError(f"{model.path} is not the model {model.name!r} any more that this batch began with")
        return reader


def _summed(allowed: Sequence[str] | None) -> str | None:
    """A list that may be long, in words that are not."""
    if allowed is None:
        return None
    return f"{len(allowed):,} numbers, {hashlib.sha256(' '.join(allowed).encode()).hexdigest()[:12]}"


def _pin(kind: str, settings: Settings) -> Pinned:
    chosen = settings.model if kind == "digit" else settings.line_model
    path, name = chosen, ""
    if path is None:
        active = Registry(settings.home).active(kind)
        active.check()
        path, name = active.path, "" if active.id == SHIPPED else active.id
    network = Classifier(path, threads=1) if kind == "digit" else LineReader(path, threads=1)
    return Pinned(network.path.absolute(), name or network.name, sha256_of(network.path))


def sha256_of(path: Path) -> str:
    """The hash of a model's file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()

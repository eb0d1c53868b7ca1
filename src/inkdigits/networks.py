"""The networks that a reader reads with: those of its settings, or those that are active in its home folder."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from functools import cached_property
from threading import Lock
from typing import TypeVar

from inkdigits.digit_reader import DigitReader
from inkdigits.errors import InkDigitsError, ModelError
from inkdigits.number_reader import NumberReader
from inkdigits.recognition import Classifier, LineReader
from inkdigits.registry.active import Pointer, Stamp, read_active, stamp
from inkdigits.registry.model import SHIPPED
from inkdigits.registry.registry import Registry
from inkdigits.settings import Settings

log = logging.getLogger(__name__)

EVERY = 1.0
"""Seconds between looks at the home folder; a look is one call to the system."""

Network = TypeVar("Network", Classifier, LineReader)


class Pair:
    """The two networks that read at one moment; a reading takes one pair and keeps it to its end."""

    def __init__(self, classifier: Classifier, line: LazyLine) -> None:
        """Takes the single-digit network, and the line network, open or not."""
        self.classifier = classifier
        self.digits = DigitReader(classifier)
        self.line = line

    @cached_property
    def numbers(self) -> NumberReader:
        """Reads numbers; the line network is opened now, if it was not."""
        return NumberReader(self.line.network, self.classifier)


class LazyLine:
    """A line network that is opened once, when it is needed."""

    def __init__(self, opening: Callable[[], LineReader]) -> None:
        """Takes what opens it."""
        self._opening = opening
        self._network: LineReader | None = None
        self._lock = Lock()

    @classmethod
    def holding(cls, network: LineReader) -> LazyLine:
        """A line network that is open already."""
        line = cls(lambda: network)
        line._network = network
        return line

    @property
    def is_open(self) -> bool:
        """Whether it was needed yet."""
        return self._network is not None

    @property
    def network(self) -> LineReader:
        """The network."""
        if self._network is None:
            with self._lock:
                if self._network is None:
                    self._network = self._opening()
        return self._network


class Networks:
    """Keeps the pair in step with what is promoted. Thread-safe: a pair is replaced as a whole."""

    def __init__(self, settings: Settings) -> None:
        """Opens the single-digit network.

        An active model that is missing or damaged is passed over with a warning, for the one before it or the shipped
        one: whoever reads goes on reading.

        Raises:
            ModelError: The model of the settings is missing or damaged.
        """
        self._settings = settings
        self._registry = Registry(settings.home)
        self._follows = settings.model is None or settings.line_model is None
        self._lock = Lock()
        self._next = time.monotonic() + EVERY
        self._seen: Stamp = stamp(self._registry.models) if self._follows else None
        pointers = self._read() or {}
        name, classifier = self._first(pointers.get("digit", Pointer()), self._open_digit)
        line = pointers.get("line", Pointer())
        self._serving = {"digit": name, "line": line.id}
        self._pair = Pair(classifier, self._lazy_line(line))

    def current(self) -> Pair:
        """The pair to read with now."""
        if self._follows and time.monotonic() >= self._next and self._lock.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._lock.release()
        return self._pair

    def _look(self) -> None:
        self._next = time.monotonic() + EVERY
        seen = stamp(self._registry.models)
        if seen != self._seen:
            self._seen = seen
            self._follow(self._read() or {})

    def _read(self) -> Mapping[str, Pointer] | None:
        try:
            pointers = read_active(self._registry.models) if self._seen else {}
        except ModelError as error:
            log.warning("%s; reading goes on with the models that were there", error)
            return None
        chosen = {"digit": self._settings.model, "line": self._settings.line_model}
        return {kind: pointers.get(kind, Pointer()) if path is None else Pointer() for kind, path in chosen.items()}

    def _follow(self, pointers: Mapping[str, Pointer]) -> None:
        """Opens what was promoted; what cannot be opened leaves the old network in its place."""
        changed = {kind: pointer for kind, pointer in pointers.items() if pointer.id != self._serving[kind]}
        classifier, line = self._pair.classifier, self._pair.line
        for kind, pointer in changed.items():
            try:
                if kind == "digit":
                    classifier = self._open_digit(pointer.id)
                elif line.is_open:
                    line = LazyLine.holding(self._open_line(pointer.id))
                else:
                    line = self._lazy_line(pointer)
                self._serving[kind] = pointer.id
            except InkDigitsError as error:
                old = self._serving[kind]
                log.warning("model %r was promoted but is refused: %s; %r goes on reading", pointer.id, error, old)
        if changed:
            self._pair = Pair(classifier, line)

    def _lazy_line(self, pointer: Pointer) -> LazyLine:
        return LazyLine(lambda: self._first(pointer, self._open_line)[1])

    def _first(self, pointer: Pointer, opening: Callable[[str], Network]) -> tuple[str, Network]:
        """The first network along the history that can be opened."""
        for name in pointer.candidates:
            if name == SHIPPED:
                break
            try:
                return name, opening(name)
            except InkDigitsError as error:
                log.warning("model %r is refused: %s; the one before it reads instead", name, error)
        return SHIPPED, opening(SHIPPED)

    def _open_digit(self, name: str) -> Classifier:
        size, threads = self._settings.batch_size, self._settings.threads
        if self._settings.model is not None or name == SHIPPED:
            return Classifier(self._settings.model, size, threads)
        model = self._registry.get(name, "digit")
        return Classifier(model.path, size, threads, sha256=model.sha256, name=model.id)

    def _open_line(self, name: str) -> LineReader:
        if self._settings.line_model is not None or name == SHIPPED:
            return LineReader(self._settings.line_model, self._settings.threads)
        model = self._registry.get(name, "line")
        return LineReader(model.path, self._settings.threads, sha256=model.sha256, name=model.id)

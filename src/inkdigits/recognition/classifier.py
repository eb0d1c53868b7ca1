"""The digit network with its calibration: glyphs in, probabilities and digitness out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt

from inkdigits.recognition.engine import Engine, processors
from inkdigits.recognition.quick import QuickNetwork
from inkdigits.recognition.scores import Calibration, Scores

SHIPPED = Path(__file__).parent / "weights" / "digit.onnx"
FORMAT = "inkdigits-digit-1"


class Classifier:
    """A single-digit network. Thread-safe."""

    def __init__(
        self,
        path: Path | None = None,
        batch_size: int = 128,
        threads: int = 0,
        *,
        sha256: str | None = None,
        name: str | None = None,
    ) -> None:
        """Opens a model.

        Args:
            path: The model file; None takes the shipped one.
            batch_size: Glyphs in one run of the network.
            threads: Worker threads; 0 means one a processor.
            sha256: What the file's checksum must be; None takes any.
            name: What to call it in readings; None takes the name that the file has in it.

        Raises:
            ModelError: The file is missing, damaged, or not a digit model of this version.
        """
        self.path = path or SHIPPED
        self._engine = Engine(self.path, sha256)
        metadata = self._engine.require("digit", FORMAT)
        self.calibration = Calibration.read(metadata, str(self.path))
        self._quick = QuickNetwork.find(metadata, str(self.path))
        self.name = name or metadata.get("name", self.path.stem)
        self._batch_size = batch_size
        self._threads = threads or processors()

    def scores(self, glyphs: npt.NDArray[np.uint8], *, thorough: bool = False) -> Scores:
        """Scores normalized glyphs.

        Args:
            glyphs: uint8 (N, 28, 28), ink 255 on 0, N of at least 1.
            thorough: Have all of them looked at by the digit network itself, not plain ones by a quick network.
        """
        look = self._look if thorough else self._score
        if len(glyphs) <= self._batch_size:
            return look(glyphs)
        return Scores.join(list(self._spread(look, glyphs)))

    def stream(self, glyphs: npt.NDArray[np.uint8]) -> Iterator[Scores]:
        """Scores as :meth:`scores` does, batch by batch in order, while the next ones are computed on all threads."""
        return self._spread(self._score, glyphs)

    def _spread(
        self, look: Callable[[npt.NDArray[np.uint8]], Scores], glyphs: npt.NDArray[np.uint8]
    ) -> Iterator[Scores]:
        batches = [glyphs[start : start + self._batch_size] for start in range(0, len(glyphs), self._batch_size)]
        if len(batches) == 1 or self._threads == 1:
            yield from map(look, batches)
            return
        with ThreadPoolExecutor(min(self._threads, len(batches))) as pool:
            yield from pool.map(look, batches)

    def _score(self, glyphs: npt.NDArray[np.uint8]) -> Scores:
        if self._quick is None:
            return self._look(glyphs)
        scores, doubtful = self._quick.scores(glyphs)
        if len(doubtful):
            scores.put(doubtful, self._look(glyphs[doubtful]))
        return scores

    def _look(self, glyphs: npt.NDArray[np.uint8]) -> Scores:
        logits, activation = self._engine.run(glyphs)
        return Scores.of(logits, activation, self.calibration)

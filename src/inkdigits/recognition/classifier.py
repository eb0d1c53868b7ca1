"""The digit network with its calibration: glyphs in, probabilities and digitness out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt

from inkdigits.recognition.doubt import TURNS, doubtful, turn
from inkdigits.recognition.engine import Engine, processors
from inkdigits.recognition.quick import QuickNetwork
from inkdigits.recognition.scores import Calibration, Scores

SHIPPED = Path(__file__).parent / "weights" / "digit.onnx"
FORMAT = "inkdigits-digit-1"

_SAY = 0.2
"""The quick network's share, where it is not sure enough to be asked alone."""


class Classifier:
    """A single-digit network. Thread-safe."""

    def __init__(
        self,
        path: Path | None = None,
        batch_size: int = 256,
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

    def scores(self, glyphs: npt.NDArray[np.uint8], *, alone: bool = False) -> Scores:
        """Scores normalized glyphs.

        Args:
            glyphs: uint8 (N, 28, 28), ink 255 on 0, N of at least 1.
            alone: What the digit network itself says at one look, without the quick network and second looks.
        """
        look = self._look if alone else self._score
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
        """Plain glyphs are left to the quick network, if there is one."""
        if self._quick is None:
            return self._consider(glyphs, None)
        scores, left = self._quick.scores(glyphs)
        if len(left):
            scores.put(left, self._consider(glyphs[left], scores.at(left)))
        return scores

    def _consider(self, glyphs: npt.NDArray[np.uint8], quick: Scores | None) -> Scores:
        """Looks at glyphs, and at those that leave a doubt three times; the quick network's opinion has its share."""
        straight = self._look(glyphs)
        scores = _pool([straight], quick)
        places = doubtful(scores)
        if len(places):
            turned = self._look(np.concatenate([turn(glyphs[places], degrees) for degrees in TURNS]))
            views = [straight.at(places), *turned.split(len(TURNS))]
            scores.put(places, _pool(views, quick and quick.at(places)))
        return scores

    def _look(self, glyphs: npt.NDArray[np.uint8]) -> Scores:
        logits, activation = self._engine.run(glyphs)
        return Scores.of(logits, activation, self.calibration)


def _pool(views: Sequence[Scores], quick: Scores | None) -> Scores:
    """The digit network's views, each as good as the other, and the quick network's opinion if there is one."""
    if quick is None:
        return Scores.blend(views, [1 / len(views)] * len(views))
    return Scores.blend([*views, quick], [*[(1 - _SAY) / len(views)] * len(views), _SAY])

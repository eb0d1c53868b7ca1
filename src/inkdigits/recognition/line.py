"""The line network: pictures of lines in, log-probabilities of each character and frame out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from inkdigits.errors import ModelError
from inkdigits.images.page import Grey
from inkdigits.recognition.decode import Frames
from inkdigits.recognition.engine import Engine, processors

SHIPPED = Path(__file__).parent / "weights" / "line.onnx"
FORMAT = "inkdigits-line-1"

_BATCH = 16  # lines in one run of the network
_SLACK = 1.3  # the widest line of a batch by its narrowest: more would be padding


@dataclass(frozen=True, slots=True)
class LineCalibration:
    """How the network's output becomes probabilities; fitted on validation lines by the training command.

    Attributes:
        temperature: The logarithms are divided by it, frame by frame (Guo et al., 2017).
        slope: Scale of the logistic function that makes a string's probability a confidence, on its log-odds.
        offset: Added to the log-odds there.
        unsure: Confidence below which no number is named.
    """

    temperature: float = 1.0
    slope: float = 1.0
    offset: float = 0.0
    unsure: float = 0.3

    def confidence(self, probability: float) -> float:
        """Turns a string's probability into that of being right."""
        probability = min(max(probability, 1e-12), 1 - 1e-9)
        odds = self.slope * np.log(probability / (1 - probability)) + self.offset
        return float(1 / (1 + np.exp(-min(max(odds, -60.0), 60.0))))


class LineReader:
    """A line network. Thread-safe."""

    def __init__(
        self, path: Path | None = None, threads: int = 0, *, sha256: str | None = None, name: str | None = None
    ) -> None:
        """Opens a model.

        Args:
            path: The model file; None takes the shipped one.
            threads: Worker threads; 0 means one a processor.
            sha256: What the file's checksum must be; None takes any.
            name: What to call it in readings; None takes the name that the file has in it.

        Raises:
            ModelError: The file is missing, damaged, or not a line model of this version.
        """
        self.path = path or SHIPPED
        self._engine = Engine(self.path, sha256)
        metadata = self._engine.require("line", FORMAT)
        try:
            self.alphabet = metadata["alphabet"]
            self.stride = int(metadata["stride"])
            self.calibration = LineCalibration(**json.loads(metadata["calibration"]))
        except (KeyError, ValueError, TypeError) as error:
            raise ModelError(f"{self.path} does not say how it is to be read: {error}") from error
        self.name = name or metadata.get("name", self.path.stem)
        self._threads = threads or processors()

    def frames(self, lines: Sequence[Grey]) -> list[Frames]:
        """Reads lines.

        Args:
            lines: uint8 (32, W) each, as ``find_line`` gives them, W of any length.

        Returns:
            For each line float32 (T, C), calibrated natural logarithms of probabilities; T is W by the stride, rounded
            up, and class 0 is the CTC blank, the others are the characters of ``alphabet``.
        """
        order = sorted(range(len(lines)), key=lambda index: lines[index].shape[1])
        batches = list(_batches(order, [line.shape[1] for line in lines]))
        found: list[Frames] = [np.empty((0, 0), np.float32)] * len(lines)
        for batch, results in zip(batches, self._run_all(batches, lines), strict=True):
            for index, result in zip(batch, results, strict=True):
                found[index] = result[: -(-lines[index].shape[1] // self.stride)]
        return found

    def _run_all(self, batches: list[list[int]], lines: Sequence[Grey]) -> Iterator[Frames]:
        stacks = (self._stack([lines[index] for index in batch]) for batch in batches)
        if len(batches) == 1 or self._threads == 1:
            yield from map(self._run, stacks)
            return
        with ThreadPoolExecutor(min(self._threads, max(1, len(batches)))) as pool:
            yield from pool.map(self._run, stacks)

    def _stack(self, lines: list[Grey]) -> npt.NDArray[np.uint8]:
        """Lines side by side in one array, with paper to the right."""
        width = -(-max(line.shape[1] for line in lines) // self.stride) * self.stride
        stack = np.zeros((len(lines), lines[0].shape[0], width), np.uint8)
        for index, line in enumerate(lines):
            stack[index, :, : line.shape[1]] = line
        return stack

    def _run(self, stack: npt.NDArray[np.uint8]) -> Frames:
        logs = self._engine.run(stack)[0] / np.float32(self.calibration.temperature)
        total: Frames = logs - np.logaddexp.reduce(logs, axis=2, keepdims=True)
        return total


def _batches(order: list[int], widths: list[int]) -> Iterator[list[int]]:
    """Lines of similar width together; ``order`` goes from narrow to wide."""
    batch: list[int] = []
    for index in order:
        if batch and (len(batch) == _BATCH or widths[index] > _SLACK * widths[batch[0]]):
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch

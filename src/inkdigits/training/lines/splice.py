"""New lines out of a few: cut between two characters and joined to the rest of another line."""

from __future__ import annotations

import numpy as np

from inkdigits.images.page import Grey
from inkdigits.recognition.decode import align, merge
from inkdigits.training.lines.chunks import Chunk, fits
from inkdigits.training.lines.config import STRIDE
from inkdigits.training.lines.strings import ALPHABET, SEPARATORS
from inkdigits.training.lines.validate import LineValidation

_LONGEST = 12  # characters of a joined line


class Splicer:
    """Lines with the columns at which they can be cut, found by aligning each label with what a network sees."""

    def __init__(self, chunk: Chunk, seen: LineValidation, silent: bool) -> None:
        """Finds the cuts.

        Args:
            chunk: Labelled lines.
            seen: A network's outputs on them.
            silent: The labels leave separators out, though they may stand there.
        """
        self.lines = chunk.lines()
        self.labels = [str(label) for label in chunk.labels]
        self.cuts: list[list[int]] = []
        for frames, label in zip(seen.frames, self.labels, strict=True):
            likely, alphabet = merge(frames, ALPHABET, SEPARATORS if silent else "")
            try:
                spans = align(likely, alphabet, label) if label else []
            except ValueError:  # too narrow for its label: the line stays whole
                spans = []
            ends = [end for _, end in spans[:-1]]
            starts = [start for start, _ in spans[1:]]
            self.cuts.append([(end + start) * STRIDE // 2 for end, start in zip(ends, starts, strict=True)])
        self.whole = [place for place, cuts in enumerate(self.cuts) if cuts]

    def make(self, count: int, rng: np.random.Generator) -> Chunk | None:
        """New lines, each the head of one line and the tail of another; None when no line can be cut."""
        if not self.whole:
            return None
        lines: list[Grey] = []
        labels: list[str] = []
        for _ in range(count):
            one, two = (self.whole[int(place)] for place in rng.integers(len(self.whole), size=2))
            head, tail = (int(rng.integers(len(self.cuts[place]))) for place in (one, two))
            label = self.labels[one][: head + 1] + self.labels[two][tail + 1 :]
            line = np.concatenate(
                [self.lines[one][:, : self.cuts[one][head]], self.lines[two][:, self.cuts[two][tail] :]], axis=1
            )
            if len(label) <= _LONGEST and fits(label, line.shape[1]):
                lines.append(np.ascontiguousarray(line))
                labels.append(label)
        return Chunk.of(lines, labels, ["spliced"] * len(lines)) if lines else None

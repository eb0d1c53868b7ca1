"""What fine-tuning learns from: fields in many variants, new ones spliced from them, and synthetic lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from inkdigits.images.page import Grey
from inkdigits.training.lines.batches import batches
from inkdigits.training.lines.chunks import Chunk
from inkdigits.training.lines.config import FinetuneConfig
from inkdigits.training.lines.fields import Fields
from inkdigits.training.lines.network import LineNetwork
from inkdigits.training.lines.splice import Splicer
from inkdigits.training.lines.validate import validate


@dataclass(frozen=True, slots=True, eq=False)
class Mixture:
    """Lines to learn from.

    Attributes:
        own: The fields as they are and in variants, and chunks of spliced ones.
        synthetic: Synthetic lines, or None.
        size: Own lines in a batch.
        others: Synthetic lines in a batch.
        steps: Batches in which each field is seen as often as was asked.
        silent: The fields' labels say nothing about separators.
    """

    own: list[Chunk]
    synthetic: Chunk | None
    size: int
    others: int
    steps: int
    silent: bool

    @classmethod
    def of(
        cls,
        fields: Fields,
        network: LineNetwork,
        config: FinetuneConfig,
        synthetic: Chunk | None,
        rng: np.random.Generator,
    ) -> Mixture:
        """Makes variants and splices; the network says where lines can be cut."""
        plain = fields.lines()
        own = [plain, *(fields.shaken(rng) for _ in range(config.variants - 1))]
        splicer = Splicer(plain, validate(network, plain), fields.bare)
        for _ in range(round(config.spliced)):
            spliced = splicer.make(len(fields), rng)
            if spliced is not None:
                own.append(spliced)
        share = config.mix / (1 + config.mix) if synthetic else 0.0
        others = round(share * config.batch_size)
        size = max(1, min(config.batch_size - others, *map(len, own)))
        steps = max(1, len(fields) * config.epochs // size)
        return cls(own, synthetic, size, others, steps, fields.bare)

    def batches(self, rng: np.random.Generator) -> Iterator[tuple[list[Grey], list[str], int]]:
        """Endless: lines, labels, and how many of the first ones say nothing about separators."""
        others = _endless([self.synthetic], self.others, rng) if self.synthetic else None
        for lines, labels in _endless(self.own, self.size, rng):
            silent = len(lines) if self.silent else 0
            if others is not None:
                more, their = next(others)
                lines, labels = lines + more, labels + their
            yield lines, labels, silent


def _endless(chunks: list[Chunk], size: int, rng: np.random.Generator) -> Iterator[tuple[list[Grey], list[str]]]:
    while True:
        yield from batches([chunks[int(rng.integers(len(chunks)))]], size, rng)

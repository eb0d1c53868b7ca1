"""Bytes changed at random, the way accidents and attackers change them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np


def mutants(data: bytes, count: int, seed: int = 0) -> Iterator[bytes]:
    """So many versions of some bytes: some turned, cut off, doubled, thrown about, or followed by more."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        changed = bytearray(data)
        for _ in range(int(rng.integers(1, 4))):
            _WAYS[int(rng.integers(len(_WAYS)))](changed, rng)
        yield bytes(changed)


def _flip(data: bytearray, rng: np.random.Generator) -> None:
    for _ in range(int(rng.integers(1, 12))):
        if data:
            data[int(rng.integers(len(data)))] = int(rng.integers(256))


def _flip_head(data: bytearray, rng: np.random.Generator) -> None:
    """Where sizes and formats stand."""
    for _ in range(int(rng.integers(1, 4))):
        if data:
            data[int(rng.integers(min(64, len(data))))] = int(rng.choice([0, 1, 0x7F, 0x80, 0xFF]))


def _cut(data: bytearray, rng: np.random.Generator) -> None:
    del data[int(rng.integers(len(data) + 1)) :]


def _drop(data: bytearray, rng: np.random.Generator) -> None:
    start = int(rng.integers(len(data) + 1))
    del data[start : start + int(rng.integers(1, 64))]


def _double(data: bytearray, rng: np.random.Generator) -> None:
    start = int(rng.integers(len(data) + 1))
    data[start:start] = data[start : start + int(rng.integers(1, 256))]


def _add(data: bytearray, rng: np.random.Generator) -> None:
    data += rng.bytes(int(rng.integers(1, 200)))


_WAYS = (_flip, _flip_head, _cut, _drop, _double, _add)

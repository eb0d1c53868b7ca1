"""What a training may learn from, and in which shares: the shipped recipe, or smaller ones that need less data."""

from __future__ import annotations

from types import MappingProxyType

OWN = "own"
"""The kind of glyphs that come from a user's own pictures."""

ALL_COUNTS = MappingProxyType(
    {
        "mnist_photo": 30_000,
        "pens": 60_000,
        "pens_photo": 24_000,
        "bitmaps": 12_000,
        "vector": 40_000,
        "habits": 20_000,
        "printed": 6_000,
        "letters": 50_000,
        "altered_letters": 20_000,
        "vector_letters": 70_000,
        "hershey": 30_000,
        "printed_letters": 8_000,
        "scribbles": 20_000,
        "walks": 20_000,
        "signs": 20_000,
        "pairs": 12_000,
        "pieces": 4_000,
        "empty": 4_000,
        "unwritten": 6_000,
    }
)
ALL_WEIGHTS = MappingProxyType(
    {
        "mnist": 0.34,
        "mnist_photo": 0.07,
        "pens": 0.13,
        "pens_photo": 0.04,
        "bitmaps": 0.03,
        "vector": 0.06,
        "habits": 0.03,
        "printed": 0.01,
        "letters": 0.08,
        "altered_letters": 0.02,
        "vector_letters": 0.09,
        "hershey": 0.04,
        "printed_letters": 0.01,
        "scribbles": 0.03,
        "walks": 0.03,
        "signs": 0.025,
        "pairs": 0.02,
        "pieces": 0.01,
        "empty": 0.01,
        "unwritten": 0.015,
    }
)

_OTHERS = {"hershey": 400, "scribbles": 300, "signs": 300}
_OTHER_WEIGHTS = {"hershey": 0.08, "scribbles": 0.06, "signs": 0.06}

COUNTS = MappingProxyType({"all": ALL_COUNTS, "mnist": _OTHERS, "sample": {"vector": 2_000, **_OTHERS}, "own": _OTHERS})
"""Base -> glyphs made by each recipe. Without non-digits a network could not learn to refuse."""

WEIGHTS = MappingProxyType(
    {
        "all": ALL_WEIGHTS,
        "mnist": {"mnist": 0.8, **_OTHER_WEIGHTS},
        "sample": {"vector": 0.8, **_OTHER_WEIGHTS},
        "own": {OWN: 0.8, **_OTHER_WEIGHTS},
    }
)
"""Base -> share of each kind in a batch."""

BASES = tuple(COUNTS)

FREE = frozenset(
    {
        *("vector", "printed", "vector_letters", "hershey", "printed_letters"),
        *("scribbles", "walks", "signs", "empty", "unwritten"),
    }
)
"""Recipes that need no data folder."""

"""Adapting a digit model to one hand: few steps from its weights, while its own answers keep it from forgetting."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from inkdigits.registry.locate import ACTIVE
from inkdigits.training.mixtures import OWN

_OWN_SHARE = 0.3
_RESTRAINT = 0.006
"""Chosen on two of the writers that settings were chosen on, and on a made hand that leans so far that it is often
misread. Thirty digits with right labels moved the answers by 0.001, those of the made hand by 0.005. With two labels
wrong it was 0.010 and 0.012, and 9 and 8 more of 2,000 MNIST validation images were misread, 1,500 of them the hardest
of 5,000; three quarters of the way 0.005 and 0.006, and 1 and 3 more."""

_REPLAY = MappingProxyType(
    {
        "vector": 2_000,
        "printed": 300,
        "hershey": 600,
        "vector_letters": 600,
        "printed_letters": 200,
        "signs": 400,
        "scribbles": 400,
        "walks": 200,
        "empty": 50,
        "unwritten": 50,
    }
)
"""Glyphs on which the old answers are repeated; all of them are drawn, so that no data folder is needed."""

SETTINGS: Mapping[str, Any] = MappingProxyType(
    {
        "base": "sample",
        "counts": dict(_REPLAY),
        "weights": {
            OWN: _OWN_SHARE,
            **{name: count / sum(_REPLAY.values()) * (1 - _OWN_SHARE) for name, count in _REPLAY.items()},
        },
        "own_share": _OWN_SHARE,
        "own_validation": 0.0,
        "distill": 1.0,
        "restraint": _RESTRAINT,
        "norms": "fixed",
        "epochs": 3,
        "epoch_size": 3_840,
        "batch_size": 192,
        "validate_every": 1,
        "optimizer": "adamw",
        "learning_rate": 3e-4,
        "weight_decay": 0.0,
        "warmup": 0.1,
        "last_rate": 1e-3,
        "dropout": 0.0,
        "ema": 0.95,
    }
)
"""How an adaptation differs from a whole training.

Chosen on a third of the writers of UNIPEN, and for what is forgotten on the MNIST images of validation. All weights
learn: with the last layers alone a seventh of a writer's errors went, with all of them two thirds. Normalizations keep
what they measured on many hands. Larger shares of own pictures, higher rates and more steps cost more of MNIST and
gained little.
"""


def adapted(own: Path | str, start: str | None = None) -> dict[str, Any]:
    """Settings of a training that adapts a model to labelled pictures, see :class:`TrainConfig`.

    Args:
        own: The pictures, see :func:`inkdigits.training.own.read_own`: 20 to 200 of one writer or place.
        start: The model, see :func:`inkdigits.registry.locate.find_weights`; None is the one that reads now.
    """
    return {**SETTINGS, "own": str(own), "start": start or ACTIVE}

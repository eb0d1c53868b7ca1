"""A part of a data set, for runs that only try the command."""

from __future__ import annotations

import numpy as np

from inkdigits.training.datasets import Pictures, Writing


def some(data: Pictures | Writing, limit: int | None) -> Pictures | Writing:
    """At most ``limit`` samples, evenly spread; all of them without a limit."""
    if limit is None or limit >= len(data):
        return data
    chosen = np.linspace(0, len(data) - 1, limit).astype(int)
    if isinstance(data, Pictures):
        images = data.images[chosen] if isinstance(data.images, np.ndarray) else [data.images[i] for i in chosen]
        return Pictures(images, data.labels[chosen])
    return Writing([data.samples[i] for i in chosen], data.labels[chosen], data.writers[chosen])

"""The curves of a run as a picture: loss, speed of learning, and what validation says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

_SHOWN = {
    "val_mnist": "MNIST",
    "val_pens": "pens",
    "val_mnist_photo": "photographed",
    "val_letters": "letters rejected",
}


def draw_curves(history: Sequence[Mapping[str, float]], path: Path) -> None:
    """Writes a PNG with the training loss and, where measured, the share of validation glyphs that are wrong.

    Args:
        history: The lines of ``metrics.jsonl``.
        path: The PNG to write.
    """
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    FigureCanvasAgg(figure)
    loss, wrong = figure.subplots(1, 2)
    loss.plot([line["epoch"] for line in history], [line["loss"] for line in history], color="#1f3a5f")
    loss.set(xlabel="epoch", ylabel="training loss", yscale="log")
    for key, name in _SHOWN.items():
        measured = [(line["epoch"], 1 - line[key]) for line in history if key in line]
        if measured:
            epochs, shares = zip(*measured, strict=True)
            wrong.plot(epochs, [max(share, 1e-4) for share in shares], label=name)
    wrong.set(xlabel="epoch", ylabel="share wrong on validation", yscale="log")
    if wrong.lines:
        wrong.legend(frameon=False)
    for axes in (loss, wrong):
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=110)

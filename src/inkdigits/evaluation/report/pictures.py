"""The charts as PNG files, by Matplotlib."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib.ticker
import numpy as np
from matplotlib.figure import Figure

from inkdigits.evaluation.judge import Evaluation
from inkdigits.evaluation.measured import Measured

_DPI = 150
_COLORS = ("#23489B", "#B26A00", "#175C3D")
_DASHES = ("-", "--", ":")


def write_pictures(groups: Sequence[list[Measured]], folder: Path) -> list[Path]:
    """Writes three charts for each data set: confusion, reliability, and risk by coverage."""
    files = []
    for group in groups:
        found = [one.figures for one in group]
        for name, draw in (("confusion", _confusion), ("reliability", _reliability), ("risk-coverage", _risk)):
            files.append(folder / f"{_safe(group[0].data.name)}-{name}.png")
            draw(found).savefig(files[-1], dpi=_DPI)
    return files


def _confusion(found: list[Evaluation]) -> Figure:
    figure = Figure(figsize=(5.5 * len(found), 5), layout="constrained")
    for axes, one in zip(np.ravel(figure.subplots(1, len(found), squeeze=False)), found, strict=True):
        matrix = np.array(one.confusion, float)
        shares = matrix / np.maximum(1, matrix.sum(axis=1, keepdims=True))
        axes.imshow(np.sqrt(shares), cmap="Blues", vmin=0, vmax=1)
        for (row, column), count in np.ndenumerate(matrix):
            if count:
                color = "white" if shares[row, column] > 0.4 else "black"
                axes.text(column, row, f"{count:.0f}", ha="center", va="center", color=color, fontsize=7)
        axes.set(xlabel="read", ylabel="written", title=one.model, yticks=range(10))
        axes.set_xticks(range(11), [*map(str, range(10)), "refused"])
    return figure


def _reliability(found: list[Evaluation]) -> Figure:
    figure, axes = _axes("confidence", "share that is right")
    axes.plot([0, 1], [0, 1], color="grey", linewidth=1, linestyle=":")
    for series, one in enumerate(found):
        bins = [each for each in one.reliability if each.count]
        middle = np.array([each.accuracy for each in bins])
        ends = np.array([each.interval for each in bins])
        spread = np.clip([middle - ends[:, 0], ends[:, 1] - middle], 0, None)
        axes.errorbar([each.confidence for each in bins], middle, spread, marker="o", capsize=2, **_look(series, one))
    axes.legend()
    return figure


def _risk(found: list[Evaluation]) -> Figure:
    figure, axes = _axes("share of digits taken", "errors among them")
    for series, one in enumerate(found):
        points = one.risk_coverage
        axes.plot([point.coverage for point in points], [point.risk for point in points], **_look(series, one))
    axes.set_ylim(bottom=0)
    axes.legend()
    return figure


def _axes(across: str, up: str) -> tuple[Figure, Any]:
    figure = Figure(figsize=(5, 4), layout="constrained")
    axes = figure.subplots()
    axes.set(xlabel=across, ylabel=up, xlim=(0, 1))
    axes.grid(alpha=0.3)
    percent = matplotlib.ticker.PercentFormatter(1)
    axes.xaxis.set_major_formatter(percent)
    axes.yaxis.set_major_formatter(percent)
    return figure, axes


def _look(series: int, one: Evaluation) -> dict[str, Any]:
    turn = series % len(_COLORS)
    return {"color": _COLORS[turn], "linestyle": _DASHES[turn], "label": one.model}


def _safe(name: str) -> str:
    return "".join(sign if sign.isalnum() or sign in "._-" else "-" for sign in name) or "data"

"""The curves of a run: loss and accuracy, in training and on validation data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import streamlit as st

from inkdigits.wording import percent

HEIGHT = 260
TRAINING, VALIDATION, READ = "training", "validation", "validation, digits only"
_CURVES = {
    "loss": ("Loss", {TRAINING: "loss", VALIDATION: "val_loss"}),
    "accuracy": ("Accuracy", {TRAINING: "accuracy", VALIDATION: "val_accuracy", READ: "val_read"}),
}


def show_curves(history: Sequence[Mapping[str, float]], epochs: int) -> None:
    """Draws both charts, side by side where there is room.

    Args:
        history: The metrics of each finished epoch.
        epochs: Epochs in all, which the axis spans from the start.
    """
    for column, name in zip(st.columns(2, gap="medium"), _CURVES, strict=True):
        with column:
            title, keys = _CURVES[name]
            st.markdown(f"**{title}**")
            st.altair_chart(
                _chart(history, keys, epochs, share=name == "accuracy"),
                width="stretch",
                height=HEIGHT,
                alt=describe(history, title, keys, share=name == "accuracy"),
            )


def describe(history: Sequence[Mapping[str, float]], title: str, keys: Mapping[str, str], share: bool) -> str:
    """The chart in words: first and last value of each curve."""
    parts = []
    for series, key in keys.items():
        values = [line[key] for line in history if key in line]
        if values:
            first, last = (percent(value) if share else f"{value:.3g}" for value in (values[0], values[-1]))
            parts.append(f"{series} from {first} to {last}")
    return f"{title} by epoch: {', '.join(parts)}" if parts else f"{title} by epoch: nothing yet"


def _chart(history: Sequence[Mapping[str, float]], keys: Mapping[str, str], epochs: int, share: bool) -> alt.Chart:
    rows: list[dict[str, Any]] = [
        {"epoch": line["epoch"], "value": line[key], "series": series}
        for line in history
        for series, key in keys.items()
        if key in line
    ]
    scale = alt.Scale(domain=[0, 1]) if share else alt.Scale(zero=True, nice=True)
    axis = alt.Axis(format="%", tickCount=5) if share else alt.Axis(tickCount=5)
    order = list(keys)
    return (
        alt.Chart(alt.InlineData(values=rows))
        .mark_line(point=alt.OverlayMarkDef(size=30, filled=True), strokeWidth=2)
        .encode(
            x=alt.X("epoch:Q", title="epoch", scale=alt.Scale(domain=[1, max(2, epochs)]), axis=_whole(epochs)),
            y=alt.Y("value:Q", title=None, scale=scale, axis=axis),
            color=alt.Color("series:N", sort=order, legend=alt.Legend(title=None, orient="top", symbolType="stroke")),
            strokeDash=alt.StrokeDash("series:N", sort=order, legend=None),
            tooltip=["series:N", "epoch:Q", alt.Tooltip("value:Q", format=".2%" if share else ".4f")],
        )
    )


def _whole(epochs: int) -> alt.Axis:
    return alt.Axis(format="d", tickCount=min(epochs, 8), tickMinStep=1, grid=False)

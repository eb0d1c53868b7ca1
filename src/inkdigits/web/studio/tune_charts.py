"""The charts of a study: its trials and the best so far, which settings matter, and how settings go together."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import altair as alt
import streamlit as st

from inkdigits.wording import percent

if TYPE_CHECKING:
    from inkdigits.training.study import TrialResult

HEIGHT, ROW = 260, 44
TITLES = {
    "stem": "filters, stem",
    "middle": "filters, middle",
    "top": "filters, top",
    "stem_blocks": "blocks, stem",
    "blocks": "blocks, middle",
    "top_blocks": "blocks, top",
    "kernel_size": "kernel",
    "dropout": "dropout",
    "learning_rate": "learning rate",
    "augmentation": "augmentation",
}
COMPLETE, PRUNED, SHIPPED = "complete", "cut short", "shipped settings"
_GREY, _GOOD_SHARE = "#808080", 0.25
_WORST = 3.0  # times the median loss: what is worse is drawn at the edge


def show_trials(trials: Sequence[TrialResult]) -> None:
    """Draws the loss of each trial, and the lowest so far."""
    ended = [trial for trial in trials if trial.state in ("complete", "pruned") and trial.loss is not None]
    losses = [trial.loss for trial in ended if trial.loss is not None and math.isfinite(trial.loss)]
    if not losses:
        return
    scale = _loss_scale(losses)
    rows = [{"trial": trial.number, "loss": trial.loss, "kind": _kind(trial)} for trial in ended]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X("trial:Q", title="trial", axis=alt.Axis(format="d", tickMinStep=1, grid=False)),
        y=alt.Y("loss:Q", title="validation loss", scale=scale, axis=alt.Axis(tickCount=5)),
    )
    kinds = [COMPLETE, PRUNED, SHIPPED]
    points = base.mark_point(size=70, filled=False, strokeWidth=2).encode(
        shape=alt.Shape(
            "kind:N",
            scale=alt.Scale(domain=kinds, range=["circle", "cross", "diamond"]),
            legend=alt.Legend(title=None, orient="top"),
        ),
        color=alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=[_accent(), _GREY, _warm()])),
        tooltip=["trial:Q", "kind:N", alt.Tooltip("loss:Q", format=".4f")],
    )
    line = (
        alt.Chart(alt.InlineData(values=_best_so_far(ended)))
        .mark_line(interpolate="step-after", color=_accent(), strokeWidth=2)
        .encode(x="trial:Q", y=alt.Y("loss:Q", scale=scale))
    )
    st.altair_chart(alt.layer(line, points), width="stretch", height=HEIGHT, alt=f"Loss by trial: {_told(ended)}")


def show_importances(importances: Mapping[str, float]) -> None:
    """Draws how much of the spread of the loss each setting explains, with the numbers beside the bars."""
    rows = [{"setting": f"{TITLES[name]} · {percent(share)}", "share": share} for name, share in importances.items()]
    chart = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_bar(color=_accent())
        .encode(
            x=alt.X("share:Q", title=None, axis=None),
            y=alt.Y(
                "setting:N",
                title=None,
                sort=None,
                axis=alt.Axis(labelFontSize=14, labelLimit=220, domain=False, ticks=False),
            ),
        )
    )
    told = ", ".join(str(row["setting"]) for row in rows)
    st.altair_chart(chart, width="stretch", height=32 * len(rows) + 16, alt=f"How much each setting matters: {told}")


def show_parallel(trials: Sequence[TrialResult], best: TrialResult) -> None:
    """Draws a line down the settings for each trial that came to its end; a row a setting, so that a phone has room."""
    complete = sorted(
        (trial for trial in trials if trial.state == "complete" and trial.loss is not None),
        key=lambda trial: trial.loss or 0.0,
    )
    names = [name for name in TITLES if name in best.settings]
    places = {name: Scale([trial.settings[name] for trial in complete], log=name == "learning_rate") for name in names}
    good = max(1, round(_GOOD_SHARE * len(complete)))
    rows = [
        {
            "trial": trial.number,
            "setting": TITLES[name],
            "row": row,
            "place": places[name].place(trial.settings[name]),
            "value": short(trial.settings[name]),
            "rank": "best" if trial.number == best.number else "good" if rank < good else "other",
            "loss": trial.loss,
        }
        for rank, trial in enumerate(complete)
        for row, name in enumerate(names)
    ]
    ends = [
        {"setting": TITLES[name], "low": short(places[name].low), "high": short(places[name].high)} for name in names
    ]
    words = "; ".join(f"{TITLES[name]} {short(best.settings[name])}" for name in names)
    st.altair_chart(
        _parallel(rows, ends, [TITLES[name] for name in names]),
        width="stretch",
        height=ROW * len(names) + 40,
        alt=f"Settings of {len(complete)} trials; of the best: {words}",
    )


def show_one(trials: Sequence[TrialResult], name: str) -> None:
    """Draws the loss by one setting."""
    rows = [
        {"value": trial.settings[name], "loss": trial.loss, "kind": _kind(trial), "trial": trial.number}
        for trial in trials
        if trial.state in ("complete", "pruned") and trial.loss is not None and name in trial.settings
    ]
    kinds = [COMPLETE, PRUNED, SHIPPED]
    losses = [row["loss"] for row in rows if math.isfinite(row["loss"])]
    if not losses:
        return
    scale = alt.Scale(type="log") if name == "learning_rate" else alt.Scale(zero=False, nice=True)
    chart = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_point(size=70, strokeWidth=2)
        .encode(
            x=alt.X("value:Q", title=TITLES[name], scale=scale, axis=alt.Axis(tickCount=5)),
            y=alt.Y("loss:Q", title="validation loss", scale=_loss_scale(losses)),
            shape=alt.Shape("kind:N", scale=alt.Scale(domain=kinds, range=["circle", "cross", "diamond"]), legend=None),
            color=alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=[_accent(), _GREY, _warm()]), legend=None),
            tooltip=["trial:Q", "kind:N", "value:Q", alt.Tooltip("loss:Q", format=".4f")],
        )
    )
    st.altair_chart(chart, width="stretch", height=HEIGHT, alt=f"Validation loss by {TITLES[name]}")


class Scale:
    """Where a value lies between the lowest and the highest: numbers by size, a few choices by their order."""

    def __init__(self, values: Sequence[float], log: bool = False) -> None:
        """Takes all values that are to be placed."""
        self.low, self.high, self._log = min(values), max(values), log

    def place(self, value: float) -> float:
        """In [0, 1]; in the middle when all values are the same."""
        if self.low == self.high:
            return 0.5
        low, high, value = (math.log(x) if self._log else x for x in (self.low, self.high, value))
        return (value - low) / (high - low)


def short(value: Any) -> str:
    """A value in few signs."""
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _parallel(rows: list[dict[str, Any]], ends: list[dict[str, Any]], order: list[str]) -> Any:
    ranks = ["other", "good", "best"]
    x = alt.X("place:Q", title=None, scale=alt.Scale(domain=[-0.14, 1.14]), axis=None)
    y = alt.Y(
        "setting:N", sort=order, title=None, axis=alt.Axis(labelFontSize=13, domain=False, ticks=False, grid=True)
    )
    lines = [
        alt.Chart(alt.InlineData(values=[row for row in rows if row["rank"] == rank]))
        .mark_line(point=alt.OverlayMarkDef(size=30, filled=True), strokeWidth=width, opacity=opacity)
        .encode(
            x=x,
            y=y,
            order="row:Q",
            detail="trial:N",
            color=alt.Color(
                "rank:N",
                scale=alt.Scale(domain=ranks, range=[_GREY, _accent(), _warm()]),
                legend=alt.Legend(title=None, orient="top", values=["best", "good", "other"]),
            ),
            tooltip=["trial:N", "setting:N", "value:N", alt.Tooltip("loss:Q", format=".4f")],
        )
        for rank, width, opacity in (("other", 1, 0.4), ("good", 1.5, 0.8), ("best", 3, 1))
        if any(row["rank"] == rank for row in rows)  # axe: a layer without marks is a picture without words
    ]
    text = alt.Chart(alt.InlineData(values=ends)).encode(y=y)
    ink = "#EDE9DF" if _dark() else "#16213A"
    low = text.mark_text(align="right", dx=-8, color=ink).encode(x=alt.datum(0, type="quantitative"), text="low:N")
    high = text.mark_text(align="left", dx=8, color=ink).encode(x=alt.datum(1, type="quantitative"), text="high:N")
    return alt.layer(*lines, low, high)


def _loss_scale(losses: Sequence[float]) -> alt.Scale:
    """From a little below the lowest loss; a hopeless one must not squeeze the others."""
    low, high = min(losses), min(max(losses), _WORST * statistics.median(losses))
    room = 0.1 * (high - low) or 0.1 * high
    return alt.Scale(domain=[max(0.0, low - room), high + room], clamp=True, nice=True, zero=False)


def _best_so_far(ended: Sequence[TrialResult]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    best = math.inf
    for trial in ended:
        if trial.state == "complete" and trial.loss is not None:
            best = min(best, trial.loss)
        if math.isfinite(best):
            rows.append({"trial": trial.number, "loss": best})
    return rows


def _kind(trial: TrialResult) -> str:
    return PRUNED if trial.state == "pruned" else SHIPPED if trial.shipped else COMPLETE


def _told(ended: Sequence[TrialResult]) -> str:
    steps = _best_so_far(ended)
    pruned = sum(trial.state == "pruned" for trial in ended)
    best = f"the best went from {steps[0]['loss']:.3f} to {steps[-1]['loss']:.3f}" if steps else "none came to its end"
    return f"{len(ended)} trials, {pruned} cut short; {best}"


def _dark() -> bool:
    return st.context.theme.type == "dark"


def _accent() -> str:
    return "#8FB2FF" if _dark() else "#23489B"


def _warm() -> str:
    return "#F5BF74" if _dark() else "#7F4900"

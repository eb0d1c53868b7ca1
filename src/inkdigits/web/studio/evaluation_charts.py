"""The charts of an evaluation: confusion, reliability, and risk by coverage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import streamlit as st

from inkdigits.evaluation.judge import REFUSED, Evaluation
from inkdigits.evaluation.report.words import share

HEIGHT = 280
REFUSED_TITLE = "refused"
ANSWERS = [*map(str, range(10)), REFUSED_TITLE]
CELL = "cell"
"""Name of the selection on the confusion matrix; its fields are ``written`` and ``read``."""


def confusion_chart(found: Evaluation) -> Any:
    """The confusion matrix as a heat map whose cells can be clicked."""
    rows: list[dict[str, Any]] = [
        {
            "written": str(written),
            "read": ANSWERS[answer],
            "count": count,
            "kind": "right" if written == answer else "wrong",
            "depth": _depth(written == answer, count / max(1, sum(row))),
        }
        for written, row in enumerate(found.confusion)
        for answer, count in enumerate(row)
        if count
    ]
    dark = st.context.theme.type == "dark"
    colors = ["#8FB2FF", "#F58A97"] if dark else ["#23489B", "#A3283C"]
    cell = alt.selection_point(name=CELL, fields=["written", "read"], on="click", empty=True)
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X("read:N", scale=alt.Scale(domain=ANSWERS), axis=alt.Axis(orient="top", labelAngle=0, title="read as")),
        y=alt.Y("written:N", scale=alt.Scale(domain=ANSWERS[:REFUSED]), title="written"),
    )
    squares = base.mark_rect(cursor="pointer", stroke="#808080", strokeOpacity=0.4).encode(
        color=alt.Color("kind:N", scale=alt.Scale(domain=["right", "wrong"], range=colors), legend=None),
        opacity=alt.Opacity("depth:Q", scale=alt.Scale(domain=[0, 1], range=[0, 1]), legend=None),
        tooltip=["written:N", "read:N", "count:Q"],
    )
    counts = base.mark_text(color="#EDE9DF" if dark else "#16213A", fontSize=12).encode(text="count:Q")
    return alt.layer(squares.add_params(cell), counts)


def confusion_words(found: Evaluation) -> str:
    """The matrix in words: its largest mistakes."""
    wrong = [
        (count, written, ANSWERS[answer])
        for written, row in enumerate(found.confusion)
        for answer, count in enumerate(row)
        if written != answer and count
    ]
    told = ", ".join(
        f"{written} as {answer} {count} times" for count, written, answer in sorted(wrong, reverse=True)[:5]
    )
    return f"Confusion matrix of {found.model}: {told or 'no mistakes'}"


def show_curves(measured: Sequence[Evaluation]) -> None:
    """Draws reliability, and risk by coverage, of one or more models."""
    from inkdigits.evaluation.report import words

    left, right = st.columns(2, gap="medium")
    with left:
        st.subheader("Reliability", anchor=False)
        st.caption(words.RELIABILITY)
        said = "; ".join(f"{found.model} calibration error {share(found.calibration_error)}" for found in measured)
        st.altair_chart(_reliability(measured), width="stretch", height=HEIGHT, alt=f"Reliability: {said}")
    with right:
        st.subheader("Risk and coverage", anchor=False)
        st.caption(words.RISK)
        said = "; ".join(f"{found.model} takes {share(found.coverage[0][1], 1)} at 1 % errors" for found in measured)
        st.altair_chart(_risk(measured), width="stretch", height=HEIGHT, alt=f"Risk by coverage: {said}")


def _reliability(measured: Sequence[Evaluation]) -> Any:
    rows = [
        {"model": found.model, "confidence": one.confidence, "right": one.accuracy, "digits": one.count}
        | {"low": one.interval[0], "high": one.interval[1]}
        for found in measured
        for one in found.reliability
        if one.count
    ]
    diagonal = alt.Chart(alt.InlineData(values=[{"x": 0, "y": 0}, {"x": 1, "y": 1}])).mark_line(
        strokeDash=[4, 4], color="#808080", strokeWidth=1
    )
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=_share("confidence:Q", "confidence"), color=_series(measured)
    )
    bars = base.mark_rule(opacity=0.5).encode(y=_share("low:Q", "right"), y2="high:Q")
    dots = base.mark_line(point=alt.OverlayMarkDef(size=40, filled=True)).encode(
        y=_share("right:Q", "right"),
        strokeDash=alt.StrokeDash("model:N", sort=_names(measured), legend=None),
        tooltip=[
            "model:N",
            "digits:Q",
            alt.Tooltip("confidence:Q", format=".1%"),
            alt.Tooltip("right:Q", format=".1%"),
        ],
    )
    return alt.layer(diagonal.encode(x="x:Q", y="y:Q"), bars, dots)


def _risk(measured: Sequence[Evaluation]) -> alt.Chart:
    rows = [
        {"model": found.model, "coverage": point.coverage, "risk": point.risk, "least": point.least}
        for found in measured
        for point in found.risk_coverage
    ]
    return (
        alt.Chart(alt.InlineData(values=rows))
        .mark_line(strokeWidth=2)
        .encode(
            x=_share("coverage:Q", "share taken"),
            y=alt.Y("risk:Q", title="errors among them", axis=alt.Axis(format=".1%", tickCount=5)),
            color=_series(measured),
            strokeDash=alt.StrokeDash("model:N", sort=_names(measured), legend=None),
            tooltip=["model:N", alt.Tooltip("coverage:Q", format=".1%"), alt.Tooltip("risk:Q", format=".2%")],
        )
    )


def _series(measured: Sequence[Evaluation]) -> alt.Color:
    legend = alt.Legend(title=None, orient="top", symbolType="stroke") if len(measured) > 1 else None
    return alt.Color("model:N", sort=_names(measured), legend=legend)


def _names(measured: Sequence[Evaluation]) -> list[str]:
    return [found.model for found in measured]


def _share(field: str, title: str) -> Any:
    channel = alt.Y if title == "right" else alt.X
    return channel(field, title=title, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%", tickCount=5))


def _depth(right: bool, of_row: float) -> float:
    """Opacity of a cell: a single mistake among hundreds must be seen."""
    return 0.15 + 0.35 * (of_row if right else min(1.0, 10 * of_row))

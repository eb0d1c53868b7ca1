"""A data set to look at: samples of each class, their balance, and what augmentation does to one."""

from __future__ import annotations

import html
from pathlib import Path
from typing import TYPE_CHECKING, Any

import altair as alt
import cv2
import numpy as np
import numpy.typing as npt
import streamlit as st

from inkdigits.web.answer.heat import image_tag

if TYPE_CHECKING:
    from inkdigits.training.samples import Sample

Glyphs = npt.NDArray[np.uint8]

EACH = 12
VARIANTS = 24
_SCALE = 2  # pixels on the screen for one of a glyph
_GAP = 2


def show_samples(sample: Sample) -> None:
    """Draws a row of glyphs a class."""
    rows = []
    for label, glyphs in sorted(sample.glyphs.items()):
        tag = image_tag(_strip(glyphs), f"{len(glyphs)} samples of {label}", "ink-strip")
        rows.append(f'<li><b aria-hidden="true">{label}</b>{tag}</li>')
    st.html(f'<ul class="ink-strips" aria-label="Samples of each class">{"".join(rows)}</ul>')


def show_balance(counts: tuple[int, ...]) -> None:
    """Draws how many of each class there are, with the numbers beside the bars."""
    rows: list[dict[str, Any]] = [
        {"digit": f"{label} · {count:,}", "count": count} for label, count in enumerate(counts)
    ]
    chart = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_bar()
        .encode(
            x=alt.X("count:Q", title=None, axis=None),
            y=alt.Y("digit:N", title=None, sort=None, axis=alt.Axis(labelFontSize=14, domain=False, ticks=False)),
            tooltip=["digit:N"],
        )
    )
    most, least = max(counts), min(counts)
    st.altair_chart(
        chart,
        width="stretch",
        height=430,
        alt="Pictures of each class: " + ", ".join(f"{label}: {count:,}" for label, count in enumerate(counts)),
    )
    if least == 0:
        missing = ", ".join(str(label) for label, count in enumerate(counts) if not count)
        st.warning(
            f"There is no picture of {missing}: a network cannot learn it from these.", icon=":material/warning:"
        )
    elif most > 3 * least:
        st.caption("Uneven: the rarest class has less than a third of the most frequent one.")


def show_augmentation(sample: Sample) -> None:
    """Draws a digit as it is, and as a training would see it, with the strength to play with."""
    labels = sorted(sample.glyphs)
    with st.container(horizontal=True, gap="medium"):
        label = st.selectbox("Digit", labels, key="augment_label", width=120)
        which = st.slider("Which sample", 1, EACH, 1, key="augment_which")
        strength = st.slider("Strength", 0.0, 2.0, 1.0, 0.05, key="augment_strength")
        mild = st.slider("Share changed mildly", 0.0, 1.0, 0.5, 0.05, key="augment_mild")
    glyphs = sample.glyphs[label if label is not None else labels[0]]
    glyph = glyphs[(which - 1) % len(glyphs)]
    first, rest = st.columns([1, 5], gap="medium")
    with first:
        st.caption("As it is")
        st.html(image_tag(_png(glyph), f"The digit {label} as it is", "ink-pixels"))
    with rest:
        st.caption("As a training sees it")
        varied = vary(glyph, strength, mild)
        st.html(image_tag(_strip(varied, VARIANTS // 2), f"{VARIANTS} varied copies of it", "ink-strip"))


def vary(glyph: Glyphs, strength: float, mild: float) -> Glyphs:
    """Copies of a glyph, uint8 (N, 28, 28), changed as in training; the same for the same arguments."""
    from inkdigits.training.varied import vary_glyph

    return vary_glyph(glyph, VARIANTS, strength, mild)


def newest_change(own: str | None) -> int:
    """When a user's folder, a folder or table in it, or their file was changed last, in ns; 0 where there is none."""
    if not own:
        return 0
    path = Path(own).expanduser()
    try:
        inside = [item for item in path.iterdir() if item.is_dir() or item.suffix == ".csv"] if path.is_dir() else []
        return max((item.stat().st_mtime_ns for item in (path, *inside) if item.exists()), default=0)
    except PermissionError:
        return 0  # what reads the pictures tells of it


def _strip(glyphs: Glyphs, across: int | None = None) -> bytes:
    """Glyphs side by side, in rows of ``across``, as a PNG."""
    across = across or len(glyphs)
    rows = [glyphs[start : start + across] for start in range(0, len(glyphs), across)]
    side = glyphs.shape[1] + _GAP
    canvas = np.zeros((len(rows) * side - _GAP, across * side - _GAP), np.uint8)
    for y, row in enumerate(rows):
        for x, glyph in enumerate(row):
            canvas[y * side : y * side + side - _GAP, x * side : x * side + side - _GAP] = glyph
    return _png(canvas)


def _png(picture: Glyphs) -> bytes:
    large = cv2.resize(picture, None, fx=_SCALE, fy=_SCALE, interpolation=cv2.INTER_NEAREST)
    return cv2.imencode(".png", large)[1].tobytes()


def facts(item: dict[str, Any]) -> str:
    """A data set's description as HTML."""
    rows = {"What": item["what"], "How much": item["count"], "License": item["license"], "For": item["use"]}
    rows["From"] = item["source"]
    cells = "".join(f"<tr><th>{name}</th><td>{html.escape(str(text))}</td></tr>" for name, text in rows.items())
    caption = f"<caption>{html.escape(item['name'])}</caption>"
    return f'<table class="ink-table ink-facts">{caption}<tbody>{cells}</tbody></table>'

"""Two models side by side on the Models page: what is known of them, and the way to measure both on the same digits."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from inkdigits.registry import SHIPPED, Model
from inkdigits.registry.compare import differences
from inkdigits.web.studio.evaluation_form import choose_models
from inkdigits.web.studio.models import told

EVALUATE_PAGE = Path(__file__).parents[1] / "views" / "studio_evaluate.py"
NAMES = {"digit": "single digits", "line": "numbers"}


def show_comparison(found: Sequence[Model]) -> None:
    """Draws the choice of two models of a kind, their differences, and the way to the Evaluate page.

    Args:
        found: All models.
    """
    groups = {kind: [model for model in found if model.kind == kind and not model.problem] for kind in NAMES}
    kinds = [kind for kind, models in groups.items() if len(models) > 1]
    if not kinds:
        return
    with st.expander("Compare two models", icon=":material/compare_arrows:"):
        kind = kinds[0]
        if len(kinds) > 1:
            chosen = st.segmented_control(
                "Models for", kinds, default=kind, format_func=NAMES.__getitem__, key="compare_kind", required=True
            )
            kind = str(chosen)
        by_id = {model.id: model for model in groups[kind]}
        left, right = st.columns(2, gap="medium")
        first = left.selectbox("First", list(by_id), 0, format_func=_title(by_id), key=f"compare_first_{kind}")
        second = right.selectbox("Second", list(by_id), 1, format_func=_title(by_id), key=f"compare_second_{kind}")
        names = [str(first), str(second)]
        if len(set(names)) < len(names):
            st.caption("Choose two different models.")
            return
        st.html(_table(*(by_id[name] for name in names)))
        if kind == "digit":
            st.caption("Those figures come from each training. Whether one is better is seen on the same digits:")
            if st.button("Measure both on the same digits", icon=":material/straighten:", key="compare_measure"):
                choose_models(names)
                st.switch_page(EVALUATE_PAGE)


def _title(by_id: dict[str, Model]) -> Any:
    return lambda one: by_id[one].name if one == SHIPPED else f"{by_id[one].name} ({one})"


def _table(first: Model, second: Model) -> str:
    rows = [row for row in differences(first, second) if not any(isinstance(cell, dict) for cell in row[1:])]
    body = "".join(
        f'<tr><th scope="row">{html.escape(told(name, 0)[0])}</th>'
        f"<td>{_cell(name, one)}</td><td>{_cell(name, two)}</td></tr>"
        for name, one, two in rows
    )
    heads = "".join(f'<th scope="col">{html.escape(model.name)}</th>' for model in (first, second))
    return (
        '<div class="ink-scroll" tabindex="0" role="region" aria-label="Comparison of two models">'
        '<table class="ink-table"><caption>Comparison of two models</caption>'
        f'<thead><tr><th scope="col">Figure or setting</th>{heads}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _cell(name: str, value: Any) -> str:
    if value is None:
        return "–"
    return told(name, value)[1] if name.startswith("val_") else html.escape(f"{value}")

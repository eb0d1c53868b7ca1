"""The Models page of the Studio: which models there are, and which of them reads."""

from __future__ import annotations

import streamlit as st

from inkdigits.errors import ModelError
from inkdigits.registry import KINDS, SHIPPED, Registry
from inkdigits.web.shared import get_reader
from inkdigits.web.studio.model_compare import show_comparison
from inkdigits.web.studio.model_runs import show_runs
from inkdigits.web.studio.models import show_import, show_kind, show_others, show_said

EMPTY = "No models of your own yet: train one on the Train page and add it, or import one here."


def show_page() -> None:
    """The page, top to bottom."""
    settings = get_reader().settings
    registry = Registry(settings.home)
    st.title("Models", anchor=False)
    st.caption("The active models read on every page, and in every program on this machine. You can always go back.")
    show_said()
    found = registry.list()
    try:
        for kind in KINDS:
            show_kind(registry, kind, [model for model in found if model.kind == kind])
    except ModelError as error:
        st.error(f"**Nobody knows which models are active.** {error}", icon=":material/error:")
    show_others(registry, [model for model in found if model.kind not in KINDS])
    if all(model.id == SHIPPED for model in found):
        st.html(f'<p class="ink-empty" role="status">{EMPTY}</p>')
    show_runs(registry, found)
    show_comparison(found)
    show_import(registry, settings.max_bytes)


show_page()

"""The Data page of the Studio: what there is to learn from, and what it looks like."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

import streamlit as st

from inkdigits.errors import InkDigitsError
from inkdigits.settings import Settings
from inkdigits.web.kept import kept
from inkdigits.web.studio.data_view import EACH, facts, newest_change, show_augmentation, show_balance, show_samples
from inkdigits.web.studio.missing import stop_without_training
from inkdigits.web.studio.train_form import OWN_PLACE

NAMES = {"sample": "Built-in sample", "own": "My own pictures"}
EMPTY = "Name the folder or file of your pictures, and they are shown here."


def show_page() -> None:
    """The page, top to bottom."""
    st.title("Data", anchor=False)
    stop_without_training()
    from inkdigits.training.catalog import SETS
    from inkdigits.training.samples import GENERATED, OWN, VIEWED

    data = Settings.resolve(None).data
    there = [name for name in VIEWED if SETS[name].folder(data) is not None]
    names = [GENERATED, *there, OWN]
    held = kept("data_set", GENERATED)
    chosen = st.selectbox(
        "Data set",
        names,
        names.index(held) if held in names else 0,
        format_func=lambda one: NAMES.get(one, one),
        key="data_set",
        width=320,
    )
    name = str(chosen)
    own = None
    if name in SETS:
        st.html(facts(SETS[name].to_dict(data)))
    elif name == OWN:
        own = st.text_input(OWN_PLACE, kept("data_own", ""), key="data_own", placeholder="none").strip()
    if name == OWN and not own:
        st.html(f'<p class="ink-empty" role="status">{EMPTY}</p>')
    else:
        _show_set(name, data, own)
    _show_others(data, there)


def _show_set(name: str, data: Path | None, own: str | None) -> None:
    try:
        sample = _look(name, str(data) if data else None, own, newest_change(own))
    except InkDigitsError as error:
        st.error(f"**Nothing to show.** {error}", icon=":material/error:")
        return
    if sample.note:
        st.caption(sample.note)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.subheader("Samples", anchor=False)
        show_samples(sample)
    with right:
        st.subheader("How many of each", anchor=False)
        if any(sample.counts):
            show_balance(sample.counts)
        else:
            st.caption("As many as a training asks for.")
    st.subheader("What augmentation does", anchor=False)
    st.caption("While it learns, a network never sees the same picture twice: each is changed a little, by chance.")
    st.fragment(show_augmentation)(sample)


@st.cache_data(show_spinner="Reading the data", max_entries=8, ttl=600)
def _look(name: str, data: str | None, own: str | None, changed: int) -> Any:
    """What there is to see; kept for a while, but own pictures only as long as nothing ``changed``."""
    from inkdigits.training.samples import look_at

    return look_at(name, EACH, Path(data) if data else None, Path(own).expanduser() if own else None)


def _show_others(data: Path | None, there: list[str]) -> None:
    from inkdigits.training.catalog import SETS

    rows = "".join(_row(item.to_dict(data)) for item in SETS.values() if item.name not in there)
    if not rows:
        return
    with st.expander("Other data sets", icon=":material/dataset:"):
        head = "<thead><tr><th>Name</th><th>What</th><th>At hand</th></tr></thead>"
        st.html(
            '<div class="ink-scroll" tabindex="0" role="region" aria-label="Other data sets">'
            '<table class="ink-table ink-facts">'
            f"<caption>Other data sets</caption>{head}<tbody>{rows}</tbody></table></div>"
        )
        if data is None:
            st.caption("Set INKDIGITS_DATA to the data folder, and start the application again.")


def _row(item: dict[str, Any]) -> str:
    got = "yes, for measuring only" if item["at_hand"] else f"no: {item['why_not'] or 'inkdigits data download mnist'}"
    what = f"{item['what']}; {item['count']}; {item['license']}"
    return (
        "<tr>"
        + "".join(
            f"<{tag}>{html.escape(text)}</{tag}>" for tag, text in (("th", item["name"]), ("td", what), ("td", got))
        )
        + "</tr>"
    )


show_page()

"""``show_teaching``: what the corrections since the last training would teach, and how to."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from inkdigits.registry import SHIPPED, Registry
from inkdigits.settings import Settings
from inkdigits.storage import Actor
from inkdigits.storage.lessons import Teaching
from inkdigits.storage.store import Store
from inkdigits.web.history.words import counted

ENOUGH = 20
"""Digits from which a training on them is worth it."""

COMMANDS = "inkdigits train digit --finetune corrections\ninkdigits train line --finetune corrections"
NOTHING = "Nothing yet: correct a reading, or say that it is right, and it can teach the models."


def show_teaching(store: Store, actor: Actor) -> None:
    """Draws, folded, what the corrections teach."""
    fold = st.expander("What your corrections teach", icon=":material/school:", key="history_teach", on_change="rerun")
    if not fold.open:
        return
    with fold:
        since = last_training()
        found = store.teaching(actor, since)
        if not found.readings:
            st.write(NOTHING if since is None else f"Nothing new since the last training. {NOTHING}")
            return
        when = "" if since is None else " since the last training"
        st.write(
            f"**{counted(found.readings, 'reading')}** checked{when}: {counted(found.digits.total(), 'digit')} for the "
            f"digit network, {counted(found.numbers, 'number')} for the line network."
        )
        st.html(table(found))
        if found.digits.total() < ENOUGH:
            st.caption(f"A training is worth it from about {ENOUGH} digits, with each digit among them.")
        st.code(COMMANDS, language="console")


def last_training() -> datetime | None:
    """When the newest model of one's own was made; None when there is none."""
    made = [model.created for model in Registry(Settings.resolve(None).home).list() if model.id != SHIPPED]
    return max((datetime.fromisoformat(when) for when in made if when), default=None)


def table(found: Teaching) -> str:
    """Counts of each digit, and what it was most often mistaken for."""
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Digit", "Checked", "Read wrong, as"))
    rows = "".join(
        f'<tr><th scope="row">{digit}</th><td>{found.digits[digit]}</td><td>{_mistakes(found, digit)}</td></tr>'
        for digit in range(10)
    )
    return (
        '<table class="ink-table"><caption>What the corrections teach, by digit</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _mistakes(found: Teaching, digit: int) -> str:
    pairs = [(read, count) for (read, label), count in found.confusions.most_common() if label == digit]
    names = [f"{'not read' if read is None else read} ({count})" for read, count in pairs]
    return ", ".join(names) or "–"

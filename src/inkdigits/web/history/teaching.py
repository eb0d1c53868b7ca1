"""``show_teaching``: what the corrections since the last training would teach, and how to."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from inkdigits.registry import SHIPPED, Registry
from inkdigits.settings import Settings
from inkdigits.storage import Actor
from inkdigits.storage.lessons import KINDS, Kind, Teaching
from inkdigits.storage.store import Store
from inkdigits.wording import counted

ENOUGH = 20
"""Digits from which a training on them is worth it."""

NOUNS: dict[Kind, str] = {"digit": "digit", "line": "number"}
NOTHING = "Nothing yet: correct a reading, or say that it is right, and it can teach the models."


def show_teaching(store: Store, actor: Actor) -> None:
    """Draws, folded, what the corrections teach each network."""
    fold = st.expander("What your corrections teach", icon=":material/school:", key="history_teach", on_change="rerun")
    if not fold.open:
        return
    with fold:
        trained = {kind: last_training(kind) for kind in KINDS}
        found = {kind: store.teaching(actor, trained[kind]) for kind in KINDS}
        if not any(teaching.readings for teaching in found.values()):
            st.write(f"Nothing new since the last training. {NOTHING}" if any(trained.values()) else NOTHING)
            return
        st.markdown("\n".join(f"- {told(kind, found[kind], trained[kind])}" for kind in KINDS))
        digits = found["digit"].digits.total()
        if digits:
            st.html(table(found["digit"]))
        if 0 < digits < ENOUGH:
            st.caption(f"A training is worth it from about {ENOUGH} digits, with each digit among them.")
        new = [kind for kind in KINDS if found[kind].lessons(kind)]
        if new:
            st.code("\n".join(f"inkdigits train {kind} --finetune corrections" for kind in new), language="console")


def told(kind: Kind, found: Teaching, trained: datetime | None) -> str:
    """How many lessons there are for a network, in words."""
    since = "" if trained is None else ", since its last training"
    return (
        f"{kind.capitalize()} network: **{counted(found.lessons(kind), NOUNS[kind])}** "
        f"in {counted(found.readings, 'checked reading')}{since}."
    )


def last_training(kind: Kind) -> datetime | None:
    """When the newest trained model of one's own of a kind was kept; None when there is none."""
    models = Registry(Settings.resolve(None).home).list()
    own = [model for model in models if model.id != SHIPPED and model.kind == kind and (model.data or model.parent)]
    return max((datetime.fromisoformat(model.created) for model in own if model.created), default=None)


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

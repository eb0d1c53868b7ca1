"""``ask_filter``: which readings are wanted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import streamlit as st

from inkdigits.storage import Actor
from inkdigits.storage.filter import Filter
from inkdigits.storage.store import Store
from inkdigits.web.history.words import SOURCES, zone

ASKED = "history.asked"
TURN = "history.turn"
CHECKS = {True: "checked", False: "not checked"}


@dataclass(slots=True)
class Asked:
    """What stands in the form."""

    text: str = ""
    since: date | None = None
    until: date | None = None
    source: Any = None
    person: str | None = None
    least: int = 0
    most: int = 100
    checked: bool | None = None

    @property
    def folded(self) -> int:
        """How many of the folded fields are filled in."""
        plain = asdict(Asked(text=self.text))
        return sum(value != plain[name] for name, value in asdict(self).items())

    def to_filter(self) -> Filter:
        """The same for the store; days are those of the browser's time zone, both included."""
        return Filter(
            since=_midnight(self.since),
            until=_midnight(self.until and self.until + timedelta(days=1)),
            person=self.person,
            source=self.source,
            text=self.text.strip(),
            lowest=self.least / 100,
            highest=self.most / 100,
            checked=self.checked,
        )


def ask_filter(store: Store, actor: Actor) -> Filter:
    """Draws the form: a field to find text, the rest folded; keeps what was asked for the visit."""
    asked: Asked = st.session_state.setdefault(ASKED, Asked())
    turn = st.session_state.setdefault(TURN, 0)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        asked.text = st.text_input(
            "Find", asked.text, placeholder="a number or a file's name", max_chars=100, key=f"history_text_{turn}"
        )
        folded = _standing(asked, turn).folded
        label = f"Filter ({folded})" if folded else "Filter"
        with st.popover(label, icon=":material/filter_list:", key="history_filter"):
            _ask_rest(store, actor, asked, turn)
        if asked != Asked():
            st.button("Clear filter", icon=":material/filter_list_off:", on_click=clear_filter, key="history_clear")
    return asked.to_filter()


def clear_filter() -> None:
    """Wants all readings again."""
    st.session_state[ASKED] = Asked()
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1


def is_filtered() -> bool:
    """True when not all readings are wanted."""
    return bool(st.session_state.get(ASKED, Asked()) != Asked())


def _standing(asked: Asked, turn: int) -> Asked:
    """What stands in the folded fields, before they are drawn: the button that they are under says how many."""
    keys = {name: f"history_{name}_{turn}" for name in ("since", "until", "source", "person", "checked")}
    told = {name: st.session_state[key] for name, key in keys.items() if key in st.session_state}
    least, most = st.session_state.get(f"history_confidence_{turn}", (asked.least, asked.most))
    return replace(asked, least=least, most=most, **told)


def _ask_rest(store: Store, actor: Actor, asked: Asked, turn: int) -> None:
    left, right = st.columns(2)
    asked.since = left.date_input("From", asked.since, key=f"history_since_{turn}")
    asked.until = right.date_input("To", asked.until, key=f"history_until_{turn}")
    asked.source = _select("Source", asked.source, SOURCES, f"history_source_{turn}")
    people = store.people(actor) if actor.sees_all else ()
    if len(people) > 1:
        names = {name: name or "nobody's" for name in people}
        asked.person = _select("Person", asked.person, names, f"history_person_{turn}")
    asked.least, asked.most = st.slider(
        "Confidence, in percent", 0, 100, (asked.least, asked.most), key=f"history_confidence_{turn}"
    )
    asked.checked = _select("Checked by a person", asked.checked, CHECKS, f"history_checked_{turn}")


def _select(label: str, chosen: Any, names: Mapping[Any, str], key: str) -> Any:
    """A choice that may be left open."""
    options = list(names)
    place = options.index(chosen) if chosen in names else None
    return st.selectbox(label, options, place, format_func=names.__getitem__, placeholder="all", key=key)


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), zone())

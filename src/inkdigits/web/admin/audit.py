"""The audit log on the Admin page: filtered, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, timezone

import streamlit as st

from inkdigits.storage.audit import ACTIONS
from inkdigits.web.accounts.identity import current_actor, get_accounts
from inkdigits.web.admin.tables import audit_table

PAGE = 50
OFFSET = "admin.audit.offset"


def show_audit() -> None:
    """Draws the section."""
    left, middle, right = st.columns(3)
    person = left.text_input("Name or thing", key="admin.audit.person", on_change=_from_start)
    action = middle.selectbox(
        "What", ACTIONS, index=None, placeholder="Everything", key="admin.audit.action", on_change=_from_start
    )
    days = right.date_input("From and to", value=[], key="admin.audit.days", on_change=_from_start)
    first, last = _period(days)
    offset = st.session_state.get(OFFSET, 0)
    entries, count = get_accounts().audit.entries(
        current_actor(), person=person, action=action or "", since=first, until=last, limit=PAGE, offset=offset
    )
    if not entries:
        st.html('<p class="ink-empty" role="status">Nothing was noted that fits.</p>')
        return
    st.html(audit_table(entries))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Newer", icon=":material/chevron_left:", disabled=offset == 0, on_click=_turn, args=(-PAGE,))
        st.button(
            "Older", icon=":material/chevron_right:", disabled=offset + PAGE >= count, on_click=_turn, args=(PAGE,)
        )
        st.markdown(f"{offset + 1} to {offset + len(entries)} of {count}")


def _period(days: Sequence[date] | date | None) -> tuple[datetime | None, datetime | None]:
    """The first moment of the first day and the one after the last; one day alone is that day."""
    chosen = [days] if isinstance(days, date) else list(days or ())
    if not chosen:
        return None, None
    first, last = (datetime.combine(day, time(), timezone.utc) for day in (chosen[0], chosen[-1]))
    return first, last + timedelta(days=1)


def _from_start() -> None:
    st.session_state[OFFSET] = 0


def _turn(by: int) -> None:
    st.session_state[OFFSET] = max(0, st.session_state.get(OFFSET, 0) + by)

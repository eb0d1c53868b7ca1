"""``watch_intake``: pasted pictures go to the uploader, and files too large for it are named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

# Streamlit's uploader takes no paste and says "too large" in a tooltip only; see intake.js.
_intake = st.components.v2.component(
    "inkdigits_intake", html="<span></span>", js=(Path(__file__).parent / "intake.js").read_text("utf-8")
)


def watch_intake(zone: str, max_bytes: int, on_refused: Callable[[list[tuple[str, int]]], None], *, key: str) -> None:
    """Listens, invisibly, for pasted pictures and for files over the limit.

    Args:
        zone: Key of the container around the uploader.
        max_bytes: Largest file that the uploader takes.
        on_refused: Called with ``(name, bytes)`` of each file over the limit, before the page is drawn again.
        key: Unique on the page.
    """

    def pass_on() -> None:
        refused: list[dict[str, Any]] = st.session_state[key].refused or []
        on_refused([(str(item["name"]), int(item["size"])) for item in refused])

    _intake(key=key, data={"zone": zone, "limit": max_bytes}, on_refused_change=pass_on, height="content")

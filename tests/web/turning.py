"""Pages of one visit in Streamlit's own test harness, one after the other: what they hold must outlive the others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import inkdigits

VIEWS = Path(inkdigits.__file__).parent / "web" / "views"
_SCRIPT = f"""
import runpy
import streamlit as st
runpy.run_path({str(VIEWS)!r} + "/" + st.session_state["page"] + ".py")
"""


def open_on(page: str) -> Any:
    """A visit that begins on a page, by its file's name."""
    from streamlit.testing.v1 import AppTest

    return turn(AppTest.from_string(_SCRIPT, default_timeout=150), page)


def run_page(page: str = "history", **asked: str) -> Any:
    """A page by itself, with query parameters."""
    from streamlit.testing.v1 import AppTest

    app: Any = AppTest.from_file(str(VIEWS / f"{page}.py"), default_timeout=150)
    for name, value in asked.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def turn(app: Any, page: str) -> Any:
    """Goes to a page."""
    app.session_state["page"] = page
    app.run()
    assert not app.exception
    return app

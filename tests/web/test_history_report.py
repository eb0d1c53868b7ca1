"""The report part of the History page, as Streamlit's own test harness runs it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("streamlit.testing.v1", reason="the web pages need the 'app' extra")

from streamlit.testing.v1 import AppTest

from inkdigits.reading import Digit, Number, Reading
from inkdigits.settings import Settings
from inkdigits.storage import LOCAL
from inkdigits.storage.audit import AuditLog
from inkdigits.storage.filter import Filter
from inkdigits.storage.store import Store
from inkdigits.web.history.report import FORMATS, MADE

PICTURE = np.full((60, 100), 240, np.uint8)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(Settings(home=tmp_path / "home"))
    yield store
    store.close()


def keep(store: Store, text: str, source: str = "upload") -> None:
    digits = tuple(Digit(int(sign), 0.99, tuple(0.1 for _ in range(10))) for sign in text)
    store.add(Reading((Number(digits, probability=0.99),), 100, 60), PICTURE, source=source, name=f"{text}.png")


def page(store, wanted) -> None:  # type: ignore[no-untyped-def]  # its text is run alone, without these types
    from inkdigits.web.history.report import show_report

    show_report(store, wanted)


def opened(store: Store, wanted: Filter | None = None) -> Any:
    """The part, unfolded."""
    app = AppTest.from_function(page, args=(store, wanted or Filter()), default_timeout=150)
    app.session_state["history_report"] = True
    return app.run()


def told(app: Any) -> str:
    return " ".join(element.value for element in app.markdown)


def test_folded_it_counts_nothing(store: Store) -> None:
    app = AppTest.from_function(page, args=(store, Filter()), default_timeout=150).run()
    assert not app.exception
    assert not app.markdown


def test_without_readings_it_says_so(store: Store) -> None:
    keep(store, "12")
    app = opened(store, Filter(text="99"))
    assert "Nothing to report" in told(app)
    assert not app.button


@pytest.mark.parametrize("form", FORMATS)
def test_a_report_is_made_of_what_the_filter_shows(store: Store, form: str) -> None:
    for text, source in (("12", "upload"), ("34", "upload"), ("56", "draw")):
        keep(store, text, source)
    app = opened(store, Filter(source="upload"))
    assert "2 readings" in told(app)
    app.selectbox(key="history_report_format").set_value(form).run()
    app.button(key="history_report_make").click().run()
    assert not app.exception
    assert not app.error
    made = app.session_state[MADE]
    assert (made.form, made.readings, made.name.endswith(f".{form}")) == (form, 2, True)
    assert (b"12.png" in made.data) == (form in ("csv", "jsonl", "parquet"))
    assert b"56.png" not in made.data
    (entry,), _ = AuditLog(store.database).entries(LOCAL, action="export")
    assert entry.details == {"readings": 2, "format": form}


def test_what_was_made_for_another_format_is_not_offered(store: Store) -> None:
    keep(store, "12")
    app = opened(store)
    app.button(key="history_report_make").click().run()
    assert [button.label for button in app.get("download_button")]
    app.selectbox(key="history_report_format").set_value("csv").run()
    assert not app.get("download_button")


def test_a_missing_library_is_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    keep(store, "12")
    app = opened(store)
    app.selectbox(key="history_report_format").set_value("xlsx").run()
    app.button(key="history_report_make").click().run()
    assert "pip install 'inkdigits[reports]'" in app.error[0].value
    assert not app.get("download_button")

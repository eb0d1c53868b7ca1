"""The Evaluate page: measured without a browser, clicked in one."""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import inkdigits
from handwriting import digit_picture, encode
from web.settled import settle
from web.studio_steps import LONG
from web.turning import open_on, turn

testing = pytest.importorskip("streamlit.testing.v1", reason="the web pages need the 'app' extra")

PAGE = Path(inkdigits.__file__).parent / "web" / "views" / "studio_evaluate.py"
MISTAKE = r"(\d) (?:read as|refused, perhaps) \d · \d{1,3}\.\d %"
PHONE = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}


def packed(table: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mine/labels.csv", table)
        archive.writestr("mine/a.png", encode(digit_picture(7)))
        archive.writestr("mine/b.png", encode(digit_picture(3)))
    return stream.getvalue()


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    monkeypatch.delenv("INKDIGITS_DATA", raising=False)
    monkeypatch.setenv("INKDIGITS_HOME", str(tmp_path))
    app = testing.AppTest.from_file(str(PAGE), default_timeout=150).run()
    assert not app.exception
    return app


def texts(app: Any) -> str:
    return " ".join(element.proto.body for element in app.get("html"))


def mistakes(app: Any) -> list[str]:
    return [button.label for button in app.button if button.key and button.key.startswith("mistake_")]


def measure(page: Any) -> None:
    """Presses the button, and looks again until the worker has ended."""
    page.button(key="evaluate_start").click().run()
    deadline = time.monotonic() + 120
    while any(button.label == "Stop" for button in page.button):
        assert time.monotonic() < deadline
        time.sleep(0.1)
        page.run()
    assert not page.exception


def test_nothing_is_measured_until_it_is_asked_for(page: Any) -> None:
    assert "Nothing measured yet" in texts(page)
    page.multiselect(key="evaluate_models").set_value([]).run()
    assert page.button(key="evaluate_start").disabled


def test_what_was_filled_in_is_there_after_a_look_at_another_page(page: Any) -> None:
    app = open_on("studio_evaluate")
    app.multiselect(key="evaluate_models").set_value(["shipped", "active"]).run()
    app.selectbox(key="evaluate_data").set_value("own").run()
    for name in ("first", "second"):
        app.file_uploader(key="evaluate_upload").set_value([(f"{name}.csv", b"no digits", "text/csv")]).run()
        turn(turn(app, "draw"), "studio_evaluate")
        assert any(f"1 file chosen before: **{name}\\.csv**" in caption.value for caption in app.caption)
    assert app.multiselect(key="evaluate_models").value == ["shipped", "active"]
    assert app.selectbox(key="evaluate_data").value == "own"


def test_two_models_are_measured_and_compared(page: Any) -> None:
    page.multiselect(key="evaluate_models").set_value(["shipped", "active"]).run()
    measure(page)
    assert "are right equally often" in texts(page)
    assert len(mistakes(page)) > 3
    assert all(re.fullmatch(MISTAKE, label) for label in mistakes(page))
    written = mistakes(page)[-1][0]
    page.selectbox(key="evaluate_written").set_value(written).run()
    assert mistakes(page)
    assert {re.fullmatch(MISTAKE, label)[1] for label in mistakes(page)} == {written}


def test_labelled_pictures_of_ones_own_and_a_bad_label(page: Any) -> None:
    page.selectbox(key="evaluate_data").set_value("own").run()
    page.button(key="evaluate_start").click().run()
    assert "choose a ZIP or CSV" in page.error[0].value
    page.file_uploader(key="evaluate_upload").set_value(
        ("mine.zip", packed("file,label\na.png,7\nb.png,x\n"), "application/zip")
    ).run()
    measure(page)
    assert "labels.csv, row 3" in page.error[0].value
    page.file_uploader(key="evaluate_upload").set_value(
        ("mine.zip", packed("file,label\na.png,7\nb.png,5\n"), "application/zip")
    ).run()
    measure(page)
    assert not page.error
    assert "mine · 2 digits" in [header.value for header in page.header]
    assert [label[:11] for label in mistakes(page)] == ["5 read as 3"]


def test_a_measurement_is_there_when_the_page_is_opened_again(page: Any, tmp_path: Path) -> None:
    measure(page)
    again = testing.AppTest.from_file(str(PAGE), default_timeout=60).run()
    assert "drawn · 300 digits" in [header.value for header in again.header]
    again.button(key="measurement_delete").click().run()
    assert "What was measured on **drawn** is deleted for good." in [one.value for one in again.markdown]
    again.button(key="measurement_delete_yes").click().run()
    assert "Nothing measured yet" in texts(again)
    assert not list((tmp_path / "evaluations").iterdir())


@pytest.mark.browser
def test_a_cell_of_the_matrix_leads_to_its_mistakes(open_page: Callable[..., Any]) -> None:
    from web.test_accessibility import grave_violations

    page = open_page("evaluate", **PHONE)
    page.locator(".ink-empty").wait_for()
    assert grave_violations(page) == []
    page.get_by_role("button", name="Measure").click()
    page.get_by_role("button", name="7 read as 1").wait_for(timeout=LONG)
    settle(page)
    assert grave_violations(page) == []
    assert (
        page.evaluate("document.querySelector('.stMain').scrollWidth - document.querySelector('.stMain').clientWidth")
        <= 0
    )
    every = page.get_by_role("button", name="read as").count()
    page.locator(".st-key-evaluate_confusion path[aria-label*='read: 1; written: 7']").click(force=True)
    page.wait_for_function("n => document.querySelectorAll('[class*=st-key-mistake_]').length < n", arg=every)
    settle(page)
    page.get_by_role("button", name="7 read as 1").click()
    page.get_by_role("dialog").get_by_text("The steps").wait_for()
    assert grave_violations(page) == []

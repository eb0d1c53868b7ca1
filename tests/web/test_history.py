"""The History page in a browser: drawn, kept, opened, corrected by keyboard, taken back; and nothing bars anyone."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from inkdigits.storage import LOCAL
from inkdigits.storage.store import Store
from storage.made import picture_of, reading_of
from web.pad_hand import SEVEN, Hand
from web.settled import settle
from web.test_accessibility import WINDOWS, grave_violations

pytestmark = pytest.mark.browser


def kept_seven(open_page: Callable[..., Any], **window: Any) -> Any:
    """The History page after a seven was drawn, which is the newest reading."""
    page = open_page(**window)
    hand = Hand(page)
    hand.draw(SEVEN)
    hand.settles_on("7")
    page.goto(page.url.rstrip("/") + "/history", wait_until="commit")
    newest(page).wait_for()
    settle(page)
    return page


@pytest.fixture
def kept_4096() -> Iterator[str]:
    """Id of a reading of 4096 that the application has."""
    store = Store.open({"home": os.environ["INKDIGITS_HOME"]})
    reading = reading_of("4096")
    kept = store.add(reading, picture_of(reading), name="4096.png").id
    yield kept
    store.delete([kept], LOCAL)
    store.close()


def newest(page: Any) -> Any:
    return page.get_by_role("button", name="Open ").first


def correct_to_one(page: Any) -> None:
    """Corrects an opened seven by keyboard."""
    cell = page.get_by_role("button", name="Digit 1 of 1: 7, read as 7")
    cell.wait_for()
    settle(page)
    cell.focus()
    cell.press("1")
    page.get_by_role("button", name="Digit 1 of 1: 1, was 7").press("Enter")
    page.get_by_text("1 correction", exact=True).wait_for()
    settle(page)


def go_back(page: Any) -> None:
    """To the list, where the correction is told."""
    page.get_by_role("button", name="All readings").click()
    page.get_by_text("corrected, was 7").first.wait_for()
    settle(page)


def test_draw_open_correct_by_keyboard_undo(open_page: Callable[..., Any]) -> None:
    page = kept_seven(open_page)
    assert newest(page).inner_text() == "Open 7"
    newest(page).press("Enter")
    correct_to_one(page)
    page.get_by_role("heading", name="1", exact=True).wait_for()
    go_back(page)

    newest(page).click()
    page.get_by_role("button", name="Undo", exact=True).click()
    page.get_by_role("heading", name="7", exact=True).wait_for()
    page.get_by_role("button", name="Digit 1 of 1: 7, read as 7").wait_for()
    page.get_by_text("1 correction", exact=True).click()
    page.get_by_text("taken back").wait_for()


@pytest.mark.parametrize(("window", "scheme"), [("desktop", "light"), ("phone", "dark")])
def test_list_and_reading_have_no_grave_violation(open_page: Callable[..., Any], window: str, scheme: str) -> None:
    page = kept_seven(open_page, viewport=WINDOWS[window], color_scheme=scheme)
    assert grave_violations(page) == []
    newest(page).click()
    page.get_by_role("button", name="Digit 1 of 1").wait_for()
    settle(page)
    assert grave_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def pictures(page: Any) -> list[str]:
    """What is shown above each digit of the opened reading; nothing where there is no picture."""
    script = "cells => cells.map(cell => cell.querySelector('img')).map(img => img.checkVisibility() ? img.src : '')"
    return list(page.locator(".cell").evaluate_all(script))


def test_digits_keep_their_pictures_in_a_correction_of_another_length(
    open_page: Callable[..., Any], kept_4096: str
) -> None:
    page = open_page(f"history?reading={kept_4096}")
    zero = page.get_by_role("button", name="Digit 2 of 4: 0, read as 0")
    zero.wait_for()
    settle(page)
    four, nought, nine, six = pictures(page)
    assert len({four, nought, nine, six, ""}) == 5
    zero.press("Delete")
    page.get_by_role("button", name="Digit 2 of 3: 9, read as 9").wait_for()
    assert pictures(page) == [four, nine, six]
    page.get_by_role("textbox", name="Number 1").fill("409.26")
    page.get_by_role("button", name="Digit 5 of 6: 2, without a picture").wait_for()
    assert pictures(page) == [four, nought, nine, "", "", six]
    page.get_by_role("textbox", name="Number 1").press("Enter")
    page.get_by_text("1 correction", exact=True).wait_for()
    page.reload()
    page.get_by_role("button", name="Digit 5 of 6: 2, without a picture").wait_for()
    assert pictures(page) == [four, nought, nine, "", "", six]


def test_what_is_copied_is_kept(open_page: Callable[..., Any], kept_4096: str) -> None:
    page = open_page(f"history?reading={kept_4096}")
    page.get_by_role("textbox", name="Number 1").fill("4098")
    page.get_by_role("button", name="Copy number 1").click()
    page.get_by_text("1 correction", exact=True).wait_for()
    page.get_by_role("heading", name="4098", exact=True).wait_for()
    assert page.get_by_role("textbox", name="Number 1").input_value() == "4098"


def test_what_was_found_right_is_no_correction(open_page: Callable[..., Any], kept_4096: str) -> None:
    page = open_page(f"history?reading={kept_4096}")
    page.get_by_role("button", name="It is right").click()
    told = page.locator(".words")
    told.get_by_text("checked: right", exact=True).wait_for()
    page.locator(".number.sure").wait_for()
    settle(page)
    field = page.get_by_role("textbox", name="Number 1")
    field.fill("4098")
    told.get_by_text("corrected, was 4096").wait_for()
    field.fill("4096")
    field.press("Enter")  # there and back again: it is still right
    told.get_by_text("checked: right", exact=True).wait_for()
    field.press("Escape")
    told.get_by_text("checked: right").wait_for(state="detached")
    page.get_by_text("taken back").wait_for(state="attached")
    page.get_by_role("button", name="It is right").and_(page.locator(":enabled")).wait_for()


def test_the_filter_stays_open_while_its_button_counts(open_page: Callable[..., Any], kept_4096: str) -> None:
    page = open_page("history")
    page.get_by_role("button", name="Filter", exact=False).first.click()
    source = page.get_by_role("combobox", name="Source")
    source.click()
    page.get_by_role("option", name="Program").click()
    page.get_by_role("button", name="Filter (1)").wait_for()
    source.wait_for()
    settle(page)
    assert source.is_visible()
    assert page.get_by_role("button", name="Open 4096").count() == 1


def test_everything_is_exported(open_page: Callable[..., Any], kept_4096: str, tmp_path: Path) -> None:
    page = open_page("history")
    page.get_by_role("button", name="Keep, export, delete").click()
    button = page.get_by_role("button", name="Export everything")
    button.wait_for()
    settle(page)
    with page.expect_download() as download:
        button.click()
    download.value.save_as(tmp_path / "history.zip")
    with zipfile.ZipFile(tmp_path / "history.zip") as archive:
        assert archive.testzip() is None
        assert any(kept_4096 in name for name in archive.namelist())


def test_a_drawing_is_corrected_where_it_was_drawn(open_page: Callable[..., Any]) -> None:
    page = open_page()
    hand = Hand(page)
    hand.draw(SEVEN)
    hand.settles_on("7")
    page.get_by_role("button", name="Not right?").click()
    page.get_by_role("button", name="1", exact=True).or_(page.get_by_role("radio", name="1", exact=True)).click()
    page.get_by_text("Kept in your history: it is 1.").wait_for()
    page.goto(page.url.rstrip("/") + "/history", wait_until="commit")
    newest(page).wait_for()
    page.get_by_text("corrected, was 7").first.wait_for()

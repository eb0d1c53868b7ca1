"""A batch in a real browser: started, seen to its end, downloaded, found again on a dark phone, deleted by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from handwriting import digit_picture, doubtful_picture, encode, number_picture
from web.settled import settle
from web.test_accessibility import WINDOWS, grave_violations
from web.test_accessibility_numbers import scrolls_sideways

pytestmark = pytest.mark.browser


def test_batch_from_upload_to_download(open_page: Callable[..., Any], tmp_path: Path) -> None:
    page = open_page("batch")
    page.locator(".ink-empty").wait_for()
    settle(page)
    assert grave_violations(page) == []
    page.get_by_role("radio", name="One digit").click()
    settle(page)
    bad = {"name": "bad.png", "mimeType": "image/png", "buffer": b"no picture"}
    good = {"name": "seven.png", "mimeType": "image/png", "buffer": encode(digit_picture(7))}
    page.locator("input[type=file]").set_input_files([bad, good])
    page.get_by_text("seven.png").wait_for()
    settle(page)
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_text("Finished: 1 page; 1 number; 1 could not be read.").wait_for()
    settle(page)
    assert grave_violations(page) == []
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    download.value.save_as(tmp_path / "results.csv")
    assert '"seven.png",1,1,"7","7",' in (tmp_path / "results.csv").read_text("utf-8-sig")

    phone = open_page("batch", viewport=WINDOWS["phone"], color_scheme="dark")
    phone.get_by_text("Finished:").wait_for()
    settle(phone)
    assert phone.get_by_role("region", name="Could not be read").get_by_text("bad.png").is_visible()
    phone.get_by_text("New batch").click()
    phone.get_by_role("button", name="Start", exact=True).wait_for()
    assert grave_violations(phone) == []
    assert not scrolls_sideways(phone)
    settle(phone)
    phone.get_by_role("button", name="Delete").focus()
    phone.keyboard.press("Enter")
    phone.get_by_role("dialog").wait_for()
    settle(phone)
    assert grave_violations(phone) == []
    phone.get_by_role("button", name="Delete for good").focus()
    phone.keyboard.press("Enter")
    phone.locator(".ink-empty").wait_for()


def test_doubtful_numbers_are_checked_by_keyboard_and_on_a_dark_phone(
    open_page: Callable[..., Any], tmp_path: Path
) -> None:
    page = open_page("batch")
    page.locator(".ink-empty").wait_for()
    settle(page)
    page.get_by_role("radio", name="One number").click()
    settle(page)
    pictures = {
        "a.png": doubtful_picture(),
        "b.png": number_picture("2063"),
        "c.png": doubtful_picture("58098", "31746"),
    }
    page.locator("input[type=file]").set_input_files(
        [{"name": name, "mimeType": "image/png", "buffer": encode(picture)} for name, picture in pictures.items()]
    )
    page.get_by_text("c.png").wait_for()
    settle(page)
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_text("0 of 2 doubtful numbers checked").wait_for()
    settle(page)
    assert grave_violations(page) == []
    assert page.get_by_role("img", name="Cut out of a.png, page 1, number 1").is_visible()
    field = page.get_by_role("textbox", name="a.png, page 1, number 1")
    field.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("4719")
    page.keyboard.press("Enter")
    page.get_by_text("1 of 2 doubtful numbers checked").wait_for()
    page.get_by_text("checked, was").wait_for()

    phone = open_page("batch", viewport=WINDOWS["phone"], color_scheme="dark")
    phone.get_by_text("1 of 2 doubtful numbers checked").wait_for()  # it was kept at once
    settle(phone)
    assert grave_violations(phone) == []
    assert not scrolls_sideways(phone)
    phone.get_by_role("button", name="These are right").click()
    phone.get_by_text("All are checked.").wait_for()
    with phone.expect_download() as download:
        phone.get_by_role("button", name="Download CSV").click()
    download.value.save_as(tmp_path / "results.csv")
    lines = (tmp_path / "results.csv").read_text("utf-8-sig").splitlines()
    assert lines[1].startswith('"a.png",1,1,"4719","4719",1.0,')
    assert [line.split(",")[10] for line in lines[1:]] == ['"checked"', '"sure"', '"checked"']
    settle(phone)
    phone.get_by_role("button", name="Delete").click()  # other tests look at the same app
    phone.get_by_role("button", name="Delete for good").click()
    phone.locator(".ink-empty").wait_for()

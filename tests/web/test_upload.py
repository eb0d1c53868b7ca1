"""The Upload page in a real browser: files, samples, errors, the table, stop and return."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from handwriting import digit_picture, encode
from web.settled import PATIENCE, settle

expect = pytest.importorskip("playwright.sync_api", reason="needs the 'test' extra").expect
pytestmark = pytest.mark.browser


@pytest.fixture
def page(open_page: Callable[..., Any]) -> Any:
    """The Upload page, drawn to its end; what listens for pastes and files that are too large listens.

    It is asked for one digit a picture; numbers and pages are in test_upload_numbers.py.
    """
    opened = open_page("upload")
    opened.locator(".ink-empty").wait_for()
    settle(opened)
    opened.get_by_role("radio", name="One digit").click()
    settle(opened)
    return opened


def picture(label: int, name: str | None = None) -> dict[str, Any]:
    """A drawing of a digit as the browser hands it over."""
    data = encode(digit_picture(label))
    return {"name": name or f"digit-{label}.png", "mimeType": "image/png", "buffer": data}


def bring(page: Any, *files: dict[str, Any] | Path) -> None:
    """Chooses files in the uploader; paths and payloads go separately, as the browser wants them."""
    page.locator("input[type=file]").set_input_files(list(files))


def card(page: Any, name: str) -> Any:
    return page.locator(".ink-card").filter(has=page.get_by_role("heading", name=name, exact=True))


def reads(page: Any, name: str, answer: str) -> None:
    expect(card(page, name).get_by_role("textbox", name="Number 1")).to_have_value(answer, timeout=PATIENCE)


def says(page: Any, name: str, words: str) -> None:
    card(page, name).filter(has_text=words).wait_for()


def download(page: Any, button: str) -> bytes:
    with page.expect_download() as caught:
        page.get_by_role("button", name=button, exact=True).click()
    return Path(caught.value.path()).read_bytes()


def test_empty_page_says_what_to_do(page: Any) -> None:
    assert "try a sample" in page.locator(".ink-empty").inner_text()
    assert page.get_by_role("button", name="CSV").count() == 0


def test_broken_file_is_one_card_among_those_that_were_read(page: Any) -> None:
    broken = {"name": "broken.png", "mimeType": "image/png", "buffer": picture(3)["buffer"][:200]}
    words = {"name": "letter.txt", "mimeType": "text/plain", "buffer": b"Dear reader"}
    bring(page, picture(7), broken, picture(3), words)
    reads(page, "digit-7.png", "7")
    reads(page, "digit-3.png", "3")
    says(page, "broken.png", "damaged or cut off")
    says(page, "letter.txt", "not a picture")
    assert card(page, "digit-7.png").locator(".ink-box.sure .ink-tag").inner_text().strip() == "7"


def test_sample_is_read_with_one_click_on_its_name_or_its_picture(page: Any) -> None:
    page.get_by_role("button", name="Lined paper", exact=True).click()
    reads(page, "lined.jpg", "7")
    page.get_by_text("Samples to try").click()
    settle(page)
    box = page.locator(".ink-sample").last.bounding_box()
    page.mouse.click(box["x"] + 8, box["y"] + 8)
    card(page, "blank.png").locator(".words").filter(has_text="nothing to read").wait_for()


def test_tables_hold_every_reading_and_no_formula(page: Any) -> None:
    bring(page, picture(4, "=1+1.png"), {"name": "broken.png", "mimeType": "image/png", "buffer": b"no"})
    reads(page, "=1+1.png", "4")
    says(page, "broken.png", "not a picture")
    settle(page)
    rows = list(csv.DictReader(io.StringIO(download(page, "CSV").decode("utf-8-sig"))))
    assert [row["picture"] for row in rows] == ["'=1+1.png", "broken.png"]
    assert (rows[0]["answer"], rows[0]["state"]) == ("4", "sure")
    assert "not a picture" in rows[1]["error"]
    items = json.loads(download(page, "JSON"))
    assert (items[0]["source"], items[0]["text"]) == ("=1+1.png", "4")
    assert set(items[1]) == {"source", "error"}


def test_details_show_the_network_input_and_the_deciding_ink(page: Any) -> None:
    page.get_by_role("button", name="Chalk", exact=True).click()
    reads(page, "chalk.png", "9")
    page.get_by_role("button", name="How it was read").click()
    dialog = page.get_by_role("dialog")
    heat = dialog.locator("img[alt^='The ink that decided for 9']")
    settle(page)
    before = heat.get_attribute("src")
    dialog.get_by_text("Missed if erased").click()
    dialog.get_by_text("occlusion map").wait_for()
    settle(page)
    assert heat.get_attribute("src") != before
    assert dialog.locator("img.ink-step").count() == 5
    page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")


def test_pictures_stay_while_the_user_visits_other_pages_until_cleared(page: Any) -> None:
    bring(page, picture(8))
    reads(page, "digit-8.png", "8")
    page.get_by_role("link", name="Camera").click()
    page.get_by_role("heading", name="Camera").wait_for()
    page.get_by_role("link", name="Upload").click()
    reads(page, "digit-8.png", "8")
    page.get_by_role("button", name="Clear", exact=True).click()
    page.locator(".ink-empty").wait_for()


def test_sample_by_keyboard_alone(page: Any) -> None:
    page.get_by_role("button", name="Thick pen", exact=True).focus()
    page.keyboard.press("Enter")
    reads(page, "thick.png", "5")


def test_link_to_the_page_has_the_frame_of_the_application(page: Any) -> None:
    for name in ("Draw", "Upload", "Camera"):
        page.get_by_role("link", name=name, exact=True).wait_for()
    page.wait_for_function("document.title === 'Upload · inkdigits'")

"""axe-core finds nothing serious in what numbers added: sheets of numbers, limits, the wide pad, the live camera."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from handwriting import encode
from web.settled import settle
from web.test_accessibility import WINDOWS, grave_violations
from web.written import document, page_picture

pytestmark = pytest.mark.browser

SCHEMES = [("desktop", "light"), ("phone", "dark")]
LOOKS = pytest.mark.parametrize(("window", "scheme"), SCHEMES, ids=["desktop light", "phone dark"])
ROWS = [["4096", "17", "305"], ["21857", "63", "902"], ["4", "55", "118"]]
SIDEWAYS = "name => { const e = document.querySelector(name); return e.scrollWidth - e.clientWidth; }"


def scrolls_sideways(page: Any) -> bool:
    return max(page.evaluate(SIDEWAYS, name) for name in ("html", ".stMain")) > 0


@LOOKS
def test_page_of_numbers(open_page: Callable[..., Any], window: str, scheme: str) -> None:
    page = open_page("upload", viewport=WINDOWS[window], color_scheme=scheme)
    page.locator(".ink-empty").wait_for()
    data = document(page_picture(ROWS, 2), page_picture(ROWS[:1], 2))
    page.locator("input[type=file]").set_input_files({"name": "two.pdf", "mimeType": "application/pdf", "buffer": data})
    page.get_by_role("textbox", name="Number 2", exact=True).fill("9")
    page.get_by_text("corrected, was").wait_for()
    assert grave_violations(page) == []
    assert not scrolls_sideways(page)
    page.get_by_role("button", name="How it was read").click()
    page.get_by_role("dialog").get_by_text("The steps").wait_for()
    assert grave_violations(page) == []


@LOOKS
def test_limits_and_their_error(open_page: Callable[..., Any], window: str, scheme: str) -> None:
    page = open_page("upload", viewport=WINDOWS[window], color_scheme=scheme)
    page.locator(".ink-empty").wait_for()
    page.locator("input[type=file]").set_input_files(
        {"name": "one.png", "mimeType": "image/png", "buffer": encode(page_picture(ROWS[:1], 2))}
    )
    page.locator(".number").first.wait_for()
    page.get_by_role("button", name="Only certain numbers").click()
    pattern = page.get_by_role("textbox", name="Pattern", exact=True)
    pattern.fill("(12")
    pattern.press("Enter")
    page.get_by_role("alert").filter(has_text="Nothing can be read").wait_for()
    assert grave_violations(page) == []
    page.keyboard.press("Escape")
    assert not scrolls_sideways(page)


@LOOKS
def test_wide_pad(open_page: Callable[..., Any], window: str, scheme: str) -> None:
    page = open_page("", viewport=WINDOWS[window], color_scheme=scheme)
    page.get_by_role("radio", name="Number", exact=True).click()
    page.locator(".pad[data-shape=number]").wait_for()
    settle(page)
    box = page.locator("canvas").bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 150, steps=8)
    page.mouse.up()
    page.locator(".answer:not([data-state=empty])").wait_for()
    assert grave_violations(page) == []
    assert not scrolls_sideways(page)


@LOOKS
def test_live_camera_before_it_starts(open_page: Callable[..., Any], window: str, scheme: str) -> None:
    page = open_page("camera", viewport=WINDOWS[window], color_scheme=scheme)
    page.get_by_role("radio", name="Live").click()
    page.locator(".answer").or_(page.get_by_text("pip install")).first.wait_for()
    settle(page)
    assert grave_violations(page) == []
    assert not scrolls_sideways(page)

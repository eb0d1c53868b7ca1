"""axe-core finds nothing serious on any page, light and dark, desktop and phone; nothing scrolls sideways."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from inkdigits.web.samples import FOLDER
from web.settled import settle

axe_playwright = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs the 'test' extra")

pytestmark = pytest.mark.browser

GRAVE = ("serious", "critical")
WINDOWS = {"desktop": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}
PAGES = ("", "upload", "camera")


def grave_violations(page: Any) -> list[str]:
    """What axe-core calls serious or critical on a page at rest, with the elements concerned."""
    settle(page)
    found = axe_playwright.Axe().run(page).response["violations"]
    return [
        f"{item['id']} ({item['impact']}): {item['help']}: {[node['html'][:200] for node in item['nodes']]}"
        for item in found
        if item["impact"] in GRAVE
    ]


def wait_for(page: Any, path: str) -> None:
    """Waits until a page of the application has been drawn to its end."""
    ends = {"": ".answer", "upload": ".ink-empty", "camera": ".answer"}
    page.locator(ends[path]).first.wait_for()
    settle(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("window", list(WINDOWS))
@pytest.mark.parametrize("path", PAGES, ids=["draw", "upload", "camera"])
def test_page_has_no_grave_violation(open_page: Callable[..., Any], path: str, window: str, scheme: str) -> None:
    page = open_page(path, viewport=WINDOWS[window], color_scheme=scheme)
    wait_for(page, path)
    assert grave_violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_gallery_and_details_have_no_grave_violation(open_page: Callable[..., Any], scheme: str) -> None:
    page = open_page("upload", color_scheme=scheme)
    page.get_by_role("button", name="Lined paper", exact=True).click()
    page.locator(".ink-card").wait_for()
    settle(page)
    samples = [FOLDER / "letter.png", FOLDER / "blank.png"]
    page.locator("input[type=file]").set_input_files(samples)
    page.locator(".ink-card").nth(2).wait_for()
    settle(page)
    broken = {"name": "broken.png", "mimeType": "image/png", "buffer": b"no picture"}
    page.locator("input[type=file]").set_input_files(broken)
    page.locator(".ink-error").wait_for()
    assert grave_violations(page) == []
    page.get_by_role("button", name="How it was read").first.click()
    page.get_by_role("dialog").get_by_text("The steps").wait_for()
    assert grave_violations(page) == []


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("path", PAGES, ids=["draw", "upload", "camera"])
def test_phone_never_scrolls_sideways(open_page: Callable[..., Any], path: str, width: int) -> None:
    page = open_page(path, viewport={"width": width, "height": 700})
    wait_for(page, path)
    if path == "upload":
        page.get_by_role("button", name="A letter", exact=True).click()
        page.locator(".ink-card").wait_for()
        settle(page)
    beyond = "name => { const e = document.querySelector(name); return e.scrollWidth - e.clientWidth; }"
    overflow = max(page.evaluate(beyond, name) for name in ("html", ".stMain"))
    assert overflow <= 0

"""The Camera page with Chromium's fake camera, which plays a digit of our own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from handwriting import Picture, digit_picture
from web.conftest import ARGUMENTS, BROWSERS
from web.settled import PATIENCE

expect = pytest.importorskip("playwright.sync_api", reason="needs the 'test' extra").expect
pytestmark = pytest.mark.browser

WIDTH, HEIGHT = 640, 480


def write_film(path: Path, picture: Picture) -> None:
    """A film of one still picture in YUV4MPEG2, the format that the fake camera plays."""
    page = np.full((HEIGHT, WIDTH), 240, np.uint8)
    tall, wide = picture.shape
    top, left = (HEIGHT - tall) // 2, (WIDTH - wide) // 2
    page[top : top + tall, left : left + wide] = np.minimum(240, picture)
    gray = np.full((HEIGHT // 2, WIDTH // 2), 128, np.uint8).tobytes()
    with path.open("wb") as film:
        film.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420\n".encode())
        for _ in range(5):
            film.write(b"FRAME\n" + page.tobytes() + gray + gray)


def find_browser() -> str | None:
    """Path of the browser that the ``browser`` fixture runs."""
    return os.environ.get("INKDIGITS_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest.fixture(scope="module")
def filming(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A browser whose camera shows a 4; the film is chosen when a browser starts, so it is one of its own."""
    film = tmp_path_factory.mktemp("camera") / "four.y4m"
    write_film(film, digit_picture(4))
    arguments = [*ARGUMENTS, f"--use-file-for-fake-video-capture={film}"]
    started = browser.browser_type.launch(executable_path=find_browser(), args=arguments, timeout=2 * PATIENCE)
    yield started
    started.close()


def test_photo_is_read(filming: Any, app_url: str) -> None:
    window = filming.new_context(permissions=["camera"], viewport={"width": 1280, "height": 900})
    window.set_default_timeout(PATIENCE)
    page = window.new_page()
    page.goto(f"{app_url}/camera")
    page.locator("video").wait_for()
    page.wait_for_function("document.querySelector('video')?.readyState >= 2")
    page.get_by_role("radio", name="One digit").click()
    page.get_by_role("button", name="Take Photo").click()
    number = page.get_by_role("textbox", name="Number 1")
    expect(number).to_have_value("4", timeout=PATIENCE)
    page.locator(".ink-box .ink-tag").filter(has_text="4").wait_for()
    page.get_by_role("link", name="Draw").click()
    page.get_by_role("application", name="Drawing pad").wait_for()
    page.get_by_role("link", name="Camera").click()
    expect(number).to_have_value("4", timeout=PATIENCE)
    page.get_by_role("button", name="Clear", exact=True).click()
    page.locator(".ink-empty").filter(has_text="take a photo").wait_for()
    window.close()


def test_page_without_camera_says_what_to_do(open_page: Callable[..., Any]) -> None:
    page = open_page("camera", permissions=[])
    page.get_by_text("The camera does not start?").click()
    page.get_by_text("allow the camera again").wait_for()
    page.locator(".ink-empty").filter(has_text="take a photo").wait_for()

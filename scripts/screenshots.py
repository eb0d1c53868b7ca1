"""Pictures of every page: empty, sure, in doubt and with an error, on a light desktop and a dark phone.

Run by ``make screenshots``; they go to ``screenshots/``, the best of them, small, to ``docs/images``. Whoever runs it
has an untouched home folder afterwards. With names, such as ``draw-sure``, it takes those alone.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from handwriting import doubtful_picture, encode, number_picture  # noqa: E402 - the tests' own pictures
from web.settled import PATIENCE, settle  # noqa: E402 - the tests' way to wait for a page

OUT = ROOT / "screenshots"
SAMPLES = ROOT / "src" / "inkdigits" / "web" / "assets" / "samples"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"),
)
LOOKS: dict[str, dict[str, Any]] = {
    "desktop-light": {"viewport": {"width": 1280, "height": 860}, "color_scheme": "light"},
    "phone-dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "has_touch": True},
}
SEVEN = [[(0.28, 0.24), (0.72, 0.24), (0.45, 0.82)]]
FOUR_OR_NINE = [[(0.62, 0.2), (0.45, 0.21), (0.36, 0.45), (0.64, 0.48)], [(0.62, 0.18), (0.6, 0.84)]]
FORTY_TWO = [
    [(0.1, 0.2), (0.07, 0.52), (0.2, 0.53)],
    [(0.17, 0.36), (0.16, 0.82)],
    [(0.27, 0.34), (0.29, 0.24), (0.33, 0.22), (0.36, 0.3), (0.34, 0.48), (0.27, 0.8), (0.38, 0.8)],
]
STAR = [[(0.25, 0.85), (0.5, 0.15), (0.75, 0.85), (0.15, 0.4), (0.85, 0.4), (0.25, 0.85)]]
SHOWN = {"draw-sure": "draw.png", "upload-table": "table.jpg"}

Shot = Callable[[Any, str], None]


@contextmanager
def _app(home: str) -> Iterator[str]:
    """Runs the app on a free port, with an empty history."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "inkdigits.cli", "app", "--port", str(port), "--headless"]
    environment = {**os.environ, "INKDIGITS_HOME": home}
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=home, env=environment)
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("localhost", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://localhost:{port}"
    finally:
        server.terminate()
        server.wait()


def _draw(page: Any, strokes: list[list[tuple[float, float]]]) -> None:
    box = page.locator("canvas").first.bounding_box()
    for stroke in strokes:
        for index, (x, y) in enumerate(stroke):
            page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=8)
            if index == 0:
                page.mouse.down()
        page.mouse.up()


def _open(page: Any, url: str, path: str) -> None:
    page.goto(f"{url}/{path}")
    page.locator("canvas, [data-testid=stFileUploader], [data-testid=stCameraInput]").first.wait_for()
    settle(page)


def _drawn(strokes: list[list[tuple[float, float]]], wide: bool = False) -> Shot:
    def shoot(page: Any, url: str) -> None:
        _open(page, url, "")
        if wide:
            page.get_by_role("radio", name="Number", exact=True).click()
            page.locator(".pad[data-shape=number]").wait_for()
            settle(page)
        _draw(page, strokes)
        page.locator(".pad:not([data-sending])").wait_for()

    return shoot


def _uploaded(*files: Path) -> Shot:
    def shoot(page: Any, url: str) -> None:
        _open(page, url, "upload")
        page.locator("input[type=file]").first.set_input_files([str(file) for file in files])
        page.locator(".ink-card").nth(len(files) - 1).wait_for()
        settle(page)

    return shoot


def _empty(path: str) -> Shot:
    return lambda page, url: _open(page, url, path)


def _titled(title: str) -> Shot:
    def shoot(page: Any, url: str) -> None:
        page.goto(f"{url}/{title.lower()}")
        page.get_by_role("heading", name=title, exact=True).wait_for()
        page.wait_for_timeout(2_500)

    return shoot


def _kept(page: Any, url: str) -> None:
    """The history of all that was read before, its newest reading open."""
    _titled("History")(page, url)
    page.get_by_role("button", name="Open ").first.click()
    page.get_by_role("button", name="All readings").wait_for()
    page.wait_for_timeout(2_500)


def _corrected(page: Any, url: str) -> None:
    """A table of numbers: one corrected, one pointed at."""
    _uploaded(SAMPLES / "table.jpg")(page, url)
    page.get_by_role("textbox", name="Number 2", exact=True).fill("53")
    page.locator(".ink-box").nth(6).hover()
    page.locator(".ink-card").first.scroll_into_view_if_needed()
    page.locator(".ink-table").get_by_text("corrected").wait_for()


def _limited(page: Any, url: str) -> None:
    """A pattern that makes no sense."""
    _uploaded(SAMPLES / "number.jpg")(page, url)
    page.get_by_role("button", name="Only certain numbers").click()
    pattern = page.get_by_role("textbox", name="Pattern", exact=True)
    pattern.fill(r"\d{5")
    pattern.press("Enter")
    page.wait_for_timeout(2_500)


def _explained(page: Any, url: str) -> None:
    """The steps of reading a page."""
    _uploaded(SAMPLES / "table.jpg")(page, url)
    page.get_by_role("button", name="How it was read").click()
    page.get_by_role("dialog").get_by_text("The steps").scroll_into_view_if_needed()
    page.wait_for_timeout(2_500)


def _live(page: Any, url: str) -> None:
    """The live camera, which shows Chromium's test picture."""
    _open(page, url, "camera")
    page.get_by_role("radio", name="Live").click()
    page.wait_for_timeout(4_000)


def _photographed(page: Any, url: str) -> None:
    _open(page, url, "camera")
    page.get_by_role("button", name="Take Photo").click()
    page.wait_for_timeout(4_000)


def _batch(page: Any, url: str) -> None:
    """A batch that is done: two numbers to look at again, one of them checked."""
    _titled("Batch")(page, url)
    page.get_by_role("radio", name="One number").click()
    settle(page)
    pictures = {"a": doubtful_picture(), "b": number_picture("2063"), "c": doubtful_picture("58098", "31746")}
    page.locator("input[type=file]").set_input_files(
        [{"name": f"{name}.png", "mimeType": "image/png", "buffer": encode(one)} for name, one in pictures.items()]
    )
    page.get_by_text("c.png").wait_for()
    settle(page)
    page.get_by_role("button", name="Start", exact=True).click()
    field = page.get_by_role("textbox", name="a.png, page 1, number 1")
    field.fill("4719")
    field.press("Enter")
    page.get_by_text("1 of 2 doubtful numbers checked").scroll_into_view_if_needed()


def _shots(folder: Path) -> dict[str, Shot]:
    damaged = folder / "cut-off.png"
    damaged.write_bytes((SAMPLES / "clean.png").read_bytes()[:200])
    return {
        "history-empty": _titled("History"),
        "draw-empty": _drawn([]),
        "draw-sure": _drawn(SEVEN),
        "draw-doubt": _drawn(FOUR_OR_NINE),
        "draw-not-a-digit": _drawn(STAR),
        "draw-number-empty": _drawn([], wide=True),
        "draw-number": _drawn(FORTY_TWO, wide=True),
        "upload-empty": _empty("upload"),
        "upload-sure": _uploaded(SAMPLES / "lined.jpg", SAMPLES / "shadow.jpg", SAMPLES / "boxed.jpg"),
        "upload-doubt": _uploaded(SAMPLES / "letter.png", SAMPLES / "blank.png"),
        "upload-error": _uploaded(damaged, SAMPLES / "thick.png"),
        "upload-number": _uploaded(SAMPLES / "number.jpg"),
        "upload-table": _corrected,
        "upload-document": _uploaded(SAMPLES / "pages.pdf"),
        "upload-limits": _limited,
        "upload-steps": _explained,
        "camera-live": _live,
        "camera-empty": _empty("camera"),
        "camera-photo": _photographed,
        "batch-empty": _titled("Batch"),
        "batch-check": _batch,
        "history": _titled("History"),
        "history-reading": _kept,
        **{title.lower(): _titled(title) for title in ("Data", "Train", "Tune", "Evaluate", "Models")},
    }


def main(*names: str) -> None:
    """Takes them all, or those that are named."""
    browser_path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser_path is None:
        sys.exit("there is no Chromium: apt-get install chromium")
    OUT.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=list(ARGUMENTS))
        for look, options in LOOKS.items():
            with tempfile.TemporaryDirectory() as home, _app(home) as url:
                shots = _shots(Path(home))
                for name, shoot in ((name, shots[name]) for name in names or shots):
                    window = browser.new_context(permissions=["camera"], **options)
                    window.set_default_timeout(PATIENCE)
                    page = window.new_page()
                    shoot(page, url)
                    if name != "camera-live":  # which never rests
                        settle(page)
                    page.screenshot(path=OUT / f"{name}-{look}.png")
                    window.close()
        browser.close()
    for name, target in SHOWN.items():
        if not names or name in names:
            _shrink(OUT / f"{name}-desktop-light.png", ROOT / "docs" / "images" / target)


def _shrink(source: Path, target: Path) -> None:
    picture = cv2.imread(str(source))
    small = cv2.resize(picture, None, fx=0.75, fy=0.75, interpolation=cv2.INTER_AREA)
    cv2.imwrite(str(target), small, [cv2.IMWRITE_JPEG_QUALITY, 80] if target.suffix == ".jpg" else [])


if __name__ == "__main__":
    main(*sys.argv[1:])

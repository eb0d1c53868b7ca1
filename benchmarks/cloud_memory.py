"""How much memory the app takes where memory is small: started as Streamlit Community Cloud does, used in a browser.

It needs Chromium and the extras ``app`` and ``test``.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import psutil
from PIL import Image

from benchmarks.results import ROOT, Result, measure
from inkdigits import InkDigitsError

sys.path.append(str(ROOT / "tests"))  # their hand, and their way to wait for a page

from web.pad_hand import SEVEN, Hand
from web.settled import settle

PHOTO = (4000, 3000)
SMALL = ("clean.png", "lined.jpg", "number.jpg", "shadow.jpg", "table.jpg", "pages.pdf")
VISITS = 3
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
_SAMPLES = ROOT / "src" / "inkdigits" / "web" / "assets" / "samples"
_MEGABYTE = 1e6
_STARTUP = 120  # seconds
_PATIENCE = 300_000  # milliseconds that a page may take


def run(limit: int | None = None) -> Result:
    """Visitors draw, upload pictures and a large photo, and look at the history; each leaves all pages open.

    Memory is the resident memory of the server and everything it started, added up, looked at 50 times a second; the
    browser's own is not in it.

    Args:
        limit: So many visits instead of three.
    """
    steps: list[Result] = []
    with tempfile.TemporaryDirectory() as home, _browser() as browser, _served(Path(home)) as (url, server):
        photo = _write_photo(Path(home) / "photo.jpg")
        for visit in range(1, 1 + (limit or VISITS)):
            for name, act in STEPS.items():
                with _watching(server) as peak:
                    page = browser.new_page()
                    page.set_default_timeout(_PATIENCE)
                    act(page, url, photo)
                steps.append({"visit": visit, "step": name, "megabytes": max(peak)})
                print(f"visit {visit}, {name:12} {max(peak):5.0f} MB", flush=True)
    most = max(step["megabytes"] for step in steps)
    return {"steps": steps, "photo": list(PHOTO), "measures": {"cloud_megabytes": measure(most, len(steps))}}


def _write_photo(path: Path) -> Path:
    with Image.open(_SAMPLES / "table.jpg") as picture:
        picture.convert("RGB").resize(PHOTO, Image.Resampling.BICUBIC).save(path, quality=92)
    return path


@contextmanager
def _served(home: Path) -> Iterator[tuple[str, psutil.Process]]:
    """``streamlit run streamlit_app.py``, with the repository's own settings, as the cloud runs it.

    It runs a copy, for Streamlit watches the files: work on the repository would be work for the server.
    """
    for name in ("src", ".streamlit"):
        shutil.copytree(ROOT / name, home / name)
    shutil.copy(ROOT / "streamlit_app.py", home)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", f"--server.port={port}"]
    environment = {
        **os.environ,
        "INKDIGITS_HOME": str(home / "home"),
        "PYTHONPATH": str(home / "src"),
        "STREAMLIT_SERVER_HEADLESS": "true",
    }
    server = subprocess.Popen(command, cwd=home, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        deadline = monotonic() + _STARTUP
        while not _healthy(url):
            if server.poll() is not None or monotonic() > deadline:
                raise InkDigitsError("the app does not start: run 'streamlit run streamlit_app.py' to see why")
            sleep(0.2)
        yield url, psutil.Process(server.pid)
    finally:
        server.terminate()
        server.wait()


def _healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@contextmanager
def _watching(server: psutil.Process) -> Iterator[list[float]]:
    """Collects what the server and its children have, in megabytes, until the block ends."""
    seen = [_resident(server)]
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.02):
            seen.append(_resident(server))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield seen
    finally:
        done.set()
        watcher.join()


def _resident(server: psutil.Process) -> float:
    total = 0
    for process in [server, *server.children(recursive=True)]:
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total / _MEGABYTE


@contextmanager
def _browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    path = os.environ.get("INKDIGITS_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        raise InkDigitsError("this benchmark needs Chromium: install it, or set INKDIGITS_BROWSER to its path")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


def _draw(page: Any, url: str, photo: Path) -> None:
    page.goto(url)
    hand = Hand(page)
    hand.draw(SEVEN)
    hand.reads("7")


def _upload(page: Any, url: str, photo: Path) -> None:
    _read(page, url, [_SAMPLES / name for name in SMALL])


def _photo(page: Any, url: str, photo: Path) -> None:
    _read(page, url, [photo])


def _read(page: Any, url: str, files: list[Path]) -> None:
    page.goto(f"{url}/upload")
    page.locator(".ink-empty").wait_for()
    settle(page)
    page.locator("input[type=file]").first.set_input_files([str(file) for file in files])
    page.locator(".ink-card").nth(len(files) - 1).wait_for()
    page.locator("[data-test-script-state=notRunning]").wait_for()


def _history(page: Any, url: str, photo: Path) -> None:
    page.goto(f"{url}/history")
    page.get_by_role("heading", name="History", exact=True).wait_for()
    page.locator("[data-test-script-state=notRunning]").wait_for()


STEPS = {"draw": _draw, "upload": _upload, "12-MP photo": _photo, "history": _history}

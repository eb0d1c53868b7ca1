"""The real application and a real browser, each started once a session (once a worker under pytest-xdist)."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

import pytest

import inkdigits
from inkdigits.registry import Registry
from web.pad_hand import Hand
from web.patient import make_patient
from web.settled import PATIENCE
from web.studio_steps import app_registry
from web.tabs import Tabs

pytest.importorskip("streamlit", reason="the web pages need the 'app' extra")

REQUIRED = os.environ.get("INKDIGITS_REQUIRE_BROWSER") == "1"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
UNUSED = (
    # Parts of its own window that Chromium draws as pages of their own: half the work of opening a tab,
    *("WebUIOmniboxPopup", "WebUIOmniboxFullPopup", "WebUIOmniboxAimPopup"),
    # and, since the last such list counts, what Playwright turns off: these ask the network, or change what is seen.
    *("AimEnabled", "HttpsUpgrades", "LensOverlay", "MediaRouter", "NetworkTimeServiceQuerying", "OptimizationHints"),
    *("PaintHolding", "PreconnectToSearch", "ThirdPartyStoragePartitioning", "AvoidUnnecessaryBeforeUnloadCheckSync"),
    *("DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable"),
)
ARGUMENTS = (
    f"--disable-features={','.join(UNUSED)}",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
STARTUP = 150.0  # seconds until the application answers
LONGEST = 420  # seconds for a test in the browser, whose waits have limits of their own


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Lets waits in the browser run into their own limits, which say what was waited for."""
    for item in items:
        if item.get_closest_marker("browser") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(LONGEST))


@pytest.fixture(autouse=True)
def main_put_back() -> Iterator[None]:
    """A page run without a browser takes the place of ``__main__``, which processes started later would run again."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture(autouse=True)
def nothing_cached() -> None:
    """No page without a browser meets the reader, and with it the home folder, of the test before."""
    import streamlit

    streamlit.cache_resource.clear()
    streamlit.cache_data.clear()


@pytest.fixture(scope="session")
def app_url() -> Iterator[str]:
    """Address of the application, served from the installed package on a free port."""
    with serve("app.py") as url:
        yield url


@contextmanager
def serve(name: str, port: int = 0, **environment: str) -> Iterator[str]:
    """Runs a script of the application as a server of its own, with more in its environment; gives its address."""
    port = port or free_port()
    script = Path(inkdigits.__file__).parent / "web" / name
    options = {
        "server.port": port,
        "server.address": "127.0.0.1",
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
    }
    command = ["streamlit", "run", str(script), *(f"--{name}={value}" for name, value in options.items())]
    url = f"http://127.0.0.1:{port}"
    with running(command, url, script.parent, **environment):
        yield url


@contextmanager
def running(command: list[str], url: str, folder: Path, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Runs a module of Python that serves the application at an address, and waits until it answers there."""
    everything = {**os.environ, **environment}
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=folder, env=everything, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            _wait_until_healthy(url, process, log)
            yield process
        finally:
            process.terminate()
            process.wait(timeout=STARTUP)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """The system's Chromium, driven by Playwright."""
    try:
        from playwright.sync_api import expect, sync_playwright
    except ImportError:
        skip("Playwright is not installed: pip install 'inkdigits[test]'")
    path = os.environ.get("INKDIGITS_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        skip(f"no Chromium: none of {', '.join(BROWSERS)} is on the PATH; set INKDIGITS_BROWSER to its path")
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as patch:
        make_patient(patch)
        expect.set_options(timeout=PATIENCE)
        started = playwright.chromium.launch(executable_path=path, args=ARGUMENTS, timeout=2 * PATIENCE)
        yield started
        started.close()


@pytest.fixture(scope="session")
def tabs(browser: Any) -> Iterator[Tabs]:
    """Tabs of the browser, kept open."""
    kept = Tabs(browser)
    yield kept
    kept.close()


@pytest.fixture
def open_page(tabs: Tabs, app_url: str) -> Iterator[Callable[..., Any]]:
    """Opens a page of the application, with nothing remembered; errors of its scripts fail the test."""
    errors: list[str] = []

    def note(error: Any) -> None:
        errors.append(str(error))

    def open_one(path: str = "", **properties: Any) -> Any:
        page = tabs.lend(**properties)
        stack.callback(tabs.take_back, page)
        stack.callback(page.remove_listener, "pageerror", note)
        page.on("pageerror", note)
        page.goto(f"{app_url}/{path}", wait_until="commit")
        return page

    with ExitStack() as stack:
        yield open_one
    assert errors == []


@pytest.fixture
def registry(app_url: str) -> Iterator[Registry]:
    """The registry of the application, emptied at the end."""
    with app_registry() as registry:
        yield registry


@pytest.fixture
def hand(open_page: Callable[..., Any]) -> Hand:
    """A hand at the draw page on a desktop."""
    return Hand(open_page())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes], log: IO[bytes]) -> None:
    deadline = time.monotonic() + STARTUP
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    log.seek(0)
    pytest.fail(f"the application did not start within {STARTUP:.0f} s:\n{log.read().decode(errors='replace')}")


def skip(reason: str) -> None:
    """Skips a test that lacks something; where nothing may be lacking, it fails."""
    if REQUIRED:
        pytest.fail(f"INKDIGITS_REQUIRE_BROWSER=1, but {reason}")
    pytest.skip(reason)

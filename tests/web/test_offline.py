"""The application asks nobody but its own server for anything."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest

from web.settled import PATIENCE

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("path", ["", "upload", "camera"], ids=["draw", "upload", "camera"])
def test_no_request_leaves_the_machine(browser: Any, app_url: str, path: str) -> None:
    window = browser.new_context()
    window.set_default_timeout(PATIENCE)
    page = window.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{app_url}/{path}", wait_until="networkidle")
    page.locator(".ink-answer, .ink-empty, .answer").first.wait_for()
    window.close()
    assert asked
    hosts = {urlsplit(url).hostname for url in asked if urlsplit(url).scheme in ("http", "https", "ws", "wss")}
    assert hosts == {urlsplit(app_url).hostname}, [url for url in asked if "gstatic" in url]

"""Models of others on the Models page: uploaded, tried in the background, told of; and ours taken to Keras."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from keras_here import keras  # isort: skip - it skips the tests where Keras or PyTorch is not installed

from foreign.plain import keras_model, saved
from inkdigits.foreign.background import imports
from inkdigits.foreign.way import Way
from inkdigits.registry import Registry
from web.settled import settle
from web.studio_steps import LONG
from web.test_accessibility import grave_violations

pytestmark = [pytest.mark.browser, pytest.mark.train]

PHONE = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}


def test_a_keras_file_is_imported_and_told_of(
    open_page: Callable[..., Any], registry: Registry, tmp_path: Path
) -> None:
    page = open_page("models", **PHONE)
    data = saved(keras, keras_model(keras, Way("784 in a row", "0 to 255", dark=True)), tmp_path, "h5")
    upload = {"name": "My net.h5", "mimeType": "application/octet-stream", "buffer": data}
    page.locator("input[type=file]").set_input_files(upload)
    page.get_by_test_id("stAlert").filter(has_text="My net was imported from My net.h5").wait_for(timeout=LONG)
    settle(page)
    report = page.get_by_role("table").filter(has_text="What was found out")
    for told in ("784 in a row (N, 784)", "0 to 255", "dark ink on bright paper"):
        assert report.get_by_text(told, exact=True).is_visible()
    assert page.locator(".st-key-model_digit_my-net").get_by_role("button", name="Promote").is_enabled()
    assert grave_violations(page) == []
    beyond = "name => { const e = document.querySelector(name); return e.scrollWidth - e.clientWidth; }"
    assert max(page.evaluate(beyond, name) for name in ("html", ".stMain")) <= 0
    page.get_by_role("button", name="Close", exact=True).click()
    report.wait_for(state="detached")
    assert imports(registry.home) == []


def test_what_could_run_code_is_refused(open_page: Callable[..., Any], registry: Registry) -> None:
    page = open_page("models")
    upload = {"name": "net.h5", "mimeType": "application/octet-stream", "buffer": pickle.dumps({"weights": [1, 2]})}
    page.locator("input[type=file]").set_input_files(upload)
    page.get_by_test_id("stAlert").filter(has_text="net.h5 is a Python pickle").wait_for()
    assert len(registry.list()) == 2


def test_the_shipped_model_is_taken_to_keras(open_page: Callable[..., Any], registry: Registry, tmp_path: Path) -> None:
    page = open_page("models")
    page.locator(".st-key-model_digit_shipped").get_by_role("button", name="Export").click()
    with page.expect_download(timeout=LONG) as download:
        page.get_by_role("button", name="Keras (.keras)").click()
    file = tmp_path / download.value.suggested_filename
    assert file.name == "shipped-digit.keras"
    download.value.save_as(file)
    assert keras.models.load_model(file, compile=False).output_names == ["probabilities", "digitness"]

"""The Models page in a real browser: promote a model, draw with it, see its name, and go back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from inkdigits.recognition import Classifier
from inkdigits.registry import Registry
from models import make_run
from web.settled import settle
from web.studio_steps import LONG, go, model_named_after_drawing, model_row, says
from web.test_accessibility import grave_violations

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}


@pytest.fixture
def registry(registry: Registry, tmp_path: Path) -> Registry:
    """The registry of the application, with two models of our own."""
    for name in ("My pens", "Forms"):
        registry.add(make_run(tmp_path / name, note=name), name=name)
    return registry


def test_promote_a_model_draw_with_it_and_roll_back(open_page: Callable[..., Any], registry: Registry) -> None:
    page = open_page("models")
    model_row(page, "my-pens").get_by_role("button", name="Promote").click()
    says(page, "My pens reads digits from now on")
    assert model_row(page, "my-pens").get_by_text("active", exact=True).is_visible()
    assert model_row(page, "my-pens").get_by_role("button", name="Delete").is_disabled()
    go(page, "Draw")
    assert model_named_after_drawing(page) == "my-pens"
    go(page, "Models")
    page.locator(".st-key-back_digit").get_by_role("button").click()
    says(page, "Shipped digit model reads digits from now on")
    go(page, "Draw")
    page.get_by_role("button", name="Clear", exact=True).click()
    assert model_named_after_drawing(page) == Classifier().name
    assert registry.active("digit").id == "shipped"


def test_card_export_delete_and_import(open_page: Callable[..., Any], registry: Registry, tmp_path: Path) -> None:
    page = open_page("models", **PHONE)
    model_row(page, "forms").get_by_role("button", name="Card").click()
    card = page.get_by_role("dialog")
    card.get_by_text(registry.get("forms").sha256).wait_for()
    card.get_by_text("pens", exact=True).wait_for()
    assert grave_violations(page) == []
    page.keyboard.press("Escape")
    card.wait_for(state="detached")
    with page.expect_download() as download:
        model_row(page, "forms").get_by_role("button", name="Export").click()
        page.get_by_role("button", name="ONNX (.onnx)").click()
    file = tmp_path / "forms.onnx"
    download.value.save_as(file)
    model_row(page, "forms").get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Keep it").click()
    page.get_by_role("dialog").wait_for(state="detached")
    assert registry.get("forms")
    model_row(page, "forms").get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete for good").click()
    says(page, "Forms was deleted")
    model_row(page, "forms").wait_for(state="detached")
    damaged = bytearray(file.read_bytes())
    damaged[1000] ^= 1
    upload = {"name": "damaged.onnx", "mimeType": "application/octet-stream", "buffer": bytes(damaged)}
    page.locator("input[type=file]").set_input_files(upload)
    says(page, "damaged.onnx is damaged")
    assert [model.id for model in registry.list()] == ["shipped", "shipped", "my-pens"]
    page.locator("input[type=file]").set_input_files(file)
    says(page, "Forms was imported")
    assert model_row(page, "forms").get_by_role("button", name="Promote").is_enabled()


def test_two_models_are_measured_on_the_same_digits(open_page: Callable[..., Any], registry: Registry) -> None:
    page = open_page("models", **PHONE)
    page.get_by_text("Compare two models").click()
    page.get_by_role("button", name="Measure both on the same digits").click()
    page.get_by_role("heading", name="Evaluate", level=1).wait_for()
    settle(page)
    chosen = page.get_by_test_id("stMultiSelect").inner_text()
    assert "Shipped model" in chosen
    [other] = (name for name in ("my-pens", "forms") if name in chosen)
    page.get_by_role("button", name="Measure", exact=True).click()
    page.get_by_role("heading", name="Compared").wait_for(timeout=LONG)
    page.get_by_text("are right equally often").wait_for()
    page.get_by_role("radio", name=other).wait_for()
    assert grave_violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_has_no_grave_violation_and_fits_a_phone(
    open_page: Callable[..., Any], registry: Registry, scheme: str
) -> None:
    weights = registry.get("forms").path
    weights.write_bytes(weights.read_bytes()[:-1])
    page = open_page("models", viewport=PHONE["viewport"], color_scheme=scheme)
    model_row(page, "forms").get_by_text("Refused:").wait_for()
    assert model_row(page, "forms").get_by_role("button", name="Promote").is_disabled()
    assert grave_violations(page) == []
    beyond = "name => { const e = document.querySelector(name); return e.scrollWidth - e.clientWidth; }"
    assert max(page.evaluate(beyond, name) for name in ("html", ".stMain")) <= 0


def test_without_models_the_page_says_what_to_do(open_page: Callable[..., Any]) -> None:
    page = open_page("models")
    page.get_by_role("status").filter(has_text="No models of your own yet").wait_for()

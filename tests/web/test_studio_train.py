"""Train a small model on a small folder from the Studio, in a real browser: the curve grows, and it finishes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from handwriting import digit_picture, encode
from web.settled import settle
from web.test_accessibility import grave_violations

pytest.importorskip("torch", reason="training needs the train extra")

pytestmark = [pytest.mark.browser, pytest.mark.train]

EPOCHS = 8


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Three of each digit, and a white sheet."""
    for label in range(10):
        (tmp_path / str(label)).mkdir()
        for seed in range(3):
            (tmp_path / str(label) / f"{seed}.png").write_bytes(encode(digit_picture(label, seed)))
    (tmp_path / "0" / "white.png").write_bytes(encode(digit_picture(1) * 0 + 255))
    return tmp_path


def fill(page: Any, label: str, value: object) -> None:
    box = page.get_by_label(label, exact=True)
    box.fill(str(value))
    box.press("Enter")
    settle(page)


def epochs_drawn(page: Any) -> int:
    found = re.search(r"Epoch (\d+)", page.locator(".ink-pace").inner_text())
    return int(found[1]) if found else 0


def test_a_small_training_from_form_to_model(open_page: Callable[..., Any], pictures: Path) -> None:
    page = open_page("train")
    page.get_by_role("button", name="Start", exact=True).wait_for()
    settle(page)
    assert grave_violations(page) == []
    page.get_by_role("radio", name="My own pictures only").click()
    settle(page)
    fill(page, "Folder or CSV file on this computer", pictures)
    fill(page, "Epochs", EPOCHS)
    fill(page, "Digits an epoch", 1_000)
    page.get_by_role("button", name="Start", exact=True).click()
    page.locator(".ink-pace").wait_for()
    first = epochs_drawn(page)
    page.wait_for_function(
        "first => parseInt(document.querySelector('.ink-pace').innerText.slice(6)) > first", arg=first
    )
    page.get_by_text("Finished: the model is ready").wait_for()
    assert epochs_drawn(page) == EPOCHS
    assert page.get_by_text("0/white.png").first.is_visible()
    settle(page)
    assert grave_violations(page) == []
    page.get_by_role("button", name="Add to models").click()
    page.get_by_text("is among the models now").wait_for()


@pytest.mark.parametrize("path", ["train", "data"])
def test_a_dark_phone_shows_it_without_grave_violations(open_page: Callable[..., Any], path: str) -> None:
    page = open_page(path, viewport={"width": 320, "height": 800}, color_scheme="dark")
    ends = {"train": page.get_by_text("New training"), "data": page.get_by_text("As a training sees it")}
    ends[path].wait_for(state="attached")
    settle(page)
    if path == "train" and not page.get_by_role("button", name="Start", exact=True).count():
        ends[path].click()  # folded when there is a training already
        page.get_by_role("button", name="Start", exact=True).wait_for()
        settle(page)
    assert grave_violations(page) == []
    beyond = "name => { const e = document.querySelector(name); return e.scrollWidth - e.clientWidth; }"
    assert max(page.evaluate(beyond, name) for name in ("html", ".stMain")) <= 0

"""Train a small model on a small folder from the Studio, in a real browser: the curve grows, and it finishes."""

from __future__ import annotations

import io
import json
import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from handwriting import digit_picture, encode
from inkdigits.registry import Registry
from web.settled import settle
from web.studio_steps import LONG, fill, go, model_named_after_drawing, model_row, says, unfold
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


def zipped(table: str) -> dict[str, Any]:
    """What a browser uploads: two pictures of each digit, and their labels."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("labels.csv", table)
        for index in range(20):
            archive.writestr(f"{index}.png", encode(digit_picture(index % 10, index)))
    return {"name": "mine.zip", "mimeType": "application/zip", "buffer": stream.getvalue()}


def epochs_drawn(page: Any) -> int:
    found = re.search(r"Epoch (\d+)", page.locator(".ink-pace").inner_text())
    return int(found[1]) if found else 0


def test_from_a_form_to_a_model_that_reads_and_back(
    open_page: Callable[..., Any], pictures: Path, registry: Registry
) -> None:
    page = open_page("train")
    unfold(page, "New training")
    assert grave_violations(page) == []
    page.get_by_role("radio", name="My own pictures only").click()
    settle(page)
    fill(page, "Folder or CSV file on this server", pictures)
    fill(page, "Epochs", EPOCHS)
    fill(page, "Digits an epoch", 1_000)
    page.get_by_role("button", name="Start", exact=True).click()
    page.locator(".ink-pace").wait_for(timeout=LONG)
    more = min(epochs_drawn(page) + 1, EPOCHS)  # a page that was held up may see the last one first
    grown = "more => parseInt(document.querySelector('.ink-pace')?.innerText.slice(6)) >= more"
    page.wait_for_function(grown, arg=more, timeout=LONG)
    page.get_by_text(re.compile("^Finished")).wait_for(timeout=LONG)  # how well it reads may differ by machine
    settle(page)  # what stands below it comes after it
    assert epochs_drawn(page) == EPOCHS
    assert page.get_by_text("0/white.png").first.is_visible()
    assert grave_violations(page) == []
    page.get_by_role("button", name="Add to models").click()
    says(page, "is among the models now")
    [trained] = (model for model in registry.list() if model.id != "shipped")
    go(page, "Models")
    model_row(page, trained.id).get_by_role("button", name="Promote").click()
    says(page, f"{trained.name} reads digits from now on")
    go(page, "Draw")
    assert model_named_after_drawing(page) == trained.id
    go(page, "Models")
    page.locator(".st-key-back_digit").get_by_role("button").click()
    says(page, "Shipped digit model reads digits from now on")
    assert registry.active("digit").id == "shipped"


def test_an_uploaded_zip_says_which_label_is_wrong_and_is_learned_once_mended(open_page: Callable[..., Any]) -> None:
    page = open_page("train")
    unfold(page, "New training")
    page.get_by_role("radio", name="My own pictures only").click()
    settle(page)
    fill(page, "Epochs", 1)
    fill(page, "Digits an epoch", 100)
    table = "file,label\n" + "".join(f"{index}.png,{index % 10}\n" for index in range(20))
    page.locator("input[type=file]").set_input_files(zipped(table.replace("1.png,1\n", "1.png,l\n", 1)))
    page.get_by_text("mine.zip").wait_for()
    settle(page)
    page.get_by_role("button", name="Start", exact=True).click()
    says(page, "labels.csv, row 3 (1.png): the label must be one digit, 0 to 9, not 'l'")
    assert grave_violations(page) == []
    unfold(page, "New training")
    page.locator("input[type=file]").set_input_files(zipped(table))
    settle(page)
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_text("Finished, but of the digits it was checked on it reads only").wait_for(timeout=LONG)
    records = (Path(os.environ["INKDIGITS_HOME"]) / "runs").glob("*/own.json")
    assert 20 in [json.loads(record.read_text())["pictures"] for record in records]


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

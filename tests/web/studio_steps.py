"""Steps that the browser tests of the Studio share: fill a form, go to a page, see which model reads."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from inkdigits.foreign.background import imports
from inkdigits.jobs.process import delete, stop
from inkdigits.registry import Registry
from web.pad_hand import SEVEN, Hand
from web.settled import settle

LONG = 240_000
"""Milliseconds until something comes of a worker, which has to start first and may load PyTorch, on a busy machine."""


@contextmanager
def app_registry() -> Iterator[Registry]:
    """The registry of the application; at the end, the shipped models read again and nothing else is left."""
    registry = Registry(Path(os.environ["INKDIGITS_HOME"]))
    yield registry
    for kind in ("digit", "line"):
        registry.promote("shipped", kind)
    for model in registry.list():
        if model.id != "shipped":
            registry.delete(model.id)
    for one in imports(registry.home):
        stop(one.folder)
        delete(one.folder)
    shutil.rmtree(registry.home / "evaluations", ignore_errors=True)


def fill(page: Any, label: str, value: object) -> None:
    """Types a value into a field, and waits for what follows."""
    box = page.get_by_label(label, exact=True)
    box.fill(str(value))
    box.press("Enter")
    settle(page)


def unfold(page: Any, title: str) -> None:
    """Opens the form of something new, which is folded when there is something older."""
    page.get_by_text(title, exact=True).wait_for()
    settle(page)
    if not page.get_by_role("button", name="Start", exact=True).is_visible():
        page.get_by_text(title, exact=True).click()
        page.get_by_role("button", name="Start", exact=True).wait_for()
        settle(page)


def model_row(page: Any, model: str) -> Any:
    """The row of a digit model on the Models page."""
    return page.locator(f".st-key-model_digit_{model}")


def says(page: Any, words: str) -> None:
    """Waits for a message."""
    page.get_by_test_id("stAlert").filter(has_text=words).wait_for()
    settle(page)


def go(page: Any, name: str) -> None:
    """Goes to a page by its link."""
    page.get_by_role("link", name=name).first.click()
    page.get_by_role("heading", name=name, level=1).wait_for()
    settle(page)


def model_named_after_drawing(page: Any) -> str:
    """Draws a seven, whatever it is read as, and unfolds how."""
    hand = Hand(page)
    hand.draw(SEVEN)
    hand.live.filter(has_text=re.compile(r"\w")).wait_for()
    settle(page)
    page.get_by_text("How it was read").click()
    told = page.get_by_text("Model: ")
    told.wait_for()
    settle(page)
    return str(told.inner_text()).removeprefix("Model: ")

"""The large mode of the Draw page: bigger pad and type, spoken answers, nothing to press, remembered."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image

from web.pad_hand import SEVEN, Hand
from web.settled import settle
from web.test_accessibility import grave_violations

pytestmark = pytest.mark.browser

NOTE = """words => {
    window.told = [];
    new MutationObserver(() => window.told.push(words.textContent)).observe(words, {childList: true});
}"""
TYPE = "parseFloat(getComputedStyle(document.documentElement).fontSize)"


def switch(page: Any, on: bool) -> Any:
    return page.get_by_role("switch", name="Large", checked=on)


def test_large_mode_is_large_speaks_and_is_remembered(open_page: Callable[..., Any]) -> None:
    page = open_page(own=True, color_scheme="dark")
    page.add_init_script("window.spoken = []; speechSynthesis.speak = (words) => window.spoken.push(words.text);")
    page.reload()
    side, size = Hand(page).pad.bounding_box()["width"], page.evaluate(TYPE)
    switch(page, False).press("Space")
    switch(page, True).wait_for()
    settle(page)
    assert page.evaluate(TYPE) == pytest.approx(1.5 * size)
    assert Hand(page).pad.bounding_box()["width"] > 1.05 * side
    page.get_by_role("switch", name="Read aloud", checked=True).wait_for()
    assert grave_violations(page) == []
    page.reload()
    hand = Hand(page)
    switch(page, True).wait_for()
    hand.draw(SEVEN)
    page.wait_for_function("window.spoken.at(-1)?.startsWith('7, ')")
    beyond = "name => { const e = document.querySelector(name); return e.scrollWidth - e.clientWidth; }"
    assert max(page.evaluate(beyond, name) for name in ("html", ".stMain")) <= 0
    page.get_by_role("link", name="Upload").click()
    page.get_by_role("heading", name="Upload", level=1).wait_for()
    settle(page)
    assert page.evaluate(TYPE) == size


def contrast(page: Any) -> float:
    """Of what the answer says while there is none to its ground, as WCAG counts it, by the pixels on the screen."""
    shown = Image.open(io.BytesIO(page.get_by_text("Nothing to read yet").first.screenshot())).convert("L")
    levels = np.sort(np.asarray(shown, np.float64).ravel() / 255)
    linear = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
    few = max(1, len(linear) // 200)
    dark, light = linear[:few].mean(), linear[-few:].mean()
    return float((light + 0.05) / (dark + 0.05))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_large_mode_has_more_contrast(open_page: Callable[..., Any], scheme: str) -> None:
    page = open_page(own=True, color_scheme=scheme)
    before = contrast(page)
    switch(page, False).press("Space")
    switch(page, True).wait_for()
    settle(page)
    assert contrast(page) > max(before, 7)


def test_a_pause_of_the_pen_takes_the_place_of_the_button(open_page: Callable[..., Any]) -> None:
    page = open_page(own=True)
    page.get_by_role("switch", name="Read while I draw").press("Space")
    settle(page)
    hand = Hand(page)
    predict = page.get_by_role("button", name="Predict")
    hand.draw(SEVEN)
    hand.words.filter(has_text="Press Predict to read your drawing").wait_for()
    predict.wait_for()
    hand.words.evaluate(NOTE)  # the pen rests already, so that what is said may give way to the answer at once
    switch(page, False).press("Space")
    predict.wait_for(state="hidden")
    page.wait_for_function("window.told.includes('Your drawing is read when your pen rests')")
    page.get_by_role("button", name="Clear").click()
    hand.words.filter(has_text="Nothing to read yet").wait_for()
    settle(page)
    hand.draw(SEVEN)
    hand.figure.filter(has_text="7").wait_for()
    hand.words.filter(has_text="sure").wait_for()

"""Locators that look again when they met an element twice: a page whose script runs again has the old and the new.

And they press nothing that moves: of a button that slides along as an expander opens, the press meets the button and,
on a busy machine, the release what has come in its place, which is no click.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pytest

from web.settled import settle

_TWICE = "strict mode violation"
_STILL = """() => document.getAnimations().every((one) =>
    one.playState !== "running" || one.effect?.getComputedTiming().endTime === Infinity)"""
_STRICT = (
    *("click", "fill", "press", "set_input_files", "wait_for", "bounding_box", "evaluate", "screenshot", "focus"),
    *("inner_text", "text_content", "get_attribute", "input_value", "is_visible", "is_enabled", "is_disabled"),
    *("is_checked", "hover", "tap", "check", "select_option", "scroll_into_view_if_needed"),
)


def make_patient(patch: pytest.MonkeyPatch) -> None:
    """Lets every locator that found an element twice wait until its page has settled, and try once more.

    What is twice on a page at rest still fails.
    """
    from playwright.sync_api import Locator, LocatorAssertions, expect

    patch.setattr(type(expect), "__call__", _with_page(type(expect).__call__))
    expected = [name for name in vars(LocatorAssertions) if name.startswith(("to_", "not_to_"))]
    patch.setattr(Locator, "click", _at_rest(Locator.click))
    for kind, names in ((Locator, _STRICT), (LocatorAssertions, expected)):
        for name in names:
            patch.setattr(kind, name, _twice(getattr(kind, name)))


def _at_rest(click: Callable[..., Any]) -> Callable[..., Any]:
    """Lets a click wait until nothing moves that will come to an end."""

    @functools.wraps(click)
    def patient(one: Any, *args: Any, **options: Any) -> Any:
        one.wait_for(timeout=options.get("timeout"))
        one.page.wait_for_function(_STILL, timeout=options.get("timeout"))
        return click(one, *args, **options)

    return patient


def _twice(method: Callable[..., Any]) -> Callable[..., Any]:
    from playwright.sync_api import Error

    @functools.wraps(method)
    def patient(one: Any, *args: Any, **options: Any) -> Any:
        try:
            return method(one, *args, **options)
        except (Error, AssertionError) as error:
            if _TWICE not in str(error):
                raise
        settle(one.page)
        return method(one, *args, **options)

    return patient


def _with_page(call: Callable[..., Any]) -> Callable[..., Any]:
    """Lets what is expected know its page, as locators do."""

    @functools.wraps(call)
    def expect(self: Any, actual: Any, *args: Any) -> Any:
        expected = call(self, actual, *args)
        expected.page = getattr(actual, "page", actual)
        return expected

    return expect

"""Locators that look again when they met an element twice: a page whose script runs again has the old and the new."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pytest

from web.settled import settle

_TWICE = "strict mode violation"
_STRICT = (
    *("click", "fill", "press", "set_input_files", "wait_for", "bounding_box", "evaluate", "screenshot", "focus"),
    *("inner_text", "text_content", "get_attribute", "input_value", "is_visible", "is_enabled", "is_disabled"),
    *("is_checked", "hover", "tap", "check", "select_option", "scroll_into_view_if_needed"),
)


def make_patient(patch: pytest.MonkeyPatch) -> None:
    """Lets every locator that found an element twice wait until its page has settled, and try once more.

    What is twice on a page at rest still fails.
    """
    from playwright.sync_api import Locator

    for name in _STRICT:
        patch.setattr(Locator, name, _twice(getattr(Locator, name)))


def _twice(method: Callable[..., Any]) -> Callable[..., Any]:
    from playwright.sync_api import Error

    @functools.wraps(method)
    def patient(locator: Any, *args: Any, **options: Any) -> Any:
        try:
            return method(locator, *args, **options)
        except Error as error:
            if _TWICE not in str(error):
                raise
        settle(locator.page)
        return method(locator, *args, **options)

    return patient

"""The browser tests' own patience: what is twice for a moment is waited for, what stays twice fails."""

from __future__ import annotations

from typing import Any

import pytest

from web.patient import make_patient

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = pytest.mark.browser

RUNNING = """<div data-test-script-state=running data-test-connection-state=CONNECTED></div>
<button class=old>7</button><button class=new>7</button>"""
REST = "document.querySelector('div').setAttribute('data-test-script-state', 'notRunning')"


@pytest.fixture
def page(browser: Any) -> Any:
    page = browser.new_page()
    page.set_content(RUNNING)
    yield page
    page.close()


def test_old_and_new_for_a_moment(page: Any) -> None:
    page.evaluate(f"setTimeout(() => {{ document.querySelector('.old').remove(); {REST}; }}, 300)")
    page.get_by_role("button", name="7").click()
    assert page.get_by_role("button").get_attribute("class") == "new"


def test_what_is_expected_is_expected_of_the_new(page: Any) -> None:
    page.evaluate(f"setTimeout(() => {{ document.querySelector('.old').remove(); {REST}; }}, 300)")
    expect(page.get_by_role("button", name="7")).to_have_class("new")


def test_two_that_stay_are_two(page: Any) -> None:
    page.evaluate(f"setTimeout(() => {{ {REST}; }}, 300)")
    with pytest.raises(Exception, match="strict mode violation"):
        page.get_by_role("button", name="7").click()
    with pytest.raises(AssertionError, match="strict mode violation"):
        expect(page.get_by_role("button", name="7")).to_be_enabled()


def test_what_moves_is_pressed_when_it_rests(page: Any) -> None:
    """Playwright itself waits for a button that moves, but not for what is about to push it aside."""
    page.set_content("<p>opens</p><button onclick='this.dataset.at = document.getAnimations().length'>7</button>")
    page.evaluate("""document.querySelector('p').animate({opacity: [0, 1]}, 600);
        document.body.animate({opacity: [0.9, 1]}, {duration: 50, iterations: Infinity})""")
    page.get_by_role("button", name="7").click()
    assert page.get_by_role("button").get_attribute("data-at") == "1", "only what never ends still moves"


def test_patience_ends_with_its_session() -> None:
    from playwright.sync_api import Locator

    with pytest.MonkeyPatch.context() as patch:
        before = Locator.click
        make_patient(patch)
        assert Locator.click is not before
    assert Locator.click is before

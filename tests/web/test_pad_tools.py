"""The pad's tools and ways to draw, in a real browser, by what is seen on the paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from web.pad_hand import ACROSS, ONE, SEVEN, Hand

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def inked(hand: Hand) -> int:
    hand.settle()
    return hand.ink()


def test_undo_redo_and_clear_by_buttons(hand: Hand) -> None:
    hand.draw(ONE)
    one = inked(hand)
    hand.draw(ACROSS)
    both = inked(hand)
    assert both > one > 0
    hand.button("Undo").click()
    assert inked(hand) == one
    hand.button("Redo").click()
    assert inked(hand) == both
    hand.button("Clear").click()
    assert inked(hand) == 0
    hand.button("Undo").click()
    assert inked(hand) == both


def test_undo_redo_and_clear_by_keys(hand: Hand) -> None:
    hand.draw(ONE)
    one = inked(hand)
    hand.draw(ACROSS)
    both = inked(hand)
    keyboard = hand.page.keyboard
    for keys, expected in (("Control+z", one), ("Control+y", both), ("Control+z", one), ("Control+Shift+z", both)):
        keyboard.press(keys)
        assert inked(hand) == expected
    keyboard.press("Escape")
    assert inked(hand) == 0
    keyboard.press("Control+z")
    assert inked(hand) == both


def test_buttons_say_when_they_can_do_nothing(hand: Hand) -> None:
    assert hand.button("Undo").get_attribute("aria-disabled") == "true"
    hand.draw(ONE)
    hand.settle()
    assert hand.button("Undo").get_attribute("aria-disabled") == "false"
    assert hand.button("Redo").get_attribute("aria-disabled") == "true"


def test_eraser_splits_a_stroke_and_can_be_undone(hand: Hand) -> None:
    hand.draw(ONE)
    whole = inked(hand)
    hand.button("Eraser").click()
    hand.draw(ACROSS)
    hand.page.mouse.move(0, 0)
    assert 0.5 * whole < inked(hand) < whole
    assert hand.ink((0.49, 0.55)) == 0
    assert hand.ink((0.49, 0.3)) > 0
    assert hand.ink((0.48, 0.75)) > 0
    hand.button("Undo").click()
    assert inked(hand) == whole


def test_eraser_that_touches_nothing_is_nothing_to_undo(hand: Hand) -> None:
    hand.draw(ONE)
    hand.button("Eraser").click()
    hand.draw([(0.1, 0.1), (0.2, 0.1)])
    hand.button("Undo").click()
    assert inked(hand) == 0


def test_pens_have_widths_and_say_which_is_chosen(hand: Hand) -> None:
    widths = []
    for name in ("Thin pen", "Medium pen", "Bold pen"):
        hand.button(name).click()
        hand.draw(ONE)
        widths.append(inked(hand))
        assert hand.button(name).get_attribute("aria-pressed") == "true"
        hand.button("Clear").click()
    assert widths[0] * 1.4 < widths[1]
    assert widths[1] * 1.4 < widths[2]


def test_a_pen_pressed_harder_draws_wider(hand: Hand) -> None:
    session = hand.page.context.new_cdp_session(hand.page)

    def line(x: float, force: float) -> int:
        for kind, y in (
            ("mousePressed", 0.2),
            *(("mouseMoved", 0.2 + 0.1 * n) for n in range(1, 6)),
            ("mouseReleased", 0.7),
        ):
            left, top = hand.place((x, y))
            event = {"type": kind, "x": left, "y": top, "button": "left", "buttons": 1, "clickCount": 1}
            session.send("Input.dispatchMouseEvent", {**event, "pointerType": "pen", "force": force})
        hand.settle()
        return hand.ink((x, 0.5), 0.05)

    assert line(0.2, 0.1) * 1.5 < line(0.5, 0.5) < line(0.8, 1.0)


def test_a_second_finger_is_ignored(open_page: Callable[..., Any]) -> None:
    hand = Hand(open_page(**PHONE))
    with hand.finger() as touch:
        touch("touchStart", (0.3, 0.2))
        touch("touchMove", (0.3, 0.5))
        touch("touchStart", (0.3, 0.5), (0.8, 0.2))
        touch("touchMove", (0.3, 0.7), (0.8, 0.7))
        touch("touchEnd")
    hand.settle()
    assert hand.ink((0.3, 0.6)) > 0
    assert hand.ink((0.8, 0.5), 0.1) == 0
    hand.draw_by_touch([(0.6, 0.2), (0.6, 0.8)])
    hand.settle()
    assert hand.ink((0.6, 0.5)) > 0


def test_a_touch_that_the_system_takes_away_leaves_no_ink(open_page: Callable[..., Any]) -> None:
    hand = Hand(open_page(**PHONE))
    with hand.finger() as touch:
        touch("touchStart", (0.3, 0.2))
        touch("touchMove", (0.3, 0.5))
        touch("touchCancel")
    assert inked(hand) == 0
    hand.draw_by_touch(ONE)
    assert inked(hand) > 0


def test_drawing_by_touch_does_not_scroll_the_page(open_page: Callable[..., Any]) -> None:
    page = open_page(viewport={"width": 320, "height": 480}, has_touch=True, is_mobile=True)
    hand = Hand(page)
    before = hand.pad.bounding_box()["y"]
    hand.draw_by_touch([(0.5, 0.7), (0.5, 0.2)])
    hand.rest()
    assert hand.pad.bounding_box()["y"] == before


def test_a_dot_is_ink(hand: Hand) -> None:
    hand.pad.click()
    assert inked(hand) > 0


def test_right_button_draws_nothing(hand: Hand) -> None:
    hand.pad.click(button="right")
    assert inked(hand) == 0


def test_keys_move_a_visible_pen_and_tell_where_it_is(hand: Hand) -> None:
    said = hand.page.get_by_role("region", name="Drawing", exact=True).get_by_role("status")
    hand.press("ArrowRight")
    assert inked(hand) > 0
    said.filter(has_text="54 percent across, 50 percent down").wait_for()
    hand.press("Shift+ArrowDown", "Space")
    said.filter(has_text="Pen down").wait_for()
    hand.press("ArrowDown*5", "Space")
    said.filter(has_text="Pen up").wait_for()
    hand.button("Undo").focus()
    assert inked(hand) > 0
    assert hand.ink((0.54, 0.6)) > 0
    assert hand.pad.get_attribute("aria-describedby")


def test_focus_is_seen_by_keyboard_and_quiet_by_hand(hand: Hand) -> None:
    outline = "canvas => getComputedStyle(canvas.parentElement).outlineStyle"
    hand.draw(ONE)
    hand.settle()
    assert hand.pad.evaluate(outline) == "none"
    hand.press("ArrowLeft")
    assert hand.pad.evaluate(outline) == "solid"


def test_ink_follows_the_size_of_the_window(hand: Hand) -> None:
    hand.draw(SEVEN)
    before = inked(hand) / hand.pad.evaluate("canvas => canvas.width") ** 2
    hand.page.set_viewport_size({"width": 360, "height": 700})
    hand.page.wait_for_function("innerWidth === 360")
    hand.rest()
    box = hand.pad.bounding_box()
    assert box["width"] < 360
    assert hand.pad.evaluate("canvas => canvas.width") == pytest.approx(box["width"], abs=1)
    assert inked(hand) / hand.pad.evaluate("canvas => canvas.width") ** 2 == pytest.approx(before, rel=0.05)


def test_ink_is_light_on_a_dark_page_and_dark_on_a_light_one(open_page: Callable[..., Any]) -> None:
    color = "canvas => getComputedStyle(canvas).color.match(/\\d+/g).slice(0, 3).reduce((sum, c) => sum + Number(c), 0)"
    assert Hand(open_page(color_scheme="dark")).pad.evaluate(color) > 3 * 160
    assert Hand(open_page(color_scheme="light")).pad.evaluate(color) < 3 * 96


def test_ink_turns_with_the_theme(open_page: Callable[..., Any]) -> None:
    page = open_page(color_scheme="light")
    hand = Hand(page)
    hand.draw(ONE)
    pixel = """canvas => {
        const at = [0.49 * canvas.width, 0.5 * canvas.width, 1, 1].map(Math.round);
        return canvas.getContext("2d").getImageData(...at).data[0];
    }"""
    hand.settle()
    assert hand.pad.evaluate(pixel) < 96
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"canvas => ({pixel})(canvas) > 160", arg=hand.pad.element_handle())


@pytest.mark.parametrize("width", [320, 390])
def test_every_tool_is_a_target_of_44_pixels_with_a_name(open_page: Callable[..., Any], width: int) -> None:
    hand = Hand(open_page(viewport={"width": width, "height": 800}))
    buttons = hand.page.get_by_role("toolbar", name="Drawing tools").get_by_role("button")
    assert buttons.count() == 7
    for button in buttons.all():
        box = button.bounding_box()
        assert min(box["width"], box["height"]) >= 44
        assert button.get_attribute("aria-label")


def test_a_full_pad_says_so_and_takes_no_more(hand: Hand) -> None:
    """4,000 points fill it: a scribble that never stops."""
    hand.pad.evaluate(
        """canvas => {
            const box = canvas.getBoundingClientRect();
            const send = (kind, n) => canvas.dispatchEvent(new PointerEvent(kind, {
                pointerId: 1, button: 0, buttons: 1, bubbles: true, pointerType: "mouse",
                clientX: box.left + box.width * (n % 2 ? 0.1 : 0.9),
                clientY: box.top + box.height * (0.1 + 0.8 * (n / 4200)),
            }));
            canvas.setPointerCapture = () => {};
            send("pointerdown", 0);
            for (let n = 1; n < 4200; n++) send("pointermove", n);
            send("pointerup", 4200);
        }"""
    )
    hand.page.get_by_role("alert").filter(has_text="The pad is full").wait_for()
    hand.button("Clear").click()
    hand.reads("")
    hand.page.get_by_role("alert").filter(has_text="The pad is full").wait_for(state="detached")

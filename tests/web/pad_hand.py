"""A hand at the draw page: what the browser tests draw with, and where they look."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

from web.settled import settle

Points = list[tuple[float, float]]

SEVEN: Points = [(0.28, 0.22), (0.72, 0.22), (0.6, 0.45), (0.45, 0.82)]
ONE: Points = [(0.5, 0.2), (0.49, 0.5), (0.48, 0.82)]
ACROSS: Points = [(0.3, 0.55), (0.7, 0.55)]


class Hand:
    """Draws on the pad of a page with mouse, finger, pen or keys, in shares of the pad's side."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.pad = page.get_by_role("application", name="Drawing pad")
        self.pad.wait_for()
        self.answer = page.get_by_role("region", name="Answer")
        self.answer.wait_for()
        self.figure = self.answer.locator(".figure")
        self.words = self.answer.locator(".text")
        self.live = self.answer.get_by_role("status")
        self.rest()  # a pad that still moves bends what is drawn on it

    def button(self, name: str) -> Any:
        return self.page.get_by_role("button", name=name, exact=True)

    def choose(self, shape: str) -> None:
        """Changes what is drawn, ``"Number"`` or ``"One digit"``; while it changes, the page has both answers."""
        self.page.get_by_role("radio", name=shape, exact=True).click()
        self.page.locator(f".pad[data-shape={'number' if shape == 'Number' else 'digit'}]").wait_for()
        self.rest()

    def reads(self, text: str) -> None:
        """Waits until the answer is the text; ``""`` waits for the empty answer."""
        if text:
            self.figure.filter(has_text=text).wait_for()
        else:
            self.words.filter(has_text="Nothing to read yet").wait_for()

    def settles_on(self, text: str) -> None:
        """Waits until the answer has been the text for a moment, as screen readers do, and nothing is on its way."""
        self.live.filter(has_text=re.compile(rf"^{text}, ")).wait_for()
        self.page.locator(".pad:not([data-sending])").wait_for()
        self.page.locator("[data-test-script-state=notRunning]").wait_for()

    def draw(self, points: Points, lift: bool = True) -> None:
        """One stroke with the mouse, which may stay down."""
        mouse = self.page.mouse
        mouse.move(*self.place(points[0]))
        mouse.down()
        for point in points[1:]:
            mouse.move(*self.place(point), steps=6)
        if lift:
            mouse.up()

    @contextmanager
    def finger(self) -> Iterator[Any]:
        """Touches as the browser's own input: call with ``"touchStart"``, ``"touchMove"`` or ``"touchEnd"``."""
        session = self.page.context.new_cdp_session(self.page)

        def touch(kind: str, *points: tuple[float, float]) -> None:
            spots = [dict(zip("xy", self.place(point), strict=True), id=n) for n, point in enumerate(points)]
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": spots})

        yield touch
        session.detach()

    def draw_by_touch(self, points: Points) -> None:
        """One stroke with a finger."""
        with self.finger() as touch:
            touch("touchStart", points[0])
            for start, end in pairwise(points):
                for step in range(1, 7):
                    touch("touchMove", tuple(a + (b - a) * step / 6 for a, b in zip(start, end, strict=True)))
            touch("touchEnd")

    def press(self, *keys: str) -> None:
        """Keys on the pad, one after the other; ``"ArrowDown*5"`` presses five times."""
        for entry in keys:
            key, _, times = entry.partition("*")
            for _ in range(int(times or 1)):
                self.pad.press(key)

    def place(self, point: tuple[float, float]) -> tuple[float, float]:
        box = self.pad.bounding_box()
        return box["x"] + point[0] * box["width"], box["y"] + point[1] * box["height"]

    def ink(self, point: tuple[float, float] | None = None, radius: float = 0.02) -> int:
        """Inked pixels on the paper as the user sees it: all of them, or those around a point."""
        return int(
            self.pad.evaluate(
                """(canvas, [point, radius]) => {
                const side = canvas.width;
                const [x, y, size] = point
                    ? [(point[0] - radius) * side, (point[1] - radius) * side, 2 * radius * side] : [0, 0, side];
                const pixels = canvas.getContext("2d").getImageData(x, y, size, size).data;
                let inked = 0;
                for (let i = 3; i < pixels.length; i += 4) inked += pixels[i] > 128;
                return inked;
            }""",
                [point, radius],
            )
        )

    def rest(self) -> None:
        """Waits until the whole page is at rest: places and sizes are final."""
        settle(self.page)

    def settle(self) -> None:
        """Waits until everything that was drawn is on the screen."""
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

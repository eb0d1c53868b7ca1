"""Tabs of the browser, lent to one test after the other: a page in a tab that is there costs a third of a new one."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from web.settled import PATIENCE

DESKTOP = {"width": 1280, "height": 800}
MEDIA = {"color_scheme": "light", "reduced_motion": "no-preference", "forced_colors": "none"}
FORGET = "localStorage.clear(); sessionStorage.clear()"


class Tabs:
    """Windows of one browser with a tab each, kept open: a tab behind another is not drawn, and waits for ever."""

    def __init__(self, browser: Any) -> None:
        self._browser = browser
        self._free: dict[str, list[Any]] = defaultdict(list)
        self._lent: dict[Any, str] = {}

    def lend(self, own: bool = False, viewport: dict[str, int] = DESKTOP, **properties: Any) -> Any:
        """A tab that remembers nothing.

        Args:
            own: Nobody gets it afterwards: for what no tab can take back, such as scripts that run at its start.
            viewport: Size.
            properties: What it prefers (``color_scheme`` and others of MEDIA), and options of a window.
        """
        media = {name: properties.pop(name, usual) for name, usual in MEDIA.items()}
        name = repr(sorted(properties.items()))
        tab = self._free[name].pop() if self._free[name] and not own else self._open(viewport, properties)
        if not own:
            self._lent[tab] = name
        tab.set_viewport_size(viewport)
        tab.emulate_media(**media)
        return tab

    def _open(self, viewport: dict[str, int], properties: dict[str, Any]) -> Any:
        window = self._browser.new_context(viewport=viewport, **properties)
        window.set_default_timeout(PATIENCE)
        return window.new_page()

    def take_back(self, tab: Any) -> None:
        """Takes a tab back from a test."""
        if tab.is_closed():
            return
        name = self._lent.pop(tab, None)
        if name is None:
            tab.context.close()
            return
        tab.evaluate(FORGET)
        tab.goto("about:blank")
        tab.context.clear_cookies()
        tab.mouse.up()
        tab.mouse.move(0, 0)
        self._free[name].append(tab)

    def close(self) -> None:
        """Closes all windows that are there."""
        for tabs in self._free.values():
            for tab in tabs:
                tab.context.close()

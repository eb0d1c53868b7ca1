"""Tabs of the browser, lent to one test after the other: a page in a tab that is there costs a third of a new one."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from web.settled import PATIENCE

DESKTOP = {"width": 1280, "height": 800}
MEDIA = {"color_scheme": "light", "reduced_motion": "no-preference", "forced_colors": "none"}
FORGET = "localStorage.clear(); sessionStorage.clear()"


class Tabs:
    """Tabs of one browser, in windows that are kept open."""

    def __init__(self, browser: Any) -> None:
        self._browser = browser
        self._windows: dict[str, Any] = {}
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
        if name not in self._windows:
            self._windows[name] = self._browser.new_context(viewport=viewport, **properties)
            self._windows[name].set_default_timeout(PATIENCE)
        tab = self._free[name].pop() if self._free[name] and not own else self._windows[name].new_page()
        if not own:
            self._lent[tab] = name
        tab.set_viewport_size(viewport)
        tab.emulate_media(**media)
        return tab

    def take_back(self, tab: Any) -> None:
        """Takes a tab back from a test."""
        if tab.is_closed():
            return
        tab.evaluate(FORGET)
        name = self._lent.pop(tab, None)
        if name is None:
            tab.close()
            return
        tab.goto("about:blank")
        tab.mouse.up()
        tab.mouse.move(0, 0)
        self._free[name].append(tab)

    def close(self) -> None:
        """Closes all windows."""
        for window in self._windows.values():
            window.close()

"""Waiting for a page that has come to rest, however busy the machine is."""

from __future__ import annotations

from typing import Any

QUIET = 250  # milliseconds of rest before a page counts as settled: a rerun may start right after another
PATIENCE = 120_000  # milliseconds that a page may take on a busy machine before a test gives up

_WATCH = """([quiet, patience]) => new Promise((settle, fail) => {
    const moving = (animation) => animation.playState === "running" || animation.pending;
    const endless = (animation) => animation.effect?.getComputedTiming().endTime === Infinity;
    const shadows = (root) => [...root.querySelectorAll("*")].flatMap((element) => element.shadowRoot ?? []);
    const roots = (root) => [root, ...shadows(root).flatMap(roots)];
    const busy = () => {
        const has = (selector) => document.querySelector(selector) !== null;
        if (document.readyState !== "complete") return "the document is loading";
        if (!has("[data-test-script-state=notRunning][data-test-connection-state=CONNECTED]")) return "a script runs";
        if (has("[data-testid=stStatusWidget]")) return "the status is shown";
        if (has("[data-testid=stSkeleton]")) return "a skeleton is shown";
        if (has("[data-stale=true]")) return "elements are stale";
        if (document.fonts.status !== "loaded") return "fonts are loading";
        for (const root of roots(document)) {
            if ([...root.querySelectorAll("img")].some((image) => !image.complete)) return "pictures are loading";
            const animation = root.getAnimations().find((one) => moving(one) && !endless(one));
            if (animation) return `animated: ${animation.effect?.target?.outerHTML.slice(0, 200)}`;
        }
        return "";
    };
    const start = Date.now();
    let last = start, frames = 0;
    const look = () => {
        const now = Date.now(), why = busy();
        if (why) [last, frames] = [now, 0];
        else frames++;
        if (now - last >= quiet && frames > 5) settle();
        else if (now - start > patience) fail(new Error(`the page has not settled after ${patience} ms: ${why}`));
        else requestAnimationFrame(look);
    };
    look();
})"""


def settle(page: Any) -> None:
    """Waits until nothing of a page moves, fades, loads or is about to be replaced.

    While a script runs again, Streamlit fades what may be replaced to a third; on a busy machine that lasts, and a
    look at colors or places then sees what no user is meant to see.
    """
    page.evaluate(_WATCH, [QUIET, PATIENCE])

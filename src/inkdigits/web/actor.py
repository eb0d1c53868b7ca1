"""``current_actor``: who uses the page. The one person of an app without accounts, or whoever is signed in."""

from __future__ import annotations

from inkdigits.storage import LOCAL, Actor


def current_actor() -> Actor:
    """The person behind this run of a page."""
    return LOCAL

"""``extra``: what is not installed becomes one line that says how to install it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from inkdigits.errors import MissingExtraError


@contextmanager
def extra(feature: str, name: str) -> Iterator[None]:
    """Around imports that an extra brings.

    Args:
        feature: What the user asked for.
        name: The extra.

    Raises:
        MissingExtraError: Something imported here is not installed.
    """
    try:
        yield
    except ImportError as error:
        if isinstance(error, MissingExtraError) or (error.name or "").startswith("inkdigits"):
            raise
        raise MissingExtraError(feature, name) from error

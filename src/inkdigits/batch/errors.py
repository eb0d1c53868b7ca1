"""What goes wrong with a whole batch, as against with one of its pictures."""

from __future__ import annotations

from inkdigits.errors import InkDigitsError


class BatchError(InkDigitsError, RuntimeError):
    """A batch cannot begin, go on or end; the message says why, and what of it is kept."""

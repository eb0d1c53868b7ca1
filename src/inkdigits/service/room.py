"""``Room``: how much all requests may take together: bytes of memory, or places."""

from __future__ import annotations


class Room:
    """Counts what is taken. For one event loop."""

    def __init__(self, most: int) -> None:
        """Takes how much there is room for."""
        self._most = most
        self.taken = 0

    def take(self, size: int) -> bool:
        """Takes room for so much; False when there is not enough."""
        if self.taken + size > self._most:
            return False
        self.taken += size
        return True

    def give(self, size: int) -> None:
        """Gives back what was taken."""
        self.taken -= size

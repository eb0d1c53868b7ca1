"""Which digits are taken for which: what was read, laid beside what it really is."""

from __future__ import annotations

from collections.abc import Iterator

NONE = "–"
"""Stands where a digit has no other one: nothing was written, or nothing was read."""


def digits_of(text: str) -> str:
    """The digits of what a person wrote, without separators and spaces: what a reading has."""
    return "".join(sign for sign in text if sign in "0123456789")


def confused(written: str, read: str) -> Iterator[tuple[str, str]]:
    """Pairs ``(written, read)`` that differ, of a cheapest alignment (Levenshtein, 1966).

    A digit that was left out is read as :data:`NONE`; of one too many, :data:`NONE` is what was written.
    """
    costs = _costs(written, read)
    row, column = len(written), len(read)
    while row or column:
        here = costs[row][column]
        if row and column and here == costs[row - 1][column - 1] + (written[row - 1] != read[column - 1]):
            row, column = row - 1, column - 1
            if written[row] != read[column]:
                yield written[row], read[column]
        elif row and here == costs[row - 1][column] + 1:
            row -= 1
            yield written[row], NONE
        else:
            column -= 1
            yield NONE, read[column]


def _costs(written: str, read: str) -> list[list[int]]:
    """How many changes turn each beginning of one text into each beginning of the other."""
    costs = [list(range(len(read) + 1))]
    for row, sign in enumerate(written, 1):
        line = [row]
        for column, other in enumerate(read, 1):
            line.append(min(costs[-1][column - 1] + (sign != other), costs[-1][column] + 1, line[-1] + 1))
        costs.append(line)
    return costs

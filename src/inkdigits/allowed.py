"""Lists of allowed numbers, as people give them on the command line."""

from __future__ import annotations

from pathlib import Path

from inkdigits.errors import OptionError
from inkdigits.images.find import kind_of

_LARGEST = 16 * 2**20  # bytes: a list of numbers is never longer


def read_allowed(given: str) -> list[str]:
    """Reads a list of numbers.

    Args:
        given: A text file with a number on each line, or numbers with commas or spaces between them.

    Raises:
        OptionError: The file is not a text file, or too long.
    """
    if kind_of(given) != "file":
        return given.replace(",", " ").split()
    path = Path(given)
    try:
        if path.stat().st_size > _LARGEST:
            raise OptionError(f"{path} is too long for a list of numbers")
        return [line.strip() for line in path.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    except UnicodeDecodeError as error:
        raise OptionError(f"{path} is not a text file with a number on each line") from error
    except (OSError, ValueError) as error:
        raise OptionError(f"the list of numbers {given[:80]!r} cannot be read: {error}") from error

"""``replacing``: a file that appears whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from inkdigits.errors import InkDigitsError, OptionError


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A file beside the place that takes it when all went well, and is gone when not.

    Args:
        path: The place; a file that is there is replaced.

    Raises:
        OptionError: It is a folder, its folder is not there, or nothing can be written there.
    """
    if path.is_dir():
        raise OptionError(f"{path} is a folder: name a file in it")
    if not path.parent.is_dir():
        raise OptionError(f"there is no folder {path.parent}: make it first, or name another place")
    part = path.with_name(f".{path.stem[:40]}-{uuid4().hex[:8]}.part")
    try:
        part.touch(exist_ok=False)
        yield part
        part.replace(path)
    except InkDigitsError:  # some of them are OSErrors
        raise
    except OSError as error:
        raise OptionError(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        part.unlink(missing_ok=True)

"""Folders on the server that may be read as a batch: those under one root, and nothing beside it."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from inkdigits.errors import OptionError

SETTING = "INKDIGITS_BATCH_ROOT"


def find_folder(root: Path | None, inside: str) -> Path:
    """The folder of a name below the root, with every link followed.

    Args:
        root: The allowed root; None allows none.
        inside: Its path from there with ``/`` between; ``""`` is the root itself.

    Raises:
        OptionError: No root is set, there is no such folder, or it lies elsewhere.
    """
    if root is None:
        raise OptionError(f"no folder of this server may be read: set {SETTING} to the one that may")
    parts = PurePosixPath(inside).parts
    if PurePosixPath(inside).is_absolute() or ".." in parts or "\0" in inside or "\\" in inside:
        raise OptionError(f"{inside!r} is no folder below {SETTING}")
    try:
        top = root.expanduser().resolve(strict=True)
        folder = top.joinpath(*parts).resolve(strict=True)
    except (OSError, RuntimeError) as error:  # not there, not allowed, or links in a circle
        raise OptionError(f"the folder {inside or str(root)!r} cannot be opened: {error}") from error
    if not folder.is_dir() or not folder.is_relative_to(top):
        raise OptionError(f"{inside!r} is no folder below {SETTING}")
    return folder


def list_folders(root: Path | None, inside: str) -> list[str]:
    """Names of the folders in one of them, in order; hidden ones, and links that lead elsewhere, are left out.

    Raises:
        OptionError: As :func:`find_folder`.
    """
    folder = find_folder(root, inside)
    try:
        names = sorted(path.name for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    except OSError as error:
        raise OptionError(f"the folder {inside!r} cannot be listed: {error.strerror}") from error
    return [name for name in names if _allowed(root, f"{inside}/{name}" if inside else name)]


def _allowed(root: Path | None, inside: str) -> bool:
    try:
        find_folder(root, inside)
    except OptionError:
        return False
    return True

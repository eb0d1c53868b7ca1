"""``--finetune corrections``: the corrections of the history as a folder that training takes."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from inkdigits.commands.logged import command_line
from inkdigits.errors import OptionError

if TYPE_CHECKING:
    from inkdigits.storage.lessons import Kind

WORD = "corrections"


def is_corrections(path: Path) -> bool:
    """True for the word alone, where no folder of that name is meant."""
    return str(path) == WORD and not path.exists()


def corrections_folder(kind: Kind) -> Path:
    """Writes what was corrected or found right into the home folder, anew each time.

    Args:
        kind: ``"digit"`` or ``"line"``.

    Returns:
        The folder.

    Raises:
        OptionError: Nothing was corrected that could be learned.
        MissingExtraError: The extra ``store`` is not installed.
        StorageError: The database cannot be reached, or a picture is missing.
    """
    from inkdigits.storage.store import Store

    store = Store.open()
    folder = store.settings.home / WORD / kind
    shutil.rmtree(folder, ignore_errors=True)
    if not store.export_corrections(folder, command_line(), kind):
        raise OptionError(
            f"no correction in the history teaches the {kind} network yet: correct readings on the History page, "
            "or with 'inkdigits history correct'"
        )
    return folder

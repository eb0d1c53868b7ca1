"""Where an export goes."""

from __future__ import annotations

from pathlib import Path

from inkdigits.errors import OptionError
from inkdigits.registry.model import SHIPPED, Model


def destination(model: Model, dest: Path, ending: str = ".onnx", *, force: bool = False) -> Path:
    """The file to write.

    Args:
        model: What is exported.
        dest: A file, or a folder, where the file is called by the model's id.
        ending: Of the file in a folder.
        force: Replace a file that is there.

    Raises:
        OptionError: The file is there already, or its folder is not.
    """
    path = dest / f"{file_stem(model)}{ending}" if dest.is_dir() else dest
    if path.exists() and not force:
        raise OptionError(f"{path} is there already: choose another name, or replace it with --force")
    if not path.parent.is_dir():
        raise OptionError(f"there is no folder {path.parent}")
    return path


def file_stem(model: Model) -> str:
    """What an exported file is called."""
    return f"shipped-{model.kind}" if model.id == SHIPPED else model.id

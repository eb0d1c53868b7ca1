"""Imports in processes of their own: a stranger's network runs beside the application, not in it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from inkdigits.jobs.files import read_json, write_json
from inkdigits.jobs.process import launch
from inkdigits.jobs.standing import Standing, read_standing

FOLDER = "imports"
UPLOAD, REQUEST, RESULT = "upload", "request.json", "result.json"


@dataclass(frozen=True, slots=True)
class Import:
    """An import, at one moment.

    Attributes:
        folder: Where it is worked on.
        file: What the file is called.
        standing: How far it is.
        model: Name of the model that came of it, or ``""``.
        facts: What was found out, in words.
    """

    folder: Path
    file: str
    standing: Standing
    model: str
    facts: Mapping[str, str]


def start_import(home: Path, data: bytes, file: str) -> Path:
    """Starts one; gives its folder."""
    folder = home / FOLDER / secrets.token_hex(8)
    folder.mkdir(parents=True)
    (folder / UPLOAD).write_bytes(data)
    write_json(folder / REQUEST, {"file": file, "home": str(home.resolve())})
    launch(folder, ["-m", "inkdigits.foreign", str(folder.resolve())])
    return folder


def imports(home: Path) -> list[Import]:
    """All that are at work or have not been put away, the oldest first."""
    place = home / FOLDER
    folders = [path for path in place.iterdir() if (path / REQUEST).is_file()] if place.is_dir() else []
    return [read_import(folder) for folder in sorted(folders, key=_begun)]


def _begun(folder: Path) -> float:
    """When an import was asked for; 0 for one that somebody puts away just now."""
    try:
        return (folder / REQUEST).stat().st_mtime
    except FileNotFoundError:
        return 0.0


def read_import(folder: Path) -> Import:
    """How an import stands now."""
    request, result = read_json(folder / REQUEST) or {}, read_json(folder / RESULT) or {}
    standing = read_standing(folder)
    return Import(folder, str(request.get("file", "")), standing, str(result.get("name", "")), result.get("facts", {}))

"""Small files that others read while they are written."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


def replace_text(path: Path, text: str) -> None:
    """Writes a file completely or not at all: who reads it finds the old text or the new one."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def write_json(path: Path, item: Any) -> None:
    """Writes JSON as :func:`replace_text`."""
    replace_text(path, json.dumps(item, indent=2) + "\n")


def read_json(path: Path) -> Any:
    """What :func:`write_json` wrote; None when there is no such file, or no JSON in it."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None

"""Training runs: what of a run's folder becomes a model."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inkdigits.errors import OptionError
from inkdigits.registry.model import KINDS, check_kind

_KEPT = ("checkpoint.pt", "metrics.jsonl", "curves.png")


@dataclass(frozen=True, slots=True)
class Run:
    """A finished training run.

    Attributes:
        kind: What it trained.
        weights: The exported model.
        record: What the training wrote down, ``{}`` when nothing.
        files: Files to keep beside the weights, by their name there.
    """

    kind: str
    weights: Path
    record: dict[str, Any]
    files: dict[str, Path]

    @classmethod
    def read(cls, folder: Path, kind: str | None = None) -> Run:
        """Looks into a run's folder.

        Raises:
            OptionError: No finished model is in it, or several and no kind is given, or its record is damaged.
        """
        kinds = KINDS if kind is None else (check_kind(kind),)
        found = [one for one in kinds if (folder / f"{one}.onnx").is_file()]
        if not found:
            wanted = " or ".join(f"{one}.onnx" for one in kinds)
            raise OptionError(
                f"{folder} holds no finished model ({wanted}): give the folder of a run of 'inkdigits train' that ended"
            )
        if len(found) > 1:
            raise OptionError(f"{folder} holds models of both kinds: say which with --kind {' or --kind '.join(KINDS)}")
        (chosen,) = found
        page = {"card.md": folder / f"{chosen}.md"}
        files = {**page, **{name: folder / name for name in _KEPT}}
        record = {**_record(folder / "finetune.json"), **_record(folder / f"{chosen}.json")}
        there = {name: path for name, path in files.items() if path.is_file()}
        return cls(chosen, folder / f"{chosen}.onnx", record, there)


def _record(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise OptionError(f"{path} is damaged ({error}): end the training again with 'inkdigits train'") from error

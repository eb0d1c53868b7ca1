"""The report as files: JSON, CSV, PNG and HTML."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from inkdigits.errors import MissingExtraError
from inkdigits.evaluation.measured import Measured, comparisons
from inkdigits.evaluation.report.page import to_page
from inkdigits.spreadsheet import neutral_csv


def write_report(measured: Sequence[Sequence[Measured]], folder: Path) -> tuple[list[Path], str]:
    """Writes everything into a folder, which is made.

    Args:
        measured: As :func:`inkdigits.evaluation.report.to_page` takes it.
        folder: Files in it of the same names are replaced.

    Returns:
        The files, and what is lacking in words: without Matplotlib, there are no PNGs.
    """
    folder.mkdir(parents=True, exist_ok=True)
    groups = [list(group) for group in measured]
    files = [folder / name for name in ("report.html", "evaluation.json", "classes.csv", "samples.csv")]
    files[0].write_text(to_page(groups), encoding="utf-8")
    files[1].write_text(json.dumps(to_json(groups), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    _write_csv(files[2], [row for group in groups for one in group for row in _class_rows(one)])
    _write_csv(files[3], [row for group in groups for one in group for row in _sample_rows(one)])
    try:
        from inkdigits.evaluation.report.pictures import write_pictures
    except ImportError as error:
        if (error.name or "").split(".")[0] != "matplotlib":
            raise
        return files, str(MissingExtraError("Charts as PNG", "train"))
    return [*files, *write_pictures(groups, folder)], ""


def to_json(groups: Sequence[list[Measured]]) -> list[dict[str, Any]]:
    """All figures: a data set an item, with its models and their comparisons."""
    return [
        {
            "data": group[0].data.name,
            "models": [one.figures.to_dict() for one in group],
            "comparisons": [pair.to_dict() for pair in comparisons(group)],
        }
        for group in groups
    ]


def _class_rows(one: Measured) -> Iterable[dict[str, Any]]:
    for found in one.figures.classes:
        yield {**_whose(one), **found.to_dict()}


def _sample_rows(one: Measured) -> Iterable[dict[str, Any]]:
    for name, label, digit, right in zip(one.data.names, one.data.labels, one.digits, one.right, strict=True):
        yield {
            **_whose(one),
            "sample": neutral_csv(name),
            "written": int(label),
            "read": digit.ranking[0][0],
            "right": int(right),
            "confidence": f"{digit.confidence:.6f}",
            "digitness": f"{digit.digitness:.6f}",
            "refused": digit.reason or "",
        }


def _whose(one: Measured) -> dict[str, str]:
    """Names as CSV may have them: a folder's or a file's could be taken for a formula."""
    return {"data": neutral_csv(one.data.name), "model": neutral_csv(one.model)}


def _write_csv(path: Path, rows: list[dict[str, Any]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)

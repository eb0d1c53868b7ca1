"""Fills the marked places of the documents with tables and figures made from ``results/*.json``."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from benchmarks.results import Results, load_results
from benchmarks.tables.bars import bars, figure, missed, short
from benchmarks.tables.batch import batch
from benchmarks.tables.digits import accuracy, blank, conditions, others, rejection
from benchmarks.tables.kept import history, report_pdf
from benchmarks.tables.learning import throughput, tune, writers
from benchmarks.tables.machine import machine, size
from benchmarks.tables.numbers import layouts, numbers, others_numbers, photos
from benchmarks.tables.speed import number_speed, others_speed, speed

_PLACE = re.compile(r"(<!-- benchmarks:(\w+) -->\n).*?(<!-- /benchmarks -->)", re.DOTALL)
_FIGURE = re.compile(r"(<!-- figure:(\w+) -->).*?(<!-- /figure -->)")
_NOT_YET = "*Not measured yet.*"


def _when_measured(name: str, draw: Callable[[Results], str]) -> Callable[[Results], str]:
    return lambda results: draw(results) if name in results else _NOT_YET


_MEASURED = (
    *(accuracy, rejection, blank, conditions, layouts, numbers, writers, throughput, tune),
    *(speed, number_speed, batch, history, report_pdf, size),
)

TABLES: dict[str, Callable[[Results], str]] = {
    **{draw.__name__: draw for draw in (bars, short, missed, others, others_speed, others_numbers, machine)},
    "photos": _when_measured("numbers", photos),
    **{draw.__name__: _when_measured(draw.__name__, draw) for draw in _MEASURED},
}
"""Name in a marker -> what it is replaced by."""


def documents(root: Path) -> list[Path]:
    """The documents of a repository that have marked places."""
    paths = [root / "README.md", *sorted((root / "docs").glob("*.md"))]
    return [path for path in paths if re.search(r"<!-- (?:benchmarks|figure):", path.read_text(encoding="utf-8"))]


def render(folder: Path, root: Path) -> list[Path]:
    """Fills ``<!-- benchmarks:TABLE -->`` up to ``<!-- /benchmarks -->``, and ``<!-- figure:BAR -->`` likewise.

    Args:
        folder: Where the results are.
        root: The repository.

    Returns:
        The documents, whether or not they changed.

    Raises:
        KeyError: A marker asks for a table or a figure that there is not.
    """
    results = load_results(folder)
    paths = documents(root)
    for path in paths:
        path.write_text(fill(path.read_text(encoding="utf-8"), results), encoding="utf-8")
    return paths


def fill(text: str, results: Results) -> str:
    """The text with every marked place filled."""
    text = _PLACE.sub(lambda found: f"{found[1]}\n{TABLES[found[2]](results)}\n\n{found[3]}", text)
    return _FIGURE.sub(lambda found: f"{found[1]}{figure(found[2], results)}{found[3]}", text)

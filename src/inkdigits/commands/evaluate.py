"""``inkdigits evaluate``: models on labelled digits."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inkdigits.commands.measured import DataFolder, Models, chosen_models
from inkdigits.errors import OptionError

if TYPE_CHECKING:
    from rich.table import Table

    from inkdigits.evaluation.measured import Measured
    from inkdigits.evaluation.sets import Labelled
    from inkdigits.settings import Settings

DEFAULT = "mnist"


def evaluate(
    models: Models = None,
    data: Annotated[
        list[str] | None,
        typer.Option(metavar="SET|FOLDER|FILE.csv", show_default=False, help="Labelled digits; may be repeated."),
    ] = None,
    data_folder: DataFolder = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write JSON, CSV, PNG and an HTML report into DIR.", show_default=False),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a data set and model, one a line.")] = False,
) -> None:
    """Measures models on labelled digits.

    It tells errors, calibration, how each digit fares, and whether one model beats another.

    SET is mnist, canvas_sim, pendigits, unipen_digits_dev, photo_digits_dev, optdigits or drawn. A FOLDER holds
    pictures in sub-folders 0 to 9, or beside a labels.csv with the columns file and label; FILE.csv holds a label and
    784 pixels a row. With two models or more, the first is compared with the others.

    Example: inkdigits evaluate shipped runs/digit/digit.onnx --data mnist --out report
    """
    from inkdigits.evaluation.measured import measure
    from inkdigits.evaluation.models import ACTIVE, open_model
    from inkdigits.evaluation.sets import DIGIT_SETS, load_set
    from inkdigits.settings import Settings

    settings = Settings.resolve(None)
    if out is not None:
        _make_folder(out)
    named = [name for name in models or [] if name in DIGIT_SETS or _is_data(name, settings)]
    chosen = chosen_models([name for name in models or [] if name not in named])
    readers = {name: open_model(name, settings) for name in chosen}
    groups: list[list[Measured]] = []
    for name in [*named, *(data or [])] or [DEFAULT]:
        found = load_set(name, data_folder or settings.data)
        found = _renamed(found, [group[0].data.name for group in groups])
        group = []
        for model, reader in readers.items():
            called = reader.model if model == ACTIVE else model
            with _bar(f"{found.name}, {called}", len(found)) as listen:
                group.append(measure(called, reader, found, listen))
        groups.append(group)
        _tell(group, as_json)
    if out is not None:
        _write(groups, out)


def _make_folder(out: Path) -> None:
    """Makes the report's folder before anything is measured for it."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OptionError(f"no report can be written into {out} ({error.strerror}): name another --out") from error
    if not os.access(out, os.W_OK):
        raise OptionError(f"no report can be written into {out}, which is read-only: name another --out")


def _is_data(name: str, settings: Settings) -> bool:
    """A folder or table among the models is meant as data, ``inkdigits evaluate my-digits/``, unless it is a model."""
    from inkdigits.registry.locate import is_model

    path = Path(name)
    return (path.is_dir() and not is_model(name, "digit", settings.home)) or path.suffix.lower() == ".csv"


def _renamed(found: Labelled, taken: list[str]) -> Labelled:
    """A data set with a number behind its name where another one is called so: charts are files of that name."""
    names = (found.name if turn == 1 else f"{found.name} ({turn})" for turn in count(1))
    return replace(found, name=next(name for name in names if name not in taken))


@contextmanager
def _bar(title: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar, and what moves it to so many digits."""
    from inkdigits import terminal

    with terminal.progress() as bar:
        task = bar.add_task(title, total=total)
        yield lambda done: bar.update(task, completed=done)


def _tell(group: list[Measured], as_json: bool) -> None:
    from inkdigits import terminal
    from inkdigits.evaluation.measured import comparisons

    pairs = comparisons(group)
    if as_json:
        for one, pair in zip(group, [None, *pairs], strict=True):
            terminal.write_json({**one.figures.to_dict(), "compared": None if pair is None else pair.to_dict()})
        return
    terminal.out().print(_table(group))
    for pair in pairs:
        terminal.out().print(
            f"{pair.render()}: {pair.only_first:,} read right only by {pair.first}, "
            f"{pair.only_second:,} only by {pair.second}",
        )


def _table(group: list[Measured]) -> Table:
    from rich.table import Table
    from rich.text import Text

    from inkdigits.evaluation.report.words import figures

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(Text(group[0].data.name), overflow="fold")
    for one in group:
        table.add_column(Text(one.model), overflow="fold", justify="right")
    columns = [figures(one.figures) for one in group]
    for place, (name, _, _) in enumerate(columns[0]):
        table.add_row(name, *(column[place][1] for column in columns))
    return table


def _write(groups: list[list[Measured]], folder: Path) -> None:
    from inkdigits import terminal
    from inkdigits.evaluation.report import write_report

    files, lacking = write_report(groups, folder)
    terminal.err().print(f"{len(files)} files in {folder}: open {files[0]}", soft_wrap=True)
    if lacking:
        terminal.complain(lacking)

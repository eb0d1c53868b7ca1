"""``inkdigits bench``: the scorecard of a model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inkdigits.errors import OptionError

if TYPE_CHECKING:
    from rich.table import Table

    from inkdigits.evaluation.scorecard import Score, Scorecard

_TELLS_MORE = (
    "'inkdigits data show NAME' says where a set comes from; INKDIGITS_DATA or --data-folder is where it goes."
)


def bench(
    models: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[MODEL...]",
            show_default=False,
            help="shipped, a model's id, an .onnx file or the folder of a run; else what reads now.",
        ),
    ] = None,
    data_folder: Annotated[
        Path | None, typer.Option(help="Folder with the public data sets; else INKDIGITS_DATA.", show_default=False)
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="A quick look: so many samples of each set.", show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a model, one a line.")] = False,
) -> None:
    """Prints the scorecard of models.

    It tells of digits, pens, pads, photos, numbers, rejection, calibration, speed and size.

    A model for digits is measured with the line model that reads now, a line model with the digits' one. Every set at
    hand is read; for the others it says how to get them. Speed is that of this machine, as busy as it is.

    Example: inkdigits bench shipped runs/digit --limit 200
    """
    from inkdigits import terminal
    from inkdigits.evaluation.candidate import Candidate
    from inkdigits.evaluation.scorecard import score
    from inkdigits.registry.locate import ACTIVE
    from inkdigits.settings import Settings

    settings = Settings.resolve(None)
    names = models or [ACTIVE]
    if len(set(names)) < len(names):
        raise OptionError("each model is measured once: name different ones")
    candidates = [Candidate.open(name, settings) for name in names]
    with terminal.progress() as bar:
        task = bar.add_task("Starting", total=None)

        def listen(what: str) -> None:
            bar.update(task, description=what)

        cards = [score(candidate, data_folder or settings.data, limit, listen) for candidate in candidates]
    _tell(cards, as_json)


def _tell(cards: list[Scorecard], as_json: bool) -> None:
    from inkdigits import terminal

    if as_json:
        for card in cards:
            terminal.write_json(card.to_dict())
        return
    terminal.out().print(_table(cards))
    lacking = {name: way for card in cards for name, way in card.missing.items()}
    for name, way in lacking.items():
        terminal.err().print(f"Not at hand: {name}; {way}", soft_wrap=True, markup=False)
    if lacking:
        terminal.err().print(_TELLS_MORE, soft_wrap=True, markup=False)
    if cards[0].limit is not None:
        terminal.err().print("Part of each set only (--limit): look at the intervals.", markup=False)


def _table(cards: list[Scorecard]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("", overflow="fold")
    for card in cards:
        table.add_column(Text(card.model), overflow="fold", justify="right")
    alone = len(cards) == 1
    if alone:
        table.add_column("95 % interval", justify="right", no_wrap=True)
        table.add_column("of", justify="right", no_wrap=True)
    figures = [{one.key: one for one in card.scores} for card in cards]
    for key, first in {key: one for found in figures for key, one in found.items()}.items():
        row = [_value(found.get(key)) for found in figures]
        more = [_interval(first), "" if first.count is None else f"{first.count:,}"] if alone else []
        table.add_row(first.what, *row, *more)
    return table


def _value(one: Score | None) -> str:
    if one is None:
        return "–"
    written = {
        "share": f"{100 * one.value:.2f} %",
        "count": f"{one.value:,.0f}",
        "milliseconds": f"{one.value:.2f} ms",
        "rate": f"{one.value:,.0f}/s",
        "bytes": f"{one.value / 1e6:.2f} MB",
    }
    return written[one.unit]


def _interval(one: Score) -> str:
    if one.interval is None:
        return ""
    low, high = one.interval
    return f"{100 * low:.2f} to {100 * high:.2f}"

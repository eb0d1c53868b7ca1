"""``inkdigits bench``: the scorecard of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from inkdigits.commands.measured import DataFolder, Models, chosen_models

if TYPE_CHECKING:
    from rich.table import Table

    from inkdigits.evaluation.scorecard import Score, Scorecard

_TELLS_MORE = (
    "'inkdigits data show NAME' says where a set comes from; INKDIGITS_DATA or --data-folder is where it goes."
)


def bench(
    models: Models = None,
    data_folder: DataFolder = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="A quick look: so many samples of each set.", show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a model, one a line.")] = False,
) -> None:
    """Prints the scorecard of models.

    It tells of digits, pens, pads, photos, numbers, rejection, calibration, speed and size, and whether each figure
    reaches the bar that is set for the shipped models.

    A model for digits is measured with the line model that reads now, a line model with the digits' one. Every set at
    hand is read; for the others it says how to get them. Speed is that of this machine, as busy as it is.

    Example: inkdigits bench shipped runs/digit --limit 200
    """
    from inkdigits import terminal
    from inkdigits.evaluation.candidate import Candidate
    from inkdigits.evaluation.scorecard import score
    from inkdigits.settings import Settings

    settings = Settings.resolve(None)
    candidates = [Candidate.open(name, settings) for name in chosen_models(models)]
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
        terminal.err().print(f"Not at hand: {name}; {way}", soft_wrap=True)
    if lacking:
        terminal.err().print(_TELLS_MORE, soft_wrap=True)
    if cards[0].limit is not None:
        terminal.err().print("Part of each set only (--limit): look at the intervals.")


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
    table.add_column("bar", justify="right", no_wrap=True)
    figures = [{one.key: one for one in card.scores} for card in cards]
    for key, first in {key: one for found in figures for key, one in found.items()}.items():
        row = [_judged(found.get(key)) for found in figures]
        more = [_interval(first), "" if first.count is None else f"{first.count:,}"] if alone else []
        table.add_row(first.what, *row, *more, _bar(first))
    return table


def _judged(one: Score | None) -> str:
    """A value, and whether it reaches its bar."""
    if one is None:
        return "–"
    mark = "" if one.bar is None else " ✓" if one.bar.met(one.value) else " ✗"
    return f"{_written(one, one.value)}{mark}"


def _bar(one: Score) -> str:
    if one.bar is None:
        return ""
    sign = ("<" if one.bar.at_most else ">") if one.bar.strict else "≤" if one.bar.at_most else "≥"
    return f"{sign} {_written(one, one.bar.limit)}"


def _written(one: Score, value: float) -> str:
    written = {
        "share": f"{100 * value:.2f} %",
        "count": f"{value:,.0f}",
        "milliseconds": f"{value:.2f} ms",
        "rate": f"{value:,.0f}/s",
        "bytes": f"{value / 1e6:.2f} MB",
    }
    return written[one.unit]


def _interval(one: Score) -> str:
    if one.interval is None:
        return ""
    low, high = one.interval
    return f"{100 * low:.2f} to {100 * high:.2f}"

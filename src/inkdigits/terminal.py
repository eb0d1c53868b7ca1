"""How results look in a terminal: results on stdout, progress and errors on stderr, color only on a terminal."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from inkdigits.reading import Number, Reading
from inkdigits.wording import percent

if TYPE_CHECKING:
    from inkdigits.jobs.progress import Progress as TrainingProgress

Item = TypeVar("Item")

WIDTH = 80
_STYLES = {"sure": "green", "look_again": "yellow", "not_a_digit": "dim"}
_STEPS = {"plan": "Looking for pictures", "write": "Writing the results"}
_EVERY = 60.0  # seconds from one line about a batch to the next, where there is no terminal
_LEAST = 0.001  # of probability: alternatives below it are noise


def out() -> Console:
    """Standard output, at most 80 columns wide; square brackets in names are what they are."""
    console = Console(highlight=False, markup=False)
    console.width = min(console.width, WIDTH)
    return console


def err() -> Console:
    """Standard error, as :func:`out`."""
    return Console(stderr=True, highlight=False, markup=False)


def complain(message: str) -> None:
    """One line on standard error."""
    err().print(Text(f"inkdigits: {message}"), soft_wrap=True)


def write_json(item: Mapping[str, Any]) -> None:
    """One JSON object, one line, at once, so that a pipe can follow."""
    sys.stdout.write(json.dumps(item, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def readings_table(readings: Iterable[tuple[str, Reading]]) -> Table:
    """A table of named readings, narrow enough for 80 columns."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("File", overflow="fold", max_width=40)
    table.add_column("Number", overflow="fold")
    table.add_column("How sure", no_wrap=True)
    table.add_column("Alternatives", overflow="fold")
    for name, reading in readings:
        title = Text(name if reading.pages == 1 else f"{name}, page {reading.page + 1}")
        if not reading.numbers:
            table.add_row(title, "", Text(reading.render(), style=_STYLES["not_a_digit"]), "")
        for number in reading.numbers:
            table.add_row(title, *_cells(number))
            title = Text("")
    return table


def _cells(number: Number) -> tuple[Text, Text, Text]:
    first, dot, second = number.render().partition(" · ")
    label, words = (first, second) if dot else ("", first)
    style = _STYLES[number.state]
    return Text(label, style=f"bold {style}"), Text(words, style=style), Text(_alternatives(number), style="dim")


def _alternatives(number: Number) -> str:
    if number.state == "not_a_digit":
        return ""
    if number.probability is None:
        ranking = number.digits[0].ranking
        others = [(str(label), share) for label, share in ranking[1 if number.state == "sure" else 0 :]]
    else:
        others = [(other.text, other.probability) for other in number.alternatives]
    return ", ".join(f"{label} {percent(share)}" for label, share in others[:2] if share >= _LEAST)


def progress(*, left: bool = True) -> Progress:
    """A bar on standard error that leaves no trace; silent when that is no terminal.

    Args:
        left: Let the bar find out how much time is left.
    """
    console = err()
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        *([TimeRemainingColumn()] if left else []),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def track(items: list[Any], title: str) -> Iterator[Any]:
    """Goes through items with a bar, from two items on."""
    with counting(title) as count:
        yield from count(items)


class Count:
    """Goes through items with a bar; some turn out to be documents of many pages."""

    def __init__(self, bar: Progress, title: str) -> None:
        """Takes a bar that is shown already."""
        self._bar = bar
        self._title = title
        self._task: TaskID | None = None

    def __call__(self, items: Sequence[Item]) -> Iterator[Item]:
        """Gives the items, and counts each when the next is asked for."""
        self._task = self._bar.add_task(self._title, total=len(items), visible=len(items) > 1)
        for item in items:
            yield item
            self._bar.advance(self._task)

    def more(self, reading: Reading) -> None:
        """Counts a page of a document: from its first one on, all its pages are to be read."""
        if self._task is None or reading.pages == 1:
            return
        if reading.page == 0:
            total = self._bar.tasks[self._task].total or 0
            self._bar.update(self._task, total=total + reading.pages - 1, visible=True)
        if reading.page < reading.pages - 1:
            self._bar.advance(self._task)


@contextmanager
def counting(title: str) -> Iterator[Count]:
    """A bar that counts what is read; see :class:`Count`."""
    with progress() as bar:
        yield Count(bar, title)


_STAGES = {
    "own": "Reading your pictures",
    "data": "Making glyphs",
    "train": "Epochs",
    "export": "Calibrating and exporting",
}


@contextmanager
def show_training() -> Iterator[Callable[[TrainingProgress], None]]:
    """Gives a listener for a training: a bar on a terminal, and a line an epoch wherever it runs."""
    with progress() as bar:
        task = bar.add_task("Starting", total=None)

        def show(step: TrainingProgress) -> None:
            stage = _STAGES.get(step.stage, step.stage)
            bar.update(task, description=stage, completed=step.done, total=step.total)
            if step.note:
                bar.console.print(step.note, soft_wrap=True, markup=False)
            if step.metrics is not None:
                bar.console.print(_epoch_line(step), soft_wrap=True)

        yield show


def _epoch_line(step: TrainingProgress) -> str:
    left = "" if step.seconds_left is None else f", {duration(step.seconds_left)} left"
    figures = ", ".join(f"{name} {value:.4g}" for name, value in (step.metrics or {}).items() if name != "epoch")
    return f"epoch {step.done} of {step.total}{left}: {figures}"


@contextmanager
def showing_trials() -> Iterator[Callable[[TrainingProgress], None]]:
    """Gives a listener for trainings that are many and short: a bar alone."""
    with progress() as bar:
        task = bar.add_task("Starting", total=None)

        def show(step: TrainingProgress) -> None:
            bar.update(task, description=_STAGES.get(step.stage, step.stage), completed=step.done, total=step.total)

        yield show


@contextmanager
def showing_batch(every: float = _EVERY) -> Iterator[Callable[[TrainingProgress], None]]:
    """Gives a listener for a batch: a bar with pages a second and the time left.

    Args:
        every: Seconds from one line to the next that says the same where there is no terminal, as in a log.
    """
    with progress(left=False) as bar:  # of what was read before it would make speed
        task = bar.add_task("Starting", total=None)
        told = time.monotonic()

        def show(step: TrainingProgress) -> None:
            nonlocal told
            title = _STEPS.get(step.stage) or _pace(step)
            bar.update(task, description=title, completed=step.done, total=step.total or None)
            if bar.disable and time.monotonic() - told >= every:
                told = time.monotonic()
                done = f"{step.done:,} of {step.total:,} pages, " if step.stage == "read" else ""
                bar.console.print(done + title, soft_wrap=True)

        yield show


def _pace(step: TrainingProgress) -> str:
    metrics = step.metrics or {}
    parts = (
        f"{metrics.get('pages_per_second', 0.0):,.1f} pages/s",
        "" if step.seconds_left is None else f"{duration(step.seconds_left)} left",
        f"{metrics['refused']:,.0f} refused" if metrics.get("refused") else "",
    )
    return ", ".join(filter(None, parts))


@contextmanager
def downloading() -> Iterator[Callable[[str, int, int | None], None]]:
    """Gives a listener for downloads: file, bytes so far, bytes in all or None; a bar a file on a terminal."""
    with progress() as bar:
        tasks: dict[str, TaskID] = {}

        def show(name: str, done: int, total: int | None) -> None:
            if name not in tasks:
                tasks[name] = bar.add_task(name, total=None)
            bar.update(tasks[name], completed=done, total=total)

        yield show


def day(moment: datetime | None) -> str:
    """The day of a moment, or that there was and will be none."""
    return "never" if moment is None else f"{moment:%Y-%m-%d}"


def duration(seconds: float) -> str:
    """Seconds in the unit that people would use: ``40 s``, ``12 min``, ``1 h 20 min``."""
    if seconds < 90:
        return f"{round(seconds)} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"

"""``read_batch``: from names to a file of results, on one page."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from inkdigits.batch.engine import Engine, open_engine
from inkdigits.batch.errors import BatchError
from inkdigits.batch.forms import Form, form_of
from inkdigits.batch.item import Item
from inkdigits.batch.job import Job
from inkdigits.batch.journal import Journal
from inkdigits.batch.pace import Pace
from inkdigits.batch.place import check_out
from inkdigits.batch.plan import Plan
from inkdigits.batch.sources import find_items
from inkdigits.batch.summary import Summary
from inkdigits.errors import InkDigitsError, OptionError
from inkdigits.jobs.progress import Listener, Progress
from inkdigits.settings import Settings

_TOLD = 1_000  # items that are found from one word about it to the next


def read_batch(
    paths: str | PathLike[str] | Sequence[str | PathLike[str]],
    out: str | PathLike[str],
    *,
    expect: str = "page",
    expect_length: int | None = None,
    pattern: str | None = None,
    allowed: Iterable[str | int] | None = None,
    engine: str = "local",
    processes: int = 0,
    address: str | None = None,
    settings: Settings | Mapping[str, Any] | None = None,
    check: Callable[[Item], Item] = lambda item: item,
    cuttings: str | PathLike[str] | None = None,
    listen: Listener = lambda progress: None,
) -> Summary:
    r"""Reads many pictures into one file, a row a number; ended at any moment, the same call goes on where it was.

    Args:
        paths: One or several files, folders at any depth, patterns such as ``"scans/**/*.png"``, ZIPs, documents, and
            URLs of these.
        out: The results: ``.csv``, ``.jsonl`` or ``.parquet``. What could not be read is told in a file beside them.
        expect: What each picture holds, as for :meth:`inkdigits.Reader.read`.
        expect_length: As for :meth:`inkdigits.Reader.read`.
        pattern: As for :meth:`inkdigits.Reader.read`, such as ``r"\d{5}"``.
        allowed: As for :meth:`inkdigits.Reader.read`.
        engine: ``"local"``, processes on this machine, or ``"ray"``, a cluster.
        processes: How many read at a time; 0 is one a processor.
        address: Of the cluster.
        settings: Limits and models, as for :class:`inkdigits.Reader`.
        check: Looks at each piece before it is planned, and may give it a :attr:`~inkdigits.batch.item.Item.problem`.
        cuttings: A folder for pictures of the numbers that somebody should look at,
            :class:`~inkdigits.batch.cuttings.Cuttings`; with the engine ``"local"``.
        listen: Is told how far it is, in pages: stage ``"plan"``, ``"read"``, then ``"write"``.

    Returns:
        How it went. Pictures that cannot be read do not end it: they are counted and told of.

    Raises:
        OptionError: An option, a source or the place of the results makes no sense.
        BatchError: It cannot go on, as when the disk is full; what was read is kept, and the same call goes on.
        ModelError: A model is missing or damaged.
        MissingExtraError: A library for what is asked is not installed.
        KeyboardInterrupt: It was stopped; what was read is kept.
    """
    names = [fspath(path) for path in ([paths] if isinstance(paths, str | PathLike) else paths)]
    place = check_out(fspath(out), names)
    form = form_of(place)
    if cuttings is not None and engine != "local":
        raise OptionError(f"cuttings are kept by the engine 'local', not by {engine!r}")
    folder = None if cuttings is None else Path(cuttings).absolute()
    job = replace(Job.of(expect, expect_length, pattern, allowed, settings), cuttings=folder)
    journal = Journal(place)
    with _explained(journal), journal.held(), open_engine(engine, job, form.name, processes, address) as pool:
        run = _Run(journal, job.told() | {"form": form.name}, listen)
        plan = run.plan(map(check, find_items(names, job.settings)))
        if (done := run.repeated(plan)) is not None:
            return done
        run.read(plan, pool)
        return run.write(plan, form)


class _Run:
    """The stages of one sitting."""

    def __init__(self, journal: Journal, asked: Mapping[str, Any], listen: Listener) -> None:
        self._journal = journal
        self._asked = asked
        self._listen = listen
        self._begun = time.monotonic()
        self._kept = 0

    def plan(self, items: Iterable[Item]) -> Plan:
        self._journal.check_place(self._asked)
        self._listen(Progress("plan", 0, 0))
        plan = self._journal.plan(_counted(items, self._listen), self._asked)
        self._kept = sum(part.pages for part in self._journal.done.values())
        return plan

    def repeated(self, plan: Plan) -> Summary | None:
        record = self._journal.finished(self._asked, plan)
        return None if record is None else replace(Summary.from_dict(record), repeated=True)

    def read(self, plan: Plan, pool: Engine) -> None:
        pace = Pace(plan, self._journal.done, self._listen)
        waiting = (number for number in range(len(plan)) if number not in self._journal.done)
        for number, part in pool.read(plan.chunks(waiting)):
            self._journal.keep(number, part)
            pace.tell(number, part)

    def write(self, plan: Plan, form: Form) -> Summary:
        self._listen(Progress("write", plan.pages, plan.pages))
        self._journal.write_results(form, len(plan))
        seconds = round(time.monotonic() - self._begun, 3)
        done = self._journal.done
        parts = (done[number] for number in range(len(plan)))
        summary = Summary.of(parts, self._journal.out, self._journal.errors, self._kept, seconds)
        self._journal.finish(self._asked, plan, summary.to_dict())
        return summary


def _counted(items: Iterable[Item], listen: Listener) -> Iterator[Item]:
    for count, item in enumerate(items, start=1):
        if count % _TOLD == 0:
            listen(Progress("plan", count, 0))
        yield item


@contextmanager
def _explained(journal: Journal) -> Iterator[None]:
    """Says what is kept when the disk is full or away."""
    try:
        yield
    except InkDigitsError:  # some of them are OSErrors
        raise
    except OSError as error:
        kept = f"; {len(journal.done):,} parts are kept: mend it, then start the same again" if journal.begun else ""
        raise BatchError(f"{journal.out} cannot be written: {error.strerror or error}{kept}") from error

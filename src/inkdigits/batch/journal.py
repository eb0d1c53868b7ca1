"""``Journal``: what a batch has done so far, in a folder beside its results, whatever ended it.

While a batch runs, ``results.csv.journal`` holds the plan, what was asked, and a part for each chunk that is done.
Parts and results appear whole or not at all, and only one process writes, so that no moment is a bad one to die at.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

from inkdigits.batch.durable import replacing, sync, write_bytes, write_json
from inkdigits.batch.errors import BatchError
from inkdigits.batch.forms import Form, csv_head, encode_csv
from inkdigits.batch.item import Item, Refused
from inkdigits.batch.lock import held
from inkdigits.batch.part import Part, read_head
from inkdigits.batch.plan import Plan
from inkdigits.errors import OptionError

ERRORS = "errors.csv"
"""What the file of what could not be read is called after the results; see :func:`beside`."""

_FORMAT = 1
_PLAN, _NEW_PLAN, _RUN, _PARTS = "plan.jsonl", "plan.new.jsonl", "run.json", "parts"
_LOCK, _WRITING = "lock", "writing"
_SUFFIX = ".part"


class Journal:
    """The journal of the results at a path."""

    def __init__(self, out: Path) -> None:
        """Takes where the results go; nothing is made yet."""
        self.out = out
        self.folder = beside(out, "journal")
        self.record = beside(out, "run.json")
        self.errors = beside(out, ERRORS)
        self._done: dict[int, Part] = {}
        self._resumed = False

    @contextmanager
    def held(self) -> Iterator[None]:
        """Makes the journal, for this process alone; one without a plan goes again.

        Raises:
            BatchError: Another process holds it, or it cannot be made.
        """
        try:
            (self.folder / _PARTS).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BatchError(f"no journal can be kept at {self.folder}: {error.strerror or error}") from error
        with held(self.folder / _LOCK, str(self.out)):
            try:
                yield
            finally:
                if self.folder.exists() and not (self.folder / _RUN).exists():
                    self.remove()

    @property
    def begun(self) -> bool:
        """Whether an unfinished batch is in it."""
        return (self.folder / _RUN).exists()

    def plan(self, items: Iterable[Item], asked: Mapping[str, Any]) -> Plan:
        """Writes the plan, or takes the one that is there up again.

        Args:
            items: All items.
            asked: What the results depend on besides them.

        Raises:
            OptionError: The batch that is in it was another one.
        """
        expect = str(asked["expect"])
        run = self._run()
        if run is None:
            plan = Plan.write(items, self.folder / _PLAN, expect)
            sync(self.folder / _PLAN)
            write_json(self.folder / _RUN, {"format": _FORMAT, "asked": asked, "plan": plan.digest})
            return plan
        self._resumed = True
        self._check_asked(run["asked"], asked)
        plan = Plan.write(items, self.folder / _NEW_PLAN, expect)
        if plan.digest != run["plan"]:
            found = Plan(self.folder / _PLAN).difference(plan)
            raise OptionError(f"what is to be read is not what it was when {self._words} ({found}): {self._way_out}")
        (self.folder / _NEW_PLAN).unlink()
        self._done = dict(self._parts())
        return Plan(self.folder / _PLAN)

    @property
    def done(self) -> Mapping[int, Part]:
        """The parts that are kept, by the numbers of their chunks, without their bodies."""
        return self._done

    def keep(self, number: int, part: Part) -> None:
        """Keeps what became of a chunk."""
        write_bytes(self._path(number), part.to_bytes(), name=False)
        self._done[number] = Part(part.pages, part.refused, part.counts)

    def write_results(self, form: Form, chunks: int) -> None:
        """Puts all parts together, in the order of the plan, beside what could not be read.

        Raises:
            OptionError: Somebody else has put a file there meanwhile.
        """
        if self.out.exists() and not (self.folder / _WRITING).exists():
            raise OptionError(f"there is a file {self.out} now that this batch did not write: move it, then go on")
        write_bytes(self.folder / _WRITING, b"")
        refused = [item for number in range(chunks) for item in self._done[number].refused]
        if refused:
            write_bytes(self.errors, _refused_as_csv(refused))
        else:
            self.errors.unlink(missing_ok=True)
        with replacing(self.out) as part:
            form.merge(self._bodies(chunks), part)

    def finish(self, asked: Mapping[str, Any], plan: Plan, summary: Mapping[str, Any]) -> None:
        """Leaves a record beside the results, and removes the journal."""
        write_json(self.record, {"format": _FORMAT, "asked": asked, "plan": plan.digest, "summary": summary})
        self.remove()

    def check_place(self, asked: Mapping[str, Any]) -> None:
        """Looks for results of another batch where those of this one are to go.

        Raises:
            OptionError: There are some.
        """
        if self.out.exists() and not self.begun and self._recorded(asked) is None:
            raise OptionError(self._taken)

    def finished(self, asked: Mapping[str, Any], plan: Plan) -> Mapping[str, Any] | None:
        """The summary of this very batch when it is complete, and nothing is left to do; None when it is not.

        Raises:
            OptionError: There are results of another batch.
        """
        record = self._recorded(asked)
        if record is not None and record["plan"] == plan.digest:
            self.remove()
            summary: Mapping[str, Any] = record["summary"]
            return summary
        if self.out.exists() and not self._resumed:
            self.remove()
            raise OptionError(self._taken)
        return None

    def _recorded(self, asked: Mapping[str, Any]) -> dict[str, Any] | None:
        """The record of the results that are there, if they were asked for so."""
        found = _read_json(self.record)
        if not self.out.exists() or not isinstance(found, dict) or found.get("asked") != _as_read_back(asked):
            return None
        return found

    @property
    def _taken(self) -> str:
        return f"there is a file {self.out} already, of another batch: delete or move it, or name another"

    def remove(self) -> None:
        """Removes the journal: first out of the way of a process that may start now."""
        away = self.folder.with_name(f".{self.folder.name}-{uuid4().hex[:8]}")
        self.folder.replace(away)
        shutil.rmtree(away, ignore_errors=True)

    def _run(self) -> dict[str, Any] | None:
        found = _read_json(self.folder / _RUN)
        if found is None and not self.begun:
            return None
        if not isinstance(found, dict) or found.get("format") != _FORMAT:
            raise OptionError(f"{self.folder} is of another version, or damaged: delete it to begin anew")
        return found

    def _check_asked(self, was: Mapping[str, Any], now: Mapping[str, Any]) -> None:
        now = _as_read_back(now)
        for name in now:
            if was.get(name) != now[name]:
                raise OptionError(
                    f"{name} was {was.get(name)!r} when {self._words}, and is {now[name]!r} now: {self._way_out}"
                )

    @property
    def _words(self) -> str:
        return f"the unfinished batch into {self.out} was begun"

    @property
    def _way_out(self) -> str:
        return f"ask for the same to go on, name another file, or delete the folder {self.folder} to begin anew"

    def _path(self, number: int) -> Path:
        return self.folder / _PARTS / f"{number:08d}{_SUFFIX}"

    def _parts(self) -> Iterator[tuple[int, Part]]:
        with os.scandir(self.folder / _PARTS) as entries:
            for entry in entries:
                stem, dot, suffix = entry.name.partition(".")
                if dot + suffix != _SUFFIX or not stem.isdigit():
                    continue
                with Path(entry.path).open("rb") as file:
                    part = read_head(file, entry.stat().st_size)
                if part is not None:
                    yield int(stem), part

    def _bodies(self, chunks: int) -> Iterator[IO[bytes]]:
        for number in range(chunks):
            with self._path(number).open("rb") as file:
                file.readline()
                yield file


def _as_read_back(item: Mapping[str, Any]) -> dict[str, Any]:
    """What JSON makes of it: tuples become lists."""
    return dict(json.loads(json.dumps(item)))


def beside(out: Path, what: str) -> Path:
    """A file or folder that belongs to results: ``results.csv.journal`` of ``results.csv``."""
    return out.with_name(f"{out.name}.{what}")


def _refused_as_csv(refused: Iterable[Refused]) -> bytes:
    rows = ((item.source, item.page, item.reason) for item in refused)
    return csv_head(("source", "page", "reason")) + encode_csv(rows)


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return None

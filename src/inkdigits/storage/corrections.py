"""``Corrections``: what people say that numbers really are; nothing of it is ever changed, only taken back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from uuid import uuid4

from sqlalchemy.orm import Session

from inkdigits.errors import OptionError
from inkdigits.storage.actor import Actor
from inkdigits.storage.audit import note
from inkdigits.storage.database import Database
from inkdigits.storage.readings import find, searched, to_record
from inkdigits.storage.record import Record
from inkdigits.storage.seen import Seen, shown_name
from inkdigits.storage.tables import CorrectionRow, ReadingRow

LONGEST = 64
"""Characters of a correction."""


class Corrections:
    """Adds corrections to the readings that an actor sees, and takes them back."""

    def __init__(self, database: Database) -> None:
        """Takes where the rows are."""
        self._database = database

    def add(self, actor: Actor, reading: str, number: int, text: str, name: str | None = None) -> Record:
        """Notes what a number really is; see :meth:`inkdigits.storage.store.Store.correct`."""
        text = checked_text(text)
        name = name or uuid4().hex

        def work(session: Session) -> Record:
            row = find(session, actor, reading, lock=True)
            _add(session, actor, row, {number: text}, {number: name})
            return _settled(session, row)

        return self._database.write(work)

    def undo(self, actor: Actor, reading: str, name: str | None = None) -> Record:
        """Takes a correction back; see :meth:`inkdigits.storage.store.Store.undo`."""
        if name is None:
            record = self._database.read(lambda session: to_record(find(session, actor, reading)))
            holding = [item for item in record.corrections if item.undone is None]
            if not holding:
                raise OptionError(f"there is no correction of reading {reading!r} to take back")
            name = holding[-1].id

        def work(session: Session) -> Record:
            row = find(session, actor, reading, lock=True)
            correction = next((item for item in row.corrections if item.id == name), None)
            if correction is None:
                raise OptionError(f"reading {reading!r} has no correction {name!r}")
            _take_back(session, actor, row, correction)
            return _settled(session, row)

        return self._database.write(work)

    def settle(self, actor: Actor, reading: str, texts: Mapping[int, str], before: Seen | None = None) -> Record:
        """Makes what a page shows hold; see :meth:`inkdigits.storage.store.Store.settle`."""
        texts = {number: checked_text(text) for number, text in texts.items()}
        names = {number: uuid4().hex for number in texts}

        def work(session: Session) -> Record:
            row = find(session, actor, reading, lock=True)
            seen = before or Seen.of(to_record(row))
            new = {number: text for number, text in texts.items() if seen.texts.get(number) != text}
            gone = [item for item in row.corrections if item.id in seen.ids and item.number not in texts]
            _add(session, actor, row, new, names)
            for correction in gone:
                _take_back(session, actor, row, correction)
            return _settled(session, row)

        return self._database.write(work)


def _add(session: Session, actor: Actor, row: ReadingRow, texts: Mapping[int, str], names: Mapping[int, str]) -> None:
    """Adds what does not hold yet, each under its name; a name that is there already is kept once."""
    held = to_record(row)
    for number, text in texts.items():
        if not 0 <= number < len(held.texts):
            raise OptionError(_no_number(number, len(held.texts)))
        if held.corrected.get(number) == text or session.get(CorrectionRow, names[number]) is not None:
            continue
        row.corrections.append(
            CorrectionRow(
                id=names[number],
                reading_id=row.id,
                number=number,
                was=held.texts[number],
                text=text,
                created=_next_moment(row),
                person_id=actor.id,
                person=shown_name(actor),
                undone_by="",
            )
        )
        note(session, actor, "correction", row.id, details={"number": number + 1})


def _take_back(session: Session, actor: Actor, row: ReadingRow, correction: CorrectionRow) -> None:
    """Notes that a correction does not hold any more."""
    if correction.undone is None:
        correction.undone, correction.undone_by = _next_moment(row), shown_name(actor)
        note(session, actor, "correction undone", row.id, details={"number": correction.number + 1})


def checked_text(text: str) -> str:
    """A correction's text without spaces around it. Raises OptionError when it is no line of printable characters."""
    text = text.strip()
    if len(text) > LONGEST or not text.isprintable():
        raise OptionError(f"a correction is one line of at most {LONGEST} characters")
    return text


def _settled(session: Session, row: ReadingRow) -> Record:
    """The record after a change, with what the row repeats of it to be searched."""
    session.flush()
    record = to_record(row)
    row.search = searched(record.text, record.corrected_text, record.name)
    row.is_checked = record.checked
    return record


def _next_moment(row: ReadingRow) -> datetime:
    """Now, but after everything that happened to the reading before: the order never depends on a clock."""
    last = max((moment for item in row.corrections for moment in (item.created, item.undone) if moment), default=None)
    now = datetime.now(timezone.utc)
    return now if last is None else max(now, last + timedelta(microseconds=1))


def _no_number(number: int, count: int) -> str:
    there = f"its numbers are 1 to {count}" if count > 1 else "it has one number" if count else "it has no number"
    return f"the reading has no number {number + 1}: {there}"

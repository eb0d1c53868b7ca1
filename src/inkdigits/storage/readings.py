"""``Readings``: readings that were kept, each only for those who may see it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, tuple_
from sqlalchemy.orm import Session, selectinload

from inkdigits.errors import OptionError
from inkdigits.reading import Reading, State
from inkdigits.storage.actor import Actor
from inkdigits.storage.audit import note
from inkdigits.storage.database import Database, insert_into
from inkdigits.storage.entry import Entry
from inkdigits.storage.filter import Cursor, Filter, Listing, cursor_of, parse_cursor
from inkdigits.storage.picture import Picture
from inkdigits.storage.pictures import Pictures
from inkdigits.storage.record import Correction, Record
from inkdigits.storage.rights import not_there, owned, visible
from inkdigits.storage.tables import CorrectionRow, ReadingRow
from inkdigits.storage.tables.readings import SEARCHED

_LONG = 250  # characters of a text that are searched: a page of some fifty numbers

BATCH = 500
"""Readings that one transaction deletes, or one query of many fetches."""


@dataclass(frozen=True, slots=True)
class Doomed:
    """What somebody is about to delete.

    Attributes:
        readings: How many readings.
        others: How many of these belong to somebody else.
        people: How many people they belong to; nobody's count as one person's.
    """

    readings: int
    others: int
    people: int


class Readings:
    """Adds, finds and deletes readings."""

    def __init__(self, database: Database, pictures: Pictures) -> None:
        """Takes where rows and pictures are."""
        self._database = database
        self._pictures = pictures

    def add(self, actor: Actor, entry: Entry, *, replace: bool = False) -> Record:
        """Keeps a reading as the actor's own; see :meth:`inkdigits.storage.store.Store.add`."""
        actor.check()
        picture = None if entry.grey is None else Picture.of(entry.grey)
        if picture is not None:
            self._pictures.put(picture)

        def work(session: Session) -> None:
            digest = None if picture is None else self._pictures.keep(session, picture)
            row = insert_into(session, ReadingRow).values(row_values(actor, entry, digest))
            session.execute(row.on_conflict_do_nothing(index_elements=["id"]))
            if replace:
                self._replace(session, actor, entry, digest)

        self._database.write(work)
        return self.get(actor, entry.id)

    def _replace(self, session: Session, actor: Actor, entry: Entry, digest: str | None) -> None:
        """Puts an entry in the place of the actor's own one of the same id, unless somebody checked that already."""
        row = find(session, actor, entry.id, lock=True)
        if row.person_id != actor.id or row.is_checked:
            return
        before = row.picture
        for name, value in row_values(actor, entry, digest).items():
            setattr(row, name, value)
        session.flush()
        if before is not None and before != digest:
            self._pictures.drop(session, {before})

    def get(self, actor: Actor, name: str) -> Record:
        """One reading. Raises OptionError when there is none, or it is not the actor's to see."""
        return self._database.read(lambda session: to_record(find(session, actor, name)))

    def name_of(self, actor: Actor, begin: str) -> str:
        """The id that begins so. Raises OptionError when none does, or several do."""
        asked = select(ReadingRow.id).where(visible(actor), ReadingRow.id.startswith(begin, autoescape=True)).limit(2)
        found = self._database.read(lambda session: session.scalars(asked).all())
        if len(found) != 1:
            raise OptionError(f"several readings begin with {begin!r}: write more of it") if found else not_there(begin)
        return found[0]

    def page(self, actor: Actor, wanted: Filter, limit: int, after: Cursor | None) -> Listing:
        """The newest readings that are wanted, or those behind a cursor."""
        asked = select(ReadingRow).where(visible(actor), *wanted.conditions()).options(*_WHOLE)
        if after is not None:
            asked = asked.where(tuple_(ReadingRow.created, ReadingRow.id) < tuple_(*parse_cursor(after)))
        asked = asked.order_by(ReadingRow.created.desc(), ReadingRow.id.desc()).limit(limit + 1)
        records = self._database.read(lambda session: [to_record(row) for row in session.scalars(asked)])
        more = len(records) > limit
        records = records[:limit]
        return Listing(tuple(records), cursor_of(records[-1].created, records[-1].id) if more else None)

    def each(self, actor: Actor, wanted: Filter) -> Iterator[Record]:
        """All that are wanted, the newest first, however many: a few hundred are in memory at a time."""
        after: Cursor | None = None
        while True:
            listing = self.page(actor, wanted, BATCH, after)
            yield from listing.records
            after = listing.after
            if after is None:
                return

    def count(self, actor: Actor, wanted: Filter) -> int:
        """How many are wanted."""
        asked = select(func.count()).select_from(ReadingRow).where(visible(actor), *wanted.conditions())
        return self._database.read(lambda session: session.scalars(asked).one())

    def doomed(self, actor: Actor, wanted: Filter) -> Doomed:
        """What of the wanted the actor may delete."""
        owner = ReadingRow.person_id
        asked = select(owner, func.count()).where(owned(actor), *wanted.conditions()).group_by(owner)
        rows = self._database.read(lambda session: session.execute(asked).all())
        found = {row[0]: row[1] for row in rows}
        return Doomed(sum(found.values()), sum(found.values()) - found.get(actor.id, 0), len(found))

    def people(self, actor: Actor) -> tuple[str, ...]:
        """Names of those whose readings the actor sees."""
        asked = select(ReadingRow.person).where(visible(actor)).group_by(ReadingRow.person).order_by(ReadingRow.person)
        return self._database.read(lambda session: tuple(session.scalars(asked)))

    def delete(self, actor: Actor, names: Iterable[str]) -> int:
        """Deletes readings with their corrections and pictures; those that are not the actor's stay. Gives how many."""
        return self.delete_where(owned(actor), ReadingRow.id.in_(list(names)), by=actor)

    def delete_all(self, actor: Actor, wanted: Filter) -> int:
        """Deletes everything that is wanted and that the actor may delete. Gives how many."""
        return self.delete_where(owned(actor), *wanted.conditions(), by=actor)

    def delete_where(self, *conditions: ColumnElement[bool], by: Actor | None = None) -> int:
        """Deletes by conditions, which must hold the rights, a batch a transaction. Gives how many.

        The audit log tells of what somebody deletes, not of what was kept long enough.
        """
        gone = 0
        while True:
            batch = self._database.write(lambda session: self._delete_batch(session, conditions, by))
            gone += batch
            if batch < BATCH:
                break
        if gone:
            self._database.forget()
        return gone

    def sweep(self) -> int:
        """Deletes pictures that no reading ever showed; gives how many."""
        return self._database.write(self._pictures.sweep)

    def _delete_batch(self, session: Session, conditions: Sequence[ColumnElement[bool]], by: Actor | None) -> int:
        asked = select(ReadingRow.id, ReadingRow.picture).where(*conditions).limit(BATCH)
        found = session.execute(asked).all()
        session.execute(delete(ReadingRow).where(ReadingRow.id.in_([name for name, _ in found])))
        self._pictures.drop(session, {digest for _, digest in found if digest})
        if by is not None and found:
            note(session, by, "deletion", found[0][0] if len(found) == 1 else "", details={"readings": len(found)})
        return len(found)

    def thumbnails(self, actor: Actor, names: Sequence[str]) -> dict[str, bytes]:
        """Small pictures (WebP) by the reading's id; those without a picture are left out."""
        asked = select(ReadingRow.id, ReadingRow.picture).where(visible(actor), ReadingRow.id.in_(names))

        def work(session: Session) -> dict[str, bytes]:
            shown = {name: digest for name, digest in session.execute(asked) if digest}
            found = self._pictures.thumbnails(session, set(shown.values()))
            return {name: found[digest] for name, digest in shown.items() if digest in found}

        return self._database.read(work)

    def picture(self, actor: Actor, name: str) -> bytes | None:
        """The picture as it was read, grey, encoded; None when none was kept."""

        def work(session: Session) -> bytes | None:
            digest = find(session, actor, name).picture
            return None if digest is None else self._pictures.open(session, digest)

        return self._database.read(work)

    def strokes(self, actor: Actor, name: str) -> list[Any] | None:
        """The pen strokes of a drawing, ``[[[x, y], ...], ...]``; None for a picture."""
        asked = select(ReadingRow.id, ReadingRow.strokes).where(ReadingRow.id == name, visible(actor))
        found = self._database.read(lambda session: session.execute(asked).one_or_none())
        if found is None:
            raise not_there(name)
        return None if found.strokes is None else list(found.strokes)


_WHOLE = (selectinload(ReadingRow.corrections),)


def find(session: Session, actor: Actor, name: str, *, lock: bool = False) -> ReadingRow:
    """The row of a reading that the actor sees, locked until the transaction ends when it will be changed."""
    asked: Any = select(ReadingRow).where(ReadingRow.id == name, visible(actor)).options(*_WHOLE)
    row: ReadingRow | None = session.scalars(asked.with_for_update() if lock else asked).one_or_none()
    if row is None:
        raise not_there(name)
    return row


def to_record(row: ReadingRow) -> Record:
    """A row as the record that is handed out."""
    return Record(
        id=row.id,
        created=row.created,
        person=row.person,
        source=row.source,  # type: ignore[arg-type]
        name=row.name,
        input_sha256=row.input_sha256,
        model=row.model,
        model_sha256=row.model_sha256,
        reading=Reading.from_dict(row.result),
        settings=row.settings,
        duration_ms=row.duration_ms,
        corrections=tuple(map(_to_correction, row.corrections)),
        person_id=row.person_id,
    )


def _to_correction(row: CorrectionRow) -> Correction:
    fields = ("id", "number", "was", "text", "created", "person", "undone", "undone_by")
    return Correction(**{name: getattr(row, name) for name in fields})


def row_values(actor: Actor, entry: Entry, digest: str | None) -> dict[str, Any]:
    """The columns of an entry."""
    reading = entry.reading
    return {
        "id": entry.id,
        "created": entry.created,
        "person_id": actor.id,
        "person": "" if actor.id is None else actor.name,
        "source": entry.source,
        "name": _kept(entry.name),
        "input_sha256": entry.input_sha256,
        "picture": digest,
        "text": reading.text,
        "search": searched(reading.text, reading.text, _kept(entry.name)),
        "is_checked": False,
        "confidence": reading.confidence,
        "state": _state(reading),
        "model": reading.model,
        "model_sha256": entry.model_sha256,
        "duration_ms": entry.duration_ms,
        "settings": dict(entry.settings),
        "result": reading.to_dict(),
        "strokes": entry.strokes,
    }


def _kept(name: str) -> str:
    """A file's name as every database takes it: without what is no character, and without the one that is nothing."""
    return name.encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd")


def searched(text: str, corrected: str, name: str) -> str:
    """What a text is looked for in: what was read, what it really says, and the file's name."""
    told = [*dict.fromkeys((text[:_LONG], corrected[:_LONG])), name]
    return "\n".join(told).casefold()[:SEARCHED]


def _state(reading: Reading) -> State:
    """Of a page, what its worst number is, but for the places that are no number at all."""
    states = {number.state for number in reading.numbers}
    if "look_again" in states:
        return "look_again"
    return "sure" if "sure" in states else "not_a_digit"

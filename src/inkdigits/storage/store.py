"""``Store``: what was read, kept: the one door to the database and the pictures beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from inkdigits.errors import MissingExtraError, OptionError
from inkdigits.images import Source, Strokes
from inkdigits.reading import Reading
from inkdigits.settings import Settings
from inkdigits.storage.actor import LOCAL, Actor

try:
    from inkdigits.storage import schema
    from inkdigits.storage.audit import AuditLog
    from inkdigits.storage.blobs import open_blobs
    from inkdigits.storage.corrections import Corrections
    from inkdigits.storage.database import Database
    from inkdigits.storage.entry import Entry
    from inkdigits.storage.filter import Cursor, Filter, Listing
    from inkdigits.storage.pictures import Pictures
    from inkdigits.storage.privacy import Privacy
    from inkdigits.storage.readings import Doomed, Readings
except ImportError as error:
    if (error.name or "").startswith("inkdigits"):
        raise
    raise MissingExtraError("The history", "store") from error
from inkdigits.storage.lessons import Kind, Teaching, write_digits, write_lines
from inkdigits.storage.record import Record
from inkdigits.storage.seen import Seen
from inkdigits.storage.takeout import write_takeout


class Store:
    """Readings, their pictures and their corrections. Thread-safe; open one and share it.

    Every method that reads or changes what belongs to people takes an :class:`Actor`, and knows nothing of what that
    actor may not see: a reading of somebody else's is one that is not there.
    """

    def __init__(self, database: Database, settings: Settings) -> None:
        """Takes a database whose tables are there; :meth:`open` is the usual way."""
        self.database = database
        self.settings = settings
        pictures = Pictures(open_blobs(settings.blobs or str(settings.home / "blobs")))
        self.readings = Readings(database, pictures)
        self.corrections = Corrections(database)
        self.audit = AuditLog(database)
        self.privacy = Privacy(database, self.readings, settings.history, settings.keep_days)

    @classmethod
    def open(cls, settings: Settings | Mapping[str, Any] | None = None) -> Store:
        """Opens the store of some settings.

        The embedded database is made when it is not there, and its tables are brought up to date; of a server's,
        the tables must be: run ``inkdigits db upgrade``.

        Args:
            settings: As for :class:`inkdigits.Reader`.

        Raises:
            OptionError: A setting is malformed.
            StorageError: The database cannot be reached, or its tables are of another version.
            MissingExtraError: A library of the extra ``store`` or ``postgres`` is not installed.
        """
        settings = Settings.resolve(settings)
        database = Database(settings)
        try:
            if database.embedded:
                schema.upgrade(database)
            else:
                schema.check(database)
            return cls(database, settings)
        except BaseException:
            database.close()
            raise

    def close(self) -> None:
        """Closes all connections; the next call opens new ones."""
        self.database.close()

    def add(
        self,
        reading: Reading,
        picture: Source | None = None,
        *,
        actor: Actor = LOCAL,
        strokes: Strokes | None = None,
        replace: bool = False,
        **known: Any,
    ) -> Record:
        """Keeps a reading as the actor's own.

        Of the picture only its pixels are kept, grey and upright as they were read: no EXIF, no position, no name of a
        camera. When this returns, the reading is on the disk.

        Args:
            reading: What was read; its steps are not kept.
            picture: The picture: whatever a reader takes; of a document, its page.
            actor: Whose reading it is.
            strokes: The pen strokes, for what was drawn; ``picture`` then only shows them.
            replace: Put it in the place of the actor's own reading of the same ``id``, unless that was checked already.
            **known: Fields of :class:`inkdigits.storage.entry.Entry`: ``source``, ``name``, ``settings``,
                ``duration_ms``, ``model_sha256``, ``created``, ``input_sha256``, ``id``. Adding an id twice keeps it
                once.

        Returns:
            The record.

        Raises:
            OptionError: ``INKDIGITS_HISTORY`` is off, neither a picture nor strokes are given, or a field is unknown.
            ImageError: The picture cannot be opened.
            StorageError: It could not be kept; nothing of it was.
        """
        if self.settings.history is False:
            raise OptionError("nothing is kept here: the history is switched off (INKDIGITS_HISTORY)")
        try:
            if strokes is not None:
                entry = Entry.of_strokes(reading, strokes, self.settings, picture=picture, **known)
            elif picture is not None:
                entry = Entry.of_picture(reading, picture, self.settings, **known)
            else:
                raise OptionError("a reading is kept with its picture or its strokes: give one of them")
        except TypeError as error:
            raise OptionError(f"Store.add: {error}") from error
        return self.readings.add(actor, entry, replace=replace)

    def get(self, reading: str, actor: Actor) -> Record:
        """One record by its id. Raises OptionError when there is none that the actor sees."""
        return self.readings.get(actor, reading)

    def list(self, actor: Actor, wanted: Filter | None = None, limit: int = 25, after: Cursor | None = None) -> Listing:
        """A page of records, the newest first; ``after`` is that of the page before."""
        return self.readings.page(actor, wanted or Filter(), limit, after)

    def each(self, actor: Actor, wanted: Filter | None = None) -> Iterator[Record]:
        """All records that are wanted, the newest first, fetched as they are asked for."""
        return self.readings.each(actor, wanted or Filter())

    def count(self, actor: Actor, wanted: Filter | None = None) -> int:
        """How many records are wanted."""
        return self.readings.count(actor, wanted or Filter())

    def people(self, actor: Actor) -> tuple[str, ...]:
        """Names of those whose readings the actor sees; ``""`` is nobody's."""
        return self.readings.people(actor)

    def thumbnails(self, readings: Sequence[str], actor: Actor) -> dict[str, bytes]:
        """Small pictures (WebP) by the reading's id."""
        return self.readings.thumbnails(actor, readings)

    def picture(self, reading: str, actor: Actor) -> bytes | None:
        """The picture of a reading, grey, encoded; None when none was kept. Raises OptionError as :meth:`get` does."""
        return self.readings.picture(actor, reading)

    def strokes(self, reading: str, actor: Actor) -> Sequence[Any] | None:
        """The pen strokes of a drawing; None for a picture. Raises OptionError as :meth:`get` does."""
        return self.readings.strokes(actor, reading)

    def correct(self, reading: str, number: int, text: str, actor: Actor, *, correction: str | None = None) -> Record:
        """Notes what a number really is.

        Args:
            reading: Id of the reading.
            number: Place of the number, from 0.
            text: What it is; ``""`` when it is no number; what was read, to say that this is right.
            actor: Who says so: the owner, a reviewer or an administrator.
            correction: Id of the correction; adding an id twice keeps it once.

        Returns:
            The record as corrected.

        Raises:
            OptionError: There is no such reading that the actor sees, or it has no such number.
        """
        return self.corrections.add(actor, reading, number, text, correction)

    def undo(self, reading: str, actor: Actor, *, correction: str | None = None) -> Record:
        """Takes back a correction, or the last one that holds. Raises OptionError when there is none."""
        return self.corrections.undo(actor, reading, correction)

    def settle(self, reading: str, texts: Mapping[int, str], actor: Actor, *, before: Seen | None = None) -> Record:
        """Makes the corrections that a page shows hold: all of it, or nothing.

        Args:
            reading: Id of the reading.
            texts: What the page shows, by the number's place.
            actor: Whose page.
            before: What it knew before. Only what changed since is noted, and of numbers that are gone from ``texts``
                only these corrections are taken back: those that others made meanwhile stay. None is a page that knows
                all that holds.

        Returns:
            The record as corrected.

        Raises:
            OptionError: There is no such reading that the actor sees, it has no such number, or a text is none.
        """
        return self.corrections.settle(actor, reading, texts, before)

    def doomed(self, actor: Actor, wanted: Filter | None = None) -> Doomed:
        """What :meth:`delete_all` would delete, in figures."""
        return self.readings.doomed(actor, wanted or Filter())

    def delete_all(self, actor: Actor, wanted: Filter | None = None) -> int:
        """Deletes everything that is wanted and that the actor may delete. Gives how many."""
        return self.readings.delete_all(actor, wanted or Filter())

    def delete(self, readings: Iterable[str], actor: Actor) -> int:
        """Deletes readings for good, with pictures and corrections: one's own; administrators, all. Gives how many."""
        return self.readings.delete(actor, readings)

    def export(
        self, actor: Actor, file: IO[bytes], wanted: Filter | None = None, names: Sequence[str] | None = None
    ) -> int:
        """Writes readings and their pictures as a ZIP archive: those that are wanted, or those of some ids.

        Returns:
            How many readings.

        Raises:
            OptionError: The actor sees no reading of a name.
            StorageError: A picture is missing or damaged.
        """
        count = write_takeout(
            self.each(actor, wanted) if names is None else (self.get(name, actor) for name in names),
            lambda name: self.picture(name, actor),
            lambda name: self.strokes(name, actor),
            file,
        )
        self.audit.add(actor, "export", "archive", details={"readings": count})
        return count

    def teaching(self, actor: Actor, since: datetime | None = None) -> Teaching:
        """What the corrections that the actor sees would teach, in figures; those made after ``since``."""
        return Teaching.of(self.each(actor, Filter(checked=True, checked_since=since)), since)

    def export_corrections(
        self, folder: Path, actor: Actor, kind: Kind = "digit", since: datetime | None = None
    ) -> int:
        """Writes what was corrected or found right as labelled pictures.

        The folder is one that ``inkdigits train`` takes with ``--finetune`` (and, for digits, with ``--own``): pictures
        and a ``labels.csv``.

        Args:
            folder: Where to; it must not hold anything yet.
            actor: Whose corrections: those of the readings that they see.
            kind: ``"digit"``: single digits, for ``train digit``; ``"line"``: whole numbers, for ``train line``.
            since: Only corrections made after this moment.

        Returns:
            The number of pictures.

        Raises:
            OptionError: Something is in the folder already.
            StorageError: A kept picture is missing or damaged.
        """
        records = self.each(actor, Filter(checked=True, checked_since=since))
        if kind == "digit":
            count = write_digits(records, Path(folder), since)
        else:
            count = write_lines(records, lambda name: self.picture(name, actor), Path(folder), since)
        self.audit.add(actor, "export", f"corrections as {kind}s", details={"pictures": count})
        return count

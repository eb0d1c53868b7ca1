"""``Shelf``: batches that were started from the app, a folder each, and who may see, stop and delete them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import fields
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from inkdigits.batch.asked import ASKED, INPUT, USUAL, Asked, Terms
from inkdigits.batch.background import start_work
from inkdigits.batch.checks import settled_results
from inkdigits.batch.folders import find_folder
from inkdigits.batch.forms import FORMS
from inkdigits.batch.kept import Batch
from inkdigits.batch.uploads import keep_upload
from inkdigits.errors import OptionError, RightsError, StorageError
from inkdigits.jobs import process
from inkdigits.jobs.standing import read_standing
from inkdigits.settings import Settings
from inkdigits.storage.actor import Actor

if TYPE_CHECKING:
    from inkdigits.storage.audit import Action

AT_WORK = 2
"""Batches that may be at work at once: each takes the processors that the others would."""

ORPHANED = timedelta(days=1)
"""After this long a folder without a record is what a server left that was killed while files were sent to it."""

Noted = Callable[[Actor, "Action", str, Mapping[str, Any]], None]
"""Is told who did what to which batch, and what else is worth knowing."""


def _unnoted(actor: Actor, action: Action, subject: str, details: Mapping[str, Any]) -> None:
    """Where people have no accounts, nobody asks who did what."""


class Shelf:
    """The batches of a home folder. Each method asks who wants it: what is not theirs is not there for them."""

    def __init__(self, settings: Settings, noted: Noted = _unnoted) -> None:
        """Takes where batches are kept, which folder of the server may be read, and the audit log."""
        self._settings = settings
        self._noted = noted
        self._place = settings.home / "batches"

    def list(self, actor: Actor) -> list[Batch]:
        """One's own batches, for reviewers and administrators everybody's, newest first, but for the damaged."""
        actor.check()
        found = [(folder, _record(folder)) for folder in self._folders()]
        seen = [(folder, asked) for folder, asked in found if asked and (actor.sees_all or asked.person_id == actor.id)]
        seen.sort(key=lambda one: (one[1].created, one[0].name), reverse=True)
        return [Batch(folder, asked, read_standing(folder)) for folder, asked in seen]

    def damaged(self, actor: Actor) -> Sequence[Path]:
        """Folders of batches whose record says neither what they are nor whose; for administrators, who may look."""
        actor.check()
        found = [folder for folder in self._folders() if _record(folder) is None] if actor.manages else []
        return [folder for folder in found if (folder / ASKED).is_file()]  # else it was deleted at this moment

    def get(self, actor: Actor, name: str) -> Batch:
        """A batch that may be seen. Raises OptionError when there is none, or it is somebody else's."""
        actor.check()
        folder = next((folder for folder in self._folders() if folder.name == name), None)
        asked = _record(folder) if folder else None
        if folder is None or asked is None or not (actor.sees_all or asked.person_id == actor.id):
            raise OptionError(f"there is no batch {name!r} of yours")
        return Batch(folder, asked, read_standing(folder))

    def may_change(self, actor: Actor, batch: Batch) -> bool:
        """Whether a batch may be stopped, gone on with and deleted: one's own, and for administrators all."""
        return actor.manages or batch.asked.person_id == actor.id

    def start_upload(self, actor: Actor, files: Iterable[tuple[str, bytes]], terms: Terms = USUAL) -> Batch:
        """Starts a batch of files that somebody sent; they are kept until they have been read.

        Args:
            actor: Whose it will be.
            files: ``(name, bytes)`` of pictures, documents and archives.
            terms: What is asked of each picture.

        Raises:
            OptionError: There is no file, or too much is at work already.
        """
        actor.check()
        with self._new_folder(terms) as folder:
            place = folder / INPUT
            names = tuple(keep_upload(place, name, data) for name, data in files)
            if not names:
                raise OptionError("there is nothing to read yet: choose files first")
            title = names[0] if len(names) == 1 else f"{len(names):,} files"
            batch = _start(folder, Asked(title, *_whose(actor), str(place), names, True, **_as_given(terms)))
        self._note(actor, "batch started", batch, {"files": len(names)})
        return batch

    def start_folder(self, actor: Actor, inside: str, terms: Terms = USUAL) -> Batch:
        """Starts a batch of a folder on the server, for administrators.

        Args:
            actor: Whose it will be.
            inside: The folder, from the root that the settings allow.
            terms: What is asked of each picture.

        Raises:
            RightsError: The actor is no administrator.
            OptionError: No folder may be read, it is not there, or too much is at work already.
        """
        actor.check()
        if not actor.manages:
            raise RightsError("Folders of the server are for admins: upload files instead")
        source, top = (find_folder(self._settings.batch_root, name) for name in (inside, ""))
        with self._new_folder(terms) as folder:
            name = str(source.relative_to(top))
            batch = _start(folder, Asked(source.name, *_whose(actor), str(top), (name,), False, **_as_given(terms)))
        self._note(actor, "batch started", batch, {"folder": str(source)})
        return batch

    def stop(self, actor: Actor, name: str) -> None:
        """Stops a batch; what was read stays. Raises RightsError when it is not the actor's to stop."""
        batch = self._changeable(actor, name)
        process.stop(batch.folder)
        self._note(actor, "batch stopped", batch)

    def resume(self, actor: Actor, name: str) -> None:
        """Goes on with a batch that stands still, where it was. Raises RightsError when it is not the actor's."""
        batch = self._changeable(actor, name)
        self._check_room()
        start_work(batch.folder)
        self._note(actor, "batch resumed", batch)

    def delete(self, actor: Actor, name: str) -> None:
        """Deletes a batch with all that belongs to it. Raises RightsError when it is not the actor's."""
        batch = self._changeable(actor, name)
        process.delete(batch.folder)
        self._note(actor, "deletion", batch)

    def check(self, actor: Actor, name: str, said: Mapping[str, str | None]) -> None:
        """Notes what some numbers of a batch really are: one's own, and for reviewers and administrators everybody's.

        Args:
            actor: Who says so.
            name: The batch.
            said: As :meth:`inkdigits.batch.checks.Checks.add` takes it.

        Raises:
            OptionError: There is no such batch, or a text is no number.
        """
        batch = self.get(actor, name)
        batch.checks.add(said)
        self._note(actor, "correction", batch, {"numbers": len(said)})

    def download(self, actor: Actor, name: str, file: str) -> bytes:
        """What came of a batch that may be seen; of its results those numbers as people said that they are.

        Args:
            actor: Who wants it.
            name: The batch.
            file: Name of :attr:`Batch.results` or of :attr:`Batch.errors`.

        Raises:
            OptionError: It is not there, or not any more.
        """
        batch = self.get(actor, name)
        said = batch.checks.read() if file == batch.results.name else {}
        try:
            path = {path.name: path for path in (batch.results, batch.errors)}[file]
            content = settled_results(path, said) if said else path.read_bytes()
        except (KeyError, FileNotFoundError):
            raise OptionError(f"{file} of {batch.asked.title!r} is gone: read the pictures again") from None
        self._note(actor, "export", batch, {"file": file})
        return content

    def purge(self, now: datetime | None = None) -> int:
        """Deletes what is older than the settings let anything be kept, but for what is at work; says how many.

        What a killed server left of batches that never started goes as well.
        """
        now, gone = now or datetime.now(timezone.utc), 0
        for folder in self._all():
            with suppress(FileNotFoundError):  # another visitor's page deletes it at the same moment
                if self._is_over(folder, now):
                    process.delete(folder)
                    gone += 1
        return gone

    def _is_over(self, folder: Path, now: datetime) -> bool:
        if not (folder / ASKED).is_file():
            return folder.is_dir() and _changed(folder) < now - ORPHANED
        days = self._settings.keep_days
        if days is None or _begun(folder) >= now - timedelta(days=days):
            return False
        return read_standing(folder).state != "running"

    def _note(self, actor: Actor, action: Action, batch: Batch, details: Mapping[str, Any] | None = None) -> None:
        """Without the names of files: they may tell of people, and the log cannot be deleted."""
        whose = {"of": batch.asked.person} if batch.asked.person_id != actor.id else {}
        self._noted(actor, action, f"batch {batch.id[:8]}", {**(details or {}), **whose})

    def _changeable(self, actor: Actor, name: str) -> Batch:
        batch = self.get(actor, name)
        if not self.may_change(actor, batch):
            raise RightsError(f"the batch belongs to {batch.asked.person}: only they and admins may change it")
        return batch

    def _check_room(self) -> None:
        at_work = sum(read_standing(folder).state == "running" for folder in self._folders())
        if at_work >= AT_WORK:
            raise OptionError(f"{at_work} batches are at work on this server already: wait for one, or stop one")

    @contextmanager
    def _new_folder(self, terms: Terms) -> Iterator[Path]:
        """A folder that stays when a batch was started in it; those that are too old make room."""
        if terms.form not in FORMS:
            raise OptionError(f"unknown format {terms.form!r}; choose from {', '.join(FORMS)}")
        self._check_room()
        self.purge()
        folder = (self._place / uuid4().hex).absolute()
        self._place.mkdir(mode=0o700, parents=True, exist_ok=True)  # other users of the machine see no uploads
        folder.mkdir()
        try:
            yield folder
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def _folders(self) -> Sequence[Path]:
        return [path for path in self._all() if (path / ASKED).is_file()]

    def _all(self) -> Sequence[Path]:
        return tuple(self._place.iterdir()) if self._place.is_dir() else ()


def _start(folder: Path, asked: Asked) -> Batch:
    asked.write(folder)
    start_work(folder)
    return Batch(folder, asked, read_standing(folder))


def _whose(actor: Actor) -> tuple[str, int | None, str]:
    """When, and by whom, as :class:`Asked` has it."""
    created = datetime.now(timezone.utc).isoformat(timespec="microseconds")
    return created, actor.id, "" if actor.id is None else actor.name


def _as_given(terms: Terms) -> dict[str, Any]:
    return {one.name: getattr(terms, one.name) for one in fields(Terms)}


def _record(folder: Path) -> Asked | None:
    """What was asked for in a folder; None when its record is damaged, or is deleted at this moment."""
    try:
        asked = Asked.read(folder)
        return asked if datetime.fromisoformat(asked.created).tzinfo else None
    except (StorageError, OSError, ValueError, TypeError):
        return None


def _begun(folder: Path) -> datetime:
    """When a batch was asked for; of one whose record is damaged, when that was written."""
    asked = _record(folder)
    return datetime.fromisoformat(asked.created) if asked else _changed(folder / ASKED)


def _changed(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, timezone.utc)

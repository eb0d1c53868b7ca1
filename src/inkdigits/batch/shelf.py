"""``Shelf``: batches that were started from the app, a folder each, and who may see, stop and delete them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import uuid4

from inkdigits.batch.asked import ASKED, INPUT, Asked
from inkdigits.batch.background import start_work
from inkdigits.batch.folders import find_folder
from inkdigits.batch.forms import FORMS
from inkdigits.errors import OptionError, RightsError
from inkdigits.jobs import process
from inkdigits.jobs.standing import Standing, read_standing
from inkdigits.settings import Settings
from inkdigits.storage.actor import Actor

AT_WORK = 2
"""Batches that may be at work at once: each takes the processors that the others would."""

_LONGEST = 200  # bytes of a file's name that are kept, its end
_NO_NAME = re.compile(r'[\x00-\x1f\x7f:*?"<>|]')


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch at one moment.

    Attributes:
        folder: Where all of it is.
        asked: What is wanted.
        standing: What its worker does.
    """

    folder: Path
    asked: Asked
    standing: Standing

    @property
    def id(self) -> str:
        """The folder's name."""
        return self.folder.name

    @property
    def results(self) -> Path:
        """The file of results; it is there once it is complete."""
        return self.asked.results(self.folder)

    @property
    def resumable(self) -> bool:
        """Whether it can go on."""
        return self.standing.state in ("stopped", "failed", "lost")


class Shelf:
    """The batches of a home folder. Each method asks who wants it: what is not theirs is not there for them."""

    def __init__(self, settings: Settings) -> None:
        """Takes where batches are kept, and which folder of the server may be read."""
        self._settings = settings
        self._place = settings.home / "batches"

    def list(self, actor: Actor) -> list[Batch]:
        """One's own batches, for reviewers and administrators everybody's, the newest first."""
        actor.check()
        found = [(folder, Asked.read(folder)) for folder in self._folders()]
        seen = [(folder, asked) for folder, asked in found if actor.sees_all or asked.person_id == actor.id]
        seen.sort(key=lambda one: (one[1].created, one[0].name), reverse=True)
        return [Batch(folder, asked, read_standing(folder)) for folder, asked in seen]

    def get(self, actor: Actor, name: str) -> Batch:
        """A batch that may be seen. Raises OptionError when there is none, or it is somebody else's."""
        actor.check()
        folder = next((folder for folder in self._folders() if folder.name == name), None)
        asked = Asked.read(folder) if folder else None
        if folder is None or asked is None or not (actor.sees_all or asked.person_id == actor.id):
            raise OptionError(f"there is no batch {name!r} of yours")
        return Batch(folder, asked, read_standing(folder))

    def may_change(self, actor: Actor, batch: Batch) -> bool:
        """Whether a batch may be stopped, gone on with and deleted: one's own, and for administrators all."""
        return actor.manages or batch.asked.person_id == actor.id

    def start_upload(
        self,
        actor: Actor,
        files: Iterable[tuple[str, bytes]],
        *,
        expect: str = "page",
        limits: Mapping[str, Any] | None = None,
        form: str = "csv",
    ) -> Batch:
        """Starts a batch of files that somebody sent; they are kept until they have been read.

        Args:
            actor: Whose it will be.
            files: ``(name, bytes)`` of pictures, documents and archives.
            expect: What each picture holds.
            limits: Which numbers are legal.
            form: One of :data:`inkdigits.batch.forms.FORMS`.

        Raises:
            OptionError: There is no file, or too much is at work already.
        """
        actor.check()
        with self._new_folder(form) as folder:
            place = folder / INPUT
            names = [_write(place, name, data) for name, data in files]
            if not names:
                raise OptionError("there is nothing to read yet: choose files first")
            title = names[0] if len(names) == 1 else f"{len(names):,} files"
            asked = Asked(title, *_whose(actor), str(place), tuple(names), True, expect, dict(limits or {}), form)
            return _start(folder, asked)

    def start_folder(
        self,
        actor: Actor,
        inside: str,
        *,
        expect: str = "page",
        limits: Mapping[str, Any] | None = None,
        form: str = "csv",
    ) -> Batch:
        """Starts a batch of a folder on the server, for administrators.

        Args:
            actor: Whose it will be.
            inside: The folder, from the root that the settings allow.
            expect: What each picture holds.
            limits: Which numbers are legal.
            form: One of :data:`inkdigits.batch.forms.FORMS`.

        Raises:
            RightsError: The actor is no administrator.
            OptionError: No folder may be read, it is not there, or too much is at work already.
        """
        actor.check()
        if not actor.manages:
            raise RightsError("Folders of the server are for admins: upload files instead")
        source, top = (find_folder(self._settings.batch_root, name) for name in (inside, ""))
        with self._new_folder(form) as folder:
            name = source.relative_to(top)
            title = source.name
            asked = Asked(title, *_whose(actor), str(top), (str(name),), False, expect, dict(limits or {}), form)
            return _start(folder, asked)

    def stop(self, actor: Actor, name: str) -> None:
        """Stops a batch; what was read stays. Raises RightsError when it is not the actor's to stop."""
        process.stop(self._changeable(actor, name).folder)

    def resume(self, actor: Actor, name: str) -> None:
        """Goes on with a batch that stands still, where it was. Raises RightsError when it is not the actor's."""
        batch = self._changeable(actor, name)
        self._check_room()
        start_work(batch.folder)

    def delete(self, actor: Actor, name: str) -> None:
        """Deletes a batch with all that belongs to it. Raises RightsError when it is not the actor's."""
        process.delete(self._changeable(actor, name).folder)

    def purge(self, now: datetime | None = None) -> int:
        """Deletes what is older than the settings let anything be kept, but for what is at work; says how many."""
        if self._settings.keep_days is None:
            return 0
        before = (now or datetime.now(timezone.utc)) - timedelta(days=self._settings.keep_days)
        old = [folder for folder in self._folders() if datetime.fromisoformat(Asked.read(folder).created) < before]
        gone = [folder for folder in old if read_standing(folder).state != "running"]
        for folder in gone:
            process.delete(folder)
        return len(gone)

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
    def _new_folder(self, form: str) -> Iterator[Path]:
        """A folder that stays when a batch was started in it."""
        if form not in FORMS:
            raise OptionError(f"unknown format {form!r}; choose from {', '.join(FORMS)}")
        self._check_room()
        folder = (self._place / uuid4().hex).absolute()
        folder.mkdir(parents=True)
        try:
            yield folder
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def _folders(self) -> Iterable[Path]:
        return [path for path in self._place.iterdir() if (path / ASKED).is_file()] if self._place.is_dir() else []


def _start(folder: Path, asked: Asked) -> Batch:
    asked.write(folder)
    start_work(folder)
    return Batch(folder, asked, read_standing(folder))


def _whose(actor: Actor) -> tuple[str, int | None, str]:
    """When, and by whom, as :class:`Asked` has it."""
    created = datetime.now(timezone.utc).isoformat(timespec="microseconds")
    return created, actor.id, "" if actor.id is None else actor.name


def _write(folder: Path, name: str, data: bytes) -> str:
    """Writes an upload under its own name, as far as that is a file's name; two of one name do not meet."""
    folder.mkdir(exist_ok=True)
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = (
        _NO_NAME.sub("_", last).encode("utf-8", "replace")[-_LONGEST:].decode("utf-8", "ignore").lstrip(".") or "file"
    )
    for turn in range(1, 10_000):
        kept = plain if turn == 1 else f"{turn}-{plain}"
        try:
            with (folder / kept).open("xb") as file:
                file.write(data)
        except FileExistsError:
            continue
        return kept
    raise OptionError(f"there are ten thousand files named {name!r}: put them into a ZIP")

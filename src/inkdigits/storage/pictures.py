"""``Pictures``: pictures of readings, each kept once and gone with the last reading that shows it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from inkdigits.storage.blobs import Blobs
from inkdigits.storage.database import insert_into
from inkdigits.storage.picture import Picture
from inkdigits.storage.tables import PictureRow, ReadingRow

_STRAY = 3600.0  # seconds after which a file without a row is nobody's


class Pictures:
    """The files, and the rows that tell of them. The row of a picture is locked by whoever keeps or drops it."""

    def __init__(self, blobs: Blobs) -> None:
        """Takes where the files are."""
        self.blobs = blobs

    def put(self, picture: Picture) -> str:
        """Writes the file: the slow part of :meth:`keep`, for before the transaction."""
        return self.blobs.put(picture.data, picture.suffix)

    def keep(self, session: Session, picture: Picture) -> str:
        """Notes a picture; gives its digest."""
        digest = hashlib.sha256(picture.data).hexdigest()
        size = len(picture.data)
        row = insert_into(session, PictureRow).values(
            sha256=digest,
            suffix=picture.suffix,
            size=size,
            width=picture.width,
            height=picture.height,
            thumbnail=picture.thumbnail,
        )
        session.execute(row.on_conflict_do_update(index_elements=["sha256"], set_={"size": size}))
        return self.put(picture)  # again: what was dropped since the first time is written anew

    def drop(self, session: Session, digests: Collection[str]) -> None:
        """Deletes those that no reading shows any more."""
        waiting = select(PictureRow.sha256).where(PictureRow.sha256.in_(digests)).order_by(PictureRow.sha256)
        session.execute(waiting.with_for_update()).all()
        shown = exists().where(ReadingRow.picture == PictureRow.sha256)
        gone = delete(PictureRow).where(PictureRow.sha256.in_(digests), ~shown)
        for digest, suffix in session.execute(gone.returning(PictureRow.sha256, PictureRow.suffix)).all():
            self.blobs.delete(digest, suffix)

    def sweep(self, session: Session) -> int:
        """Deletes the files that no row tells of: of programs that were killed, or lost the database, in between."""
        known = {digest for (digest,) in session.execute(select(PictureRow.sha256))}
        stray = [found for found in self.blobs.older(_STRAY) if found[0] not in known]
        for digest, suffix in stray:
            self.blobs.delete(digest, suffix)
        return len(stray)

    def thumbnails(self, session: Session, digests: Collection[str]) -> dict[str, bytes]:
        """Small pictures (WebP) by digest."""
        found = select(PictureRow.sha256, PictureRow.thumbnail).where(PictureRow.sha256.in_(digests))
        return {row.sha256: row.thumbnail for row in session.execute(found)}

    def open(self, session: Session, digest: str) -> bytes:
        """The file itself. Raises StorageError when it is missing or damaged."""
        suffix = session.scalars(select(PictureRow.suffix).where(PictureRow.sha256 == digest)).one()
        return self.blobs.get(digest, suffix)

"""``ReadingRow`` and ``CorrectionRow``: what was read, and what people said it really is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Double, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inkdigits.storage.tables.base import Base

NAME = 64  # characters of ids, names and digests
SEARCHED = 600  # characters that are searched; an index of PostgreSQL takes no more than 2,700 bytes


class ReadingRow(Base):
    """A reading. ``text``, ``confidence`` and ``state`` repeat what ``result`` says, to be asked for.

    ``search`` is what a text is looked for in; it lies in two indexes, so that looking through all needs no row.
    The name is that of the person at the time: it stays when the account is gone.
    """

    __tablename__ = "reading"

    id: Mapped[str] = mapped_column(String(NAME), primary_key=True)
    created: Mapped[datetime]
    person_id: Mapped[int | None]
    person: Mapped[str] = mapped_column(String(255))
    source: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(Text)
    input_sha256: Mapped[str] = mapped_column(String(NAME))
    picture: Mapped[str | None] = mapped_column(ForeignKey("picture.sha256"))
    text: Mapped[str] = mapped_column(Text)
    search: Mapped[str] = mapped_column(String(SEARCHED))
    is_checked: Mapped[bool] = mapped_column(default=False)
    confidence: Mapped[float] = mapped_column(Double)
    state: Mapped[str] = mapped_column(String(16))
    model: Mapped[str] = mapped_column(Text)
    model_sha256: Mapped[str] = mapped_column(Text)
    duration_ms: Mapped[float] = mapped_column(Double)
    settings: Mapped[dict[str, Any]]
    result: Mapped[dict[str, Any]]
    strokes: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True), deferred=True)

    corrections: Mapped[list[CorrectionRow]] = relationship(
        order_by="(CorrectionRow.created, CorrectionRow.id)", lazy="raise", passive_deletes="all"
    )

    __table_args__ = (
        Index("ix_reading_created_id_search", "created", "id", "search"),
        Index("ix_reading_person_id_created_id_search", "person_id", "created", "id", "search"),
        Index("ix_reading_person_created_id", "person", "created", "id"),
        Index("ix_reading_source_created_id", "source", "created", "id"),
        Index("ix_reading_is_checked_created_id", "is_checked", "created", "id"),
        Index("ix_reading_confidence", "confidence"),
        Index("ix_reading_picture", "picture"),
    )


class CorrectionRow(Base):
    """A correction: its words never change; that it was taken back is noted beside them."""

    __tablename__ = "correction"

    id: Mapped[str] = mapped_column(String(NAME), primary_key=True)
    reading_id: Mapped[str] = mapped_column(ForeignKey("reading.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    was: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    created: Mapped[datetime] = mapped_column(index=True)
    person_id: Mapped[int | None]
    person: Mapped[str] = mapped_column(String(255))
    undone: Mapped[datetime | None]
    undone_by: Mapped[str] = mapped_column(String(255), default="")

"""``AnswerRow``: a request that must be done once, and what it was answered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from inkdigits.storage.tables.base import Base
from inkdigits.storage.tables.people import DIGEST


class AnswerRow(Base):
    """A request by the hash of who sent it and of its idempotency key; without a ``status`` it is still at work.

    ``name`` is the request's own: a repetition makes what it keeps under the same name. ``claim`` is the attempt's: one
    that was taken for dead cannot answer any more.
    """

    __tablename__ = "answer"

    key: Mapped[str] = mapped_column(String(DIGEST), primary_key=True)
    request: Mapped[str] = mapped_column(String(DIGEST))
    name: Mapped[str] = mapped_column(String(32))
    claim: Mapped[str] = mapped_column(String(32))
    until: Mapped[datetime] = mapped_column(index=True)
    status: Mapped[int | None]
    media_type: Mapped[str] = mapped_column(String(128), default="")
    body: Mapped[bytes | None] = mapped_column(LargeBinary)

"""``KeyRow``: an API key; what is kept of it is its hash, and who may do what with it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from inkdigits.storage.actor import Role
from inkdigits.storage.tables.base import Base
from inkdigits.storage.tables.people import DIGEST


class KeyRow(Base):
    """A key of a person, or of nobody in an installation without accounts. Keys are revoked, never deleted."""

    __tablename__ = "api_key"
    __table_args__ = (CheckConstraint("role in ('user', 'reviewer', 'admin')", name="role"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    digest: Mapped[str] = mapped_column(String(DIGEST))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[Role] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(255))
    created: Mapped[datetime]
    used: Mapped[datetime | None]
    until: Mapped[datetime | None]
    revoked: Mapped[datetime | None]

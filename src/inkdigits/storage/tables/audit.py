"""``AuditRow``: who did what, when, from where. A trigger of the database refuses to change or delete a row."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from inkdigits.storage.tables.base import Base


class AuditRow(Base):
    """One thing that somebody did. Names are those of the time."""

    __tablename__ = "audit"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    created: Mapped[datetime]
    person_id: Mapped[int | None]
    person: Mapped[str] = mapped_column(String(255))
    action: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(Text)
    details: Mapped[dict[str, Any]]
    address: Mapped[str] = mapped_column(String(64))

    __table_args__ = (
        Index("ix_audit_created_id", "created", "id"),
        Index("ix_audit_action_created_id", "action", "created", "id"),
        Index("ix_audit_person_created_id", "person", "created", "id"),
    )

"""``PrivacyRow``: what one person decided about the own history."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from inkdigits.storage.tables.base import Base

NOBODY = 0
"""Owner of the one history of an app without accounts."""


class PrivacyRow(Base):
    """Whether readings are kept, and for how many days; a value that is missing was never decided."""

    __tablename__ = "privacy"

    owner: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    history: Mapped[bool | None]
    keep_days: Mapped[int | None]

"""``PictureRow``: a picture that readings show; the file itself lies beside the database."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from inkdigits.storage.tables.base import Base


class PictureRow(Base):
    """A picture by the hash of its content: however many readings show it, it is kept once, and goes with the last."""

    __tablename__ = "picture"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    suffix: Mapped[str] = mapped_column(String(8))
    size: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    thumbnail: Mapped[bytes] = mapped_column(deferred=True)

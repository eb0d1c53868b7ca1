"""``PersonRow``, ``SessionRow`` and ``AttemptRow``: who may come in, who is in, and who failed to come in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from inkdigits.storage.actor import Role
from inkdigits.storage.tables.base import Base

DIGEST = 64  # characters of a SHA-256


class PersonRow(Base):
    """A person with an account. People are disabled, never deleted: what they did stays theirs.

    ``handle`` is the name as it is compared; ``subject`` names a person whom an OpenID provider vouches for, who has
    no password here. ``issued`` is when it last did. ``valid_since`` ends every
    sign-in that is older; a password with ``password_until`` is good once, until then.
    """

    __tablename__ = "person"
    __table_args__ = (CheckConstraint("role in ('user', 'reviewer', 'admin')", name="role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    handle: Mapped[str] = mapped_column(String(255), unique=True)
    name: Mapped[str] = mapped_column(String(255))
    role: Mapped[Role] = mapped_column(String(16))
    password: Mapped[str | None] = mapped_column(String(255))
    password_until: Mapped[datetime | None]
    subject: Mapped[str | None] = mapped_column(String(512), unique=True)
    issued: Mapped[datetime | None]
    disabled: Mapped[bool] = mapped_column(default=False)
    created: Mapped[datetime]
    valid_since: Mapped[datetime]
    seen: Mapped[datetime | None]


class SessionRow(Base):
    """A sign-in: first a ticket that is good once, then the token of a cookie. Only their hashes are kept."""

    __tablename__ = "session"

    id: Mapped[str] = mapped_column(String(DIGEST), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    ticket: Mapped[str | None] = mapped_column(String(DIGEST), unique=True)
    token: Mapped[str | None] = mapped_column(String(DIGEST), unique=True)
    created: Mapped[datetime]
    seen: Mapped[datetime] = mapped_column(index=True)
    until: Mapped[datetime]
    address: Mapped[str] = mapped_column(String(64))
    agent: Mapped[str] = mapped_column(String(255))


class AttemptRow(Base):
    """Failed sign-ins of one account or one address, by a hash: a mistyped name may be a password.

    ``last`` is when one of them was last forgotten; before ``until`` nobody may guess again.
    """

    __tablename__ = "attempt"

    key: Mapped[str] = mapped_column(String(DIGEST), primary_key=True)
    failures: Mapped[int]
    last: Mapped[datetime] = mapped_column(index=True)
    until: Mapped[datetime]

"""``Answers``: a request that is sent again is answered again and done once, also by several servers of a database."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from uuid import uuid4

from sqlalchemy import ColumnElement, delete, update
from sqlalchemy.orm import Session

from inkdigits.storage.actor import Actor
from inkdigits.storage.database import Database, insert_into
from inkdigits.storage.tables.answers import AnswerRow

KEPT = timedelta(days=1)
"""How long an answer is given again; after that the same key is a new request."""

LEASE = timedelta(minutes=2)
"""Time after which a request without an answer counts as dead: its server was killed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request was answered."""

    status: int
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Claim:
    """What became of asking to do a request.

    Attributes:
        state: ``"mine"``: do it, then :meth:`Answers.keep` or :meth:`Answers.release`; ``"answered"``: here is the
            answer; ``"at work"``: somebody else does it just now; ``"other"``: the key stands for another request.
        key: The request's key in the table.
        token: This attempt's.
        name: The request's own; an attempt after a killed one has the same.
        answer: What was answered, when it was.
    """

    state: str
    key: str
    token: str
    name: str
    answer: Answer | None = None


class Answers:
    """The requests of one database that carry an idempotency key."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime] | None = None, lease: timedelta = LEASE
    ) -> None:
        """Works on a database that is up to date; after ``lease`` without an answer a request counts as dead."""
        self._database = database
        self._lease = lease
        self._clock = clock or (lambda: datetime.now(timezone.utc))

    def claim(self, actor: Actor, key: str, request: str) -> Claim:
        """Asks to do a request.

        Args:
            actor: Who sends it; the keys of different people never meet.
            key: The idempotency key that they gave it.
            request: SHA-256 of what is asked.
        """
        digest, mine, now = _digest(actor, key), uuid4().hex, self._clock()
        new = {"key": digest, "request": request, "name": uuid4().hex, "claim": mine, "until": now + self._lease}

        def work(session: Session) -> AnswerRow:
            session.execute(delete(AnswerRow).where(_over(now)))
            insert = insert_into(session, AnswerRow).values(**new, media_type="")
            session.execute(insert.on_conflict_do_nothing(index_elements=["key"]))
            row = session.get_one(AnswerRow, digest, with_for_update=True)
            if row.status is None and row.until < now and row.request == request:
                row.claim, row.until = mine, now + self._lease
            return row

        row = self._database.write(work)
        if row.request != request:
            state = "other"
        elif row.status is not None:
            state = "answered"
        else:
            state = "mine" if row.claim == mine else "at work"
        answer = None if state != "answered" else Answer(row.status or 0, row.media_type, row.body or b"")
        return Claim(state, digest, mine, row.name, answer)

    def keep(self, claim: Claim, answer: Answer) -> None:
        """Notes the answer of a claimed request, for a day; not when the attempt was taken for dead meanwhile."""
        kept = update(AnswerRow).where(AnswerRow.key == claim.key, AnswerRow.claim == claim.token)
        values = {"status": answer.status, "media_type": answer.media_type, "body": answer.body}
        until = self._clock() + KEPT
        self._database.write(lambda session: session.execute(kept.values(until=until, **values)))

    def release(self, claim: Claim) -> None:
        """Lets a claimed request that failed be sent again at once.

        Its name stays: of an attempt that took too long, something may be kept by now, which the next one must not keep
        again.
        """
        freed = update(AnswerRow).where(AnswerRow.key == claim.key, AnswerRow.claim == claim.token)
        until = self._clock() - timedelta(microseconds=1)
        self._database.write(lambda session: session.execute(freed.values(until=until)))

    def forget(self) -> None:
        """Deletes what was kept for a day; claiming does, too."""
        gone = delete(AnswerRow).where(_over(self._clock()))
        self._database.write(lambda session: session.execute(gone))


def _over(now: datetime) -> ColumnElement[bool]:
    """Answers whose day is over, and attempts that never came to one."""
    answered = AnswerRow.status.is_not(None)
    return (answered & (AnswerRow.until < now)) | (~answered & (AnswerRow.until < now - KEPT))


def _digest(actor: Actor, key: str) -> str:
    owner = f"key {actor.key}" if actor.id is None else f"person {actor.id}"
    return hashlib.sha256(f"{owner}\0{key}".encode()).hexdigest()

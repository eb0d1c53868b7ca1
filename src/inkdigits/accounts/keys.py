"""``Keys``: API keys, with which programs use the service; the database has their hashes, the owners have the keys."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from inkdigits.accounts.people import LONGEST
from inkdigits.accounts.throttle import Clock, utc_now
from inkdigits.errors import AccountError, NotFoundError, OptionError, RightsError
from inkdigits.storage.actor import ROLES, Actor, Role, check_role
from inkdigits.storage.audit import note, require_admin
from inkdigits.storage.database import Database
from inkdigits.storage.tables.keys import KeyRow
from inkdigits.storage.tables.people import PersonRow

NOTED = timedelta(minutes=1)  # that a key was used is written down at most this often
MOST = 50  # keys of one owner that are not revoked
LONGEST_LIFE = 3650  # days
UNKNOWN = "There is no such API key."

_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_TOKEN = re.compile(r"ink_([0-9a-z]{10})_([0-9A-Za-z]{43})")  # a secret of 256 bits; a double click takes all of it


class RefusedKeyError(AccountError):
    """A key that opens nothing: unknown, revoked, expired, or of somebody who is disabled."""


@dataclass(frozen=True, slots=True)
class Key:
    """An API key as its owner or an administrator sees it.

    Attributes:
        id: What it is called in lists and logs; the beginning of the key itself.
        name: What it is for.
        person_id: Whose it is; None is nobody's, in an installation without accounts.
        person: Their name; ``""`` for nobody's.
        role: What it may do at most; never more than its owner.
        created: When it was made, aware, UTC.
        used: When it was used last, to the minute; None for never.
        until: When it expires; None for never.
        state: ``"active"``, ``"revoked"``, ``"expired"``, or ``"disabled"``: its owner is.
    """

    id: str
    name: str
    person_id: int | None
    person: str
    role: Role
    created: datetime
    used: datetime | None
    until: datetime | None
    state: str


class Keys:
    """The API keys of one database. Thread-safe."""

    def __init__(self, database: Database, with_accounts: bool, clock: Clock = utc_now) -> None:
        """Works on a database that is up to date.

        Args:
            database: Where the hashes are.
            with_accounts: Whether people have accounts: then every key belongs to one of them, and keys of nobody open
                nothing.
            clock: The time.
        """
        self._database = database
        self._with_accounts = with_accounts
        self._clock = clock
        self._noted: dict[str, datetime] = {}

    def add(
        self,
        actor: Actor,
        name: str,
        person: int | None,
        role: Role = "user",
        *,
        days: int | None = None,
        address: str = "",
    ) -> str:
        """Makes a key.

        Args:
            actor: Who makes it: its owner, or an administrator.
            name: What it is for.
            person: Whose it will be; None for nobody's, where there are no accounts.
            role: What it may do at most.
            days: Days after which it expires; None for never.
            address: From where, for the audit log.

        Returns:
            The key itself, which is kept nowhere: whoever loses it makes another one.

        Raises:
            OptionError: The name, the role or the days do not do, or the owner has too many keys.
            RightsError: It would be somebody else's or may do more than the actor, who is no administrator.
            AccountError: There is no such person, they are disabled, or their role is lower than the key's.
        """
        check_role(role)
        name = _checked(name, days)
        self._require_owner(actor, person, "Making keys for others")
        if not self._with_accounts and person is not None:
            raise OptionError("people have no accounts here (INKDIGITS_AUTH is off): make a key without a person")
        if self._with_accounts and person is None:
            raise OptionError("every key belongs to a person here: say whose it will be")
        token_id = "".join(secrets.choice(_SIGNS[:10] + _SIGNS[36:]) for _ in range(10))
        token = f"ink_{token_id}_{''.join(secrets.choice(_SIGNS) for _ in range(43))}"
        now = self._clock()
        row = {"digest": _hash(token), "person_id": person, "role": role, "name": name, "created": now}

        def work(session: Session) -> None:
            if session.get(KeyRow, token_id) is not None:
                return  # a run before this one was kept, but its answer was lost
            whose = "" if person is None else _check_owner(session, person, role)
            if _count(session, person, now) >= MOST:
                raise OptionError(f"there are {MOST} keys already: revoke one that is not used any more")
            until = None if days is None else now + timedelta(days=days)
            session.add(KeyRow(id=token_id, until=until, **row))
            details = {"name": name, "role": role, "id": token_id}
            note(session, actor, "key added", whose, address=address, details=details)

        self._database.write(work)
        return token

    def list(self, actor: Actor, person: int | None = None, *, all_people: bool = False) -> tuple[Key, ...]:
        """Keys, those that open something first, the newest first.

        Args:
            actor: Who asks.
            person: Whose; None for nobody's.
            all_people: Everybody's instead.

        Raises:
            RightsError: They are not the actor's own, and the actor is no administrator.
        """
        if all_people:
            require_admin(actor, "The list of all keys")
        else:
            self._require_owner(actor, person, "The keys of others")
        asked = select(KeyRow, PersonRow).outerjoin(PersonRow, PersonRow.id == KeyRow.person_id)
        asked = asked.order_by(KeyRow.created.desc(), KeyRow.id)
        if not all_people:
            asked = asked.where(KeyRow.person_id.is_(None) if person is None else KeyRow.person_id == person)
        rows = self._database.read(lambda session: session.execute(asked).all())
        keys = [self._shown(key, owner) for key, owner in rows]
        return tuple(sorted(keys, key=lambda key: key.state != "active"))

    def revoke(self, actor: Actor, key: str, *, address: str = "") -> Key:
        """Ends a key for good, from the next request on.

        Raises:
            NotFoundError: There is none of that id among those that the actor may see.
        """
        actor.check()

        def work(session: Session) -> Key:
            row = session.get(KeyRow, key, with_for_update=True)
            if row is None or not (actor.manages or (row.person_id is not None and row.person_id == actor.id)):
                raise NotFoundError(f"there is no key {key!r}")
            owner = None if row.person_id is None else session.get_one(PersonRow, row.person_id)
            if row.revoked is None:
                row.revoked = self._clock()
                details = {"name": row.name, "id": key}
                note(session, actor, "key revoked", owner.name if owner else "", address=address, details=details)
            return self._shown(row, owner)

        return self._database.write(work)

    def who(self, token: str) -> Actor:
        """Whoever may act with a key, in the lower of two roles: the key's and its owner's.

        Raises:
            RefusedKeyError: It opens nothing; only who has the whole key is told why.
        """
        found = _TOKEN.fullmatch(token)
        if found is None:
            raise RefusedKeyError(f"{UNKNOWN} A key looks like ink_…_…, {10 + 43 + 5} characters long.")
        row, owner = self._find(found[1])
        if row is None or not hmac.compare_digest(row.digest, _hash(token)):
            raise RefusedKeyError(UNKNOWN)
        problem = self._problem(row, owner)
        if problem:
            raise RefusedKeyError(problem)
        self._note_use(row)
        role, name = _role(row, owner), owner.name if owner else f"key {row.name}"
        return Actor(row.person_id, name, role, lambda: self._holds(row.id, role), key=row.id)

    def _holds(self, key: str, role: Role) -> bool:
        row, owner = self._find(key)
        return row is not None and not self._problem(row, owner) and _role(row, owner) == role

    def _find(self, key: str) -> tuple[KeyRow | None, PersonRow | None]:
        asked = select(KeyRow, PersonRow).outerjoin(PersonRow, PersonRow.id == KeyRow.person_id).where(KeyRow.id == key)
        found = self._database.read(lambda session: session.execute(asked).first())
        return (None, None) if found is None else (found[0], found[1])

    def _problem(self, row: KeyRow, owner: PersonRow | None) -> str:
        """Why a key opens nothing; ``""`` when it does."""
        if row.revoked is not None:
            return f"This API key was revoked on {row.revoked:%Y-%m-%d}."
        if row.until is not None and row.until <= self._clock():
            return f"This API key expired on {row.until:%Y-%m-%d}."
        if owner is not None and owner.disabled:
            return "The account of this API key is disabled."
        if (owner is None) == self._with_accounts:
            return "This API key was made before accounts were switched on or off here: make another one."
        return ""

    def _shown(self, row: KeyRow, owner: PersonRow | None) -> Key:
        if row.revoked is not None:
            state = "revoked"
        elif row.until is not None and row.until <= self._clock():
            state = "expired"
        else:
            state = "disabled" if self._problem(row, owner) else "active"
        person = owner.name if owner else ""
        return Key(row.id, row.name, row.person_id, person, _role(row, owner), row.created, row.used, row.until, state)

    def _note_use(self, row: KeyRow) -> None:
        """Notes the time, now and then: of many requests at once, one writes."""
        now = self._clock()
        last = max(row.used or row.created - NOTED, self._noted.get(row.id, row.created - NOTED))
        if last + NOTED <= now:
            self._noted[row.id] = now
            noted = update(KeyRow).where(KeyRow.id == row.id).values(used=now)
            self._database.write(lambda session: session.execute(noted))

    def _require_owner(self, actor: Actor, person: int | None, what: str) -> None:
        actor.check()
        if person is None or person != actor.id:
            require_admin(actor, what)


def _check_owner(session: Session, person: int, role: Role) -> str:
    """The name of a key's owner-to-be, who may do what it may."""
    owner = session.get(PersonRow, person)
    if owner is None or owner.disabled:
        raise AccountError(f"there is no account number {person} that may sign in")
    if ROLES.index(role) > ROLES.index(owner.role):
        raise RightsError(f"{owner.name!r} is a {owner.role}: their keys cannot be those of a {role}")
    return owner.name


def _role(row: KeyRow, owner: PersonRow | None) -> Role:
    """The lower of two roles: a key never keeps what its owner lost."""
    return row.role if owner is None else ROLES[min(ROLES.index(row.role), ROLES.index(owner.role))]


def _count(session: Session, person: int | None, now: datetime) -> int:
    whose = KeyRow.person_id.is_(None) if person is None else KeyRow.person_id == person
    alive = KeyRow.revoked.is_(None) & (KeyRow.until.is_(None) | (KeyRow.until > now))
    return session.scalar(select(func.count()).select_from(KeyRow).where(whose, alive)) or 0


def _checked(name: str, days: int | None) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST or not name.isprintable():
        raise OptionError(f"the name of a key says what it is for, in 1 to {LONGEST} characters that can be seen")
    if days is not None and not 1 <= days <= LONGEST_LIFE:
        raise OptionError(f"a key is good for 1 to {LONGEST_LIFE:,} days, or for ever; not for {days}")
    return name


def _hash(token: str) -> str:
    """A random secret of 256 bits needs no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()

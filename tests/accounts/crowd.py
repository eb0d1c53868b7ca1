"""Two admins, three reviewers, fifty users, each signed in and with a reading of their own."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.conftest import PASSWORD
from inkdigits.accounts.office import Accounts
from inkdigits.storage import LOCAL, Actor, Role
from inkdigits.storage.store import Store
from storage.made import picture_of, reading_of

CROWD: dict[Role, int] = {"admin": 2, "reviewer": 3, "user": 50}


@dataclass(frozen=True)
class Member:
    """Somebody who signed in, what they read, and the token of their browser's cookie."""

    actor: Actor
    reading: str
    token: str


def gather(accounts: Accounts, store: Store, counts: dict[Role, int]) -> dict[Role, list[Member]]:
    """Everybody signs in with a password, as in a browser, and reads a number."""
    members: dict[Role, list[Member]] = {role: [] for role in counts}
    for role, count in counts.items():
        for number in range(count):
            name = f"{role} {number}"
            accounts.people.add(LOCAL, name, role, PASSWORD)
            address = f"192.0.2.{len(members['user'])}"
            token = accounts.sessions.redeem(accounts.sign_in(name, PASSWORD, address=address))
            assert token is not None
            found = accounts.sessions.who(token)
            assert found is not None
            actor = found.person.actor(lambda token=token, role=role: accounts.sessions.holds(token, role))
            reading = reading_of(f"{number:02}")
            record = store.add(reading, picture_of(reading, len(members["user"])), actor=actor)
            members[role].append(Member(actor, record.id, token))
    return members

"""Signing in: who gets a ticket, what a ticket is good for, what ends a sign-in."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from accounts.conftest import PASSWORD, Clock
from inkdigits.accounts.office import Accounts
from inkdigits.accounts.passwords import check_password, hash_password, verify_password
from inkdigits.accounts.people import Person
from inkdigits.accounts.sign_in import WRONG
from inkdigits.errors import AccountError, OptionError, StorageError
from inkdigits.storage import LOCAL, schema
from inkdigits.storage.store import Store
from inkdigits.storage.tables.people import PersonRow, SessionRow

HERE = "192.0.2.1"


def sign_in(accounts: Accounts, name: str = "ada", password: str = PASSWORD, address: str = HERE) -> str:
    """Signs in as a browser does; gives the token of the cookie."""
    token = accounts.sessions.redeem(accounts.sign_in(name, password, address=address))
    assert token is not None
    return token


def is_in(accounts: Accounts, token: str) -> bool:
    return accounts.sessions.who(token) is not None


def test_password_gives_a_ticket_and_the_ticket_a_token_once(accounts: Accounts, ada: Person) -> None:
    ticket = accounts.sign_in(" ADA ", PASSWORD, address=HERE)
    assert accounts.sessions.who(ticket) is None, "a ticket is no token"
    token = accounts.sessions.redeem(ticket)
    assert token is not None
    assert accounts.sessions.redeem(ticket) is None
    found = accounts.sessions.who(token)
    assert found is not None
    assert found.person.actor() == ada.actor()


def test_ticket_is_good_for_a_minute(accounts: Accounts, ada: Person, clock: Clock) -> None:
    ticket = accounts.sign_in("ada", PASSWORD, address=HERE)
    clock.go_on(seconds=61)
    assert accounts.sessions.redeem(ticket) is None


def test_neither_tickets_nor_tokens_nor_passwords_are_in_the_database(
    accounts: Accounts, ada: Person, store: Store
) -> None:
    ticket = accounts.sign_in("ada", PASSWORD, address=HERE)
    waiting = accounts.sign_in("ada", PASSWORD, address=HERE)
    token = accounts.sessions.redeem(ticket)
    kept = store.database.read(lambda session: str(session.execute(select(SessionRow.__table__)).all()))
    assert ticket not in kept
    assert waiting not in kept
    assert str(token) not in kept
    assert PASSWORD not in store.database.read(lambda session: str(session.execute(select(PersonRow.__table__)).all()))


@pytest.mark.parametrize(("name", "password"), [("ada", "not the password"), ("nobody", PASSWORD)])
def test_wrong_name_and_wrong_password_are_answered_alike(
    accounts: Accounts, ada: Person, name: str, password: str
) -> None:
    with pytest.raises(AccountError) as caught:
        accounts.sign_in(name, password, address=HERE)
    assert str(caught.value) == WRONG


def test_unknown_names_cost_as_much_work(accounts: Accounts, ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    verified = []

    def count(password: str, kept: str | None) -> tuple[bool, str | None]:
        verified.append(kept)
        return verify_password(password, kept)

    monkeypatch.setattr("inkdigits.accounts.sign_in.verify_password", count)
    for name in ("ada", "nobody"):
        with pytest.raises(AccountError):
            accounts.sign_in(name, "not the password", address=HERE)
    assert len(verified) == 2
    assert verified[1] is None


def test_nothing_compares_equal_to_no_password() -> None:
    assert verify_password("", None) == (False, None)


def test_sign_in_ends_when_it_is_not_used_and_after_a_month(accounts: Accounts, ada: Person, clock: Clock) -> None:
    idle = sign_in(accounts)
    clock.go_on(hours=12, seconds=1)
    assert not is_in(accounts, idle)
    used = sign_in(accounts)
    for _ in range(59):
        clock.go_on(hours=12, seconds=-1)
        assert is_in(accounts, used)
    clock.go_on(hours=11)
    assert is_in(accounts, used)
    clock.go_on(hours=2)
    assert not is_in(accounts, used)


def test_signing_out_ends_this_one_and_everywhere_ends_all(accounts: Accounts, ada: Person) -> None:
    here, there = sign_in(accounts), sign_in(accounts)
    accounts.sessions.end(here)
    assert not is_in(accounts, here)
    assert is_in(accounts, there)
    accounts.sessions.end_all(ada.actor(), ada.id)
    assert not is_in(accounts, there)


def test_another_password_ends_all_sign_ins_but_a_new_one(accounts: Accounts, ada: Person) -> None:
    before, ticket = sign_in(accounts), accounts.sign_in("ada", PASSWORD, address=HERE)
    new = accounts.sign_in.change_password(ada.actor(), PASSWORD, "other plain words", address=HERE)
    assert not is_in(accounts, before)
    assert accounts.sessions.redeem(ticket) is None
    token = accounts.sessions.redeem(new)
    assert token is not None
    assert is_in(accounts, token)
    with pytest.raises(AccountError):
        accounts.sign_in("ada", PASSWORD, address=HERE)


def test_password_that_is_changed_while_it_is_compared_is_the_old_one(
    accounts: Accounts, ada: Person, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def compared(password: str, kept: str | None) -> tuple[bool, str | None]:
        clock.go_on(seconds=1)
        accounts.people.reset(LOCAL, ada.id, "quite another phrase")
        return verify_password(password, kept)

    monkeypatch.setattr("inkdigits.accounts.sign_in.verify_password", compared)
    with pytest.raises(AccountError, match="do not go together"):
        accounts.sign_in("ada", PASSWORD, address=HERE)
    assert accounts.sessions.list(LOCAL) == ()


def test_own_password_needs_the_present_one(accounts: Accounts, ada: Person) -> None:
    with pytest.raises(AccountError, match="present password"):
        accounts.sign_in.change_password(ada.actor(), "not the password", "other plain words", address=HERE)
    with pytest.raises(OptionError, match="at least 12"):
        accounts.sign_in.change_password(ada.actor(), PASSWORD, "short", address=HERE)


def test_disabling_ends_everything_at_once(accounts: Accounts, ada: Person) -> None:
    accounts.people.add(ada.actor(), "Bob", "user", PASSWORD)
    token = sign_in(accounts, "bob")
    bob = accounts.people.named(ada.actor(), "bob")
    accounts.people.disable(ada.actor(), bob.id)
    assert not is_in(accounts, token)
    with pytest.raises(AccountError, match="disabled"):
        accounts.sign_in("bob", PASSWORD, address=HERE)
    accounts.people.enable(ada.actor(), bob.id)
    assert not is_in(accounts, token), "what was ended stays ended"
    assert is_in(accounts, sign_in(accounts, "bob"))


def test_role_changes_from_the_next_thing_somebody_does(accounts: Accounts, ada: Person) -> None:
    accounts.people.add(ada.actor(), "Bob", "user", PASSWORD)
    token = sign_in(accounts, "bob")
    bob = accounts.people.named(ada.actor(), "bob")
    accounts.people.set_role(ada.actor(), bob.id, "reviewer")
    found = accounts.sessions.who(token)
    assert found is not None
    assert found.person.role == "reviewer"


def test_one_time_password_must_be_changed_and_expires(accounts: Accounts, ada: Person, clock: Clock) -> None:
    made = accounts.people.add(ada.actor(), "Bob", "user")
    assert made is not None
    found = accounts.sessions.who(sign_in(accounts, "bob", made))
    assert found is not None
    assert found.person.one_time
    accounts.sign_in.change_password(found.person.actor(), made, PASSWORD, address=HERE)
    assert not accounts.people.named(ada.actor(), "bob").one_time
    again = accounts.people.reset(ada.actor(), found.person.id)
    assert again is not None
    assert again != made
    clock.go_on(days=3, seconds=1)
    with pytest.raises(AccountError):
        accounts.sign_in("bob", again, address=HERE)


def test_last_admin_stays(accounts: Accounts, ada: Person) -> None:
    with pytest.raises(AccountError, match="last admin"):
        accounts.people.disable(ada.actor(), ada.id)
    with pytest.raises(AccountError, match="last admin"):
        accounts.people.set_role(ada.actor(), ada.id, "user")
    accounts.people.add(ada.actor(), "Eve", "admin", PASSWORD)
    accounts.people.set_role(ada.actor(), ada.id, "user")
    assert accounts.people.named(LOCAL, "ada").role == "user"


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaa", "ada ada ada ada", "x" * 300])
def test_passwords_that_would_be_guessed(password: str) -> None:
    with pytest.raises(OptionError, match="this password"):
        check_password(password, "ada")


def test_real_hash_is_argon2_and_a_weak_one_is_made_anew() -> None:
    from pwdlib.hashers.argon2 import Argon2Hasher

    kept = hash_password(PASSWORD)
    assert kept.startswith("$argon2id$")
    assert verify_password(PASSWORD, kept) == (True, None)
    assert verify_password(PASSWORD + " ", kept) == (False, None)
    right, better = verify_password(PASSWORD, Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD))
    assert right
    assert better is not None


def test_log_says_who_did_what_and_cannot_be_changed(accounts: Accounts, ada: Person, store: Store) -> None:
    sign_in(accounts)
    with pytest.raises(AccountError):
        accounts.sign_in("hunter2 in the wrong field", PASSWORD, address=HERE)
    entries, count = accounts.audit.entries(ada.actor())
    assert count == len(entries) == 3
    assert [(one.person, one.action, one.subject, one.address) for one in entries] == [
        ("", "sign-in failed", "unknown name", HERE),
        ("Ada", "sign-in", "", HERE),
        ("local", "person added", "Ada", ""),
    ]
    assert accounts.audit.entries(ada.actor(), action="sign-in")[1] == 1
    assert accounts.audit.entries(ada.actor(), person="ada")[1] == 2
    sqlite = store.database.embedded
    for statement in (
        "update audit set person = 'eve'",
        "delete from audit",
        *(
            ["replace into audit select * from audit", "replace into audit (rowid, id) values (1, 'x')"]
            if sqlite
            else []
        ),
        *([] if sqlite else ["truncate audit"]),
    ):
        with pytest.raises(StorageError, match="append-only"):
            store.database.write(lambda session, words=statement: session.execute(text(words)))
    assert accounts.audit.entries(ada.actor()) == (entries, count)


def test_tables_go_down_and_up_with_people_in_them(accounts: Accounts, ada: Person, store: Store) -> None:
    sign_in(accounts)
    with pytest.raises(AccountError):
        accounts.sign_in("ada", "not the password", address=HERE)
    schema.downgrade(store.database, "0001")
    schema.upgrade(store.database)
    assert accounts.people.empty()
    assert accounts.audit.entries(LOCAL) == ([], 0)
    accounts.people.add(LOCAL, "Ada", "admin", PASSWORD)
    assert is_in(accounts, sign_in(accounts))

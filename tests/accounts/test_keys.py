"""API keys: who may make which, what they open, and what ends them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import event, select
from typer.testing import CliRunner

from accounts.conftest import PASSWORD, Clock
from inkdigits.accounts.keys import MOST, UNKNOWN, Key, Keys, RefusedKeyError
from inkdigits.accounts.office import Accounts
from inkdigits.commands.keys import keys as command
from inkdigits.errors import AccountError, NotFoundError, OptionError, RightsError
from inkdigits.settings import Settings
from inkdigits.storage import LOCAL, Actor, Role
from inkdigits.storage.store import Store
from inkdigits.storage.tables import KeyRow
from storage.made import picture_of, reading_of


@pytest.fixture
def people(accounts: Accounts) -> dict[Role, Actor]:
    """One of each role, as they are signed in."""
    made: dict[Role, Actor] = {}
    for name, role in (("Uwe", "user"), ("Rita", "reviewer"), ("Ada", "admin")):
        accounts.people.add(LOCAL, name, role, PASSWORD)  # type: ignore[arg-type]
        made[role] = accounts.people.named(LOCAL, name).actor()  # type: ignore[index]
    return made


def only(accounts: Accounts, actor: Actor) -> Key:
    [key] = accounts.keys.list(actor, actor.id)
    return key


def test_key_acts_as_its_owner_in_the_lower_of_two_roles(accounts: Accounts, people: dict[Role, Actor]) -> None:
    ada = people["admin"]
    whole = accounts.keys.who(accounts.keys.add(ada, "all", ada.id, "admin"))
    assert (whole.id, whole.name, whole.role) == (ada.id, "Ada", "admin")
    assert accounts.keys.who(accounts.keys.add(ada, "scanner", ada.id)).role == "user"
    accounts.people.add(LOCAL, "Bea", "admin", PASSWORD)
    accounts.people.set_role(LOCAL, ada.id or 0, "reviewer")
    assert {key.role for key in accounts.keys.list(LOCAL, ada.id)} == {"user", "reviewer"}
    with pytest.raises(RightsError, match="your role changed: ask for another key"):
        whole.check()


def test_key_is_kept_nowhere_and_looks_like_one(accounts: Accounts, people: dict[Role, Actor], store: Store) -> None:
    token = accounts.keys.add(people["user"], "scanner", people["user"].id)
    assert re.fullmatch(r"ink_[0-9a-z]{10}_[0-9A-Za-z]{43}", token)
    row = store.database.read(lambda session: session.scalars(select(KeyRow)).one())
    assert row.id == token[4:14]
    kept = " ".join(str(getattr(row, column.name)) for column in KeyRow.__table__.columns)
    told = str([accounts.audit.entries(LOCAL), accounts.keys.list(LOCAL, all_people=True)])
    assert token[15:] not in kept + told


@pytest.mark.parametrize("spoil", [lambda key: key[:-1] + "?", lambda key: key[:-1] + ("a" if key[-1] != "a" else "b")])
def test_who_has_not_the_whole_key_learns_nothing(accounts: Accounts, people: dict[Role, Actor], spoil: object) -> None:
    token = accounts.keys.add(people["user"], "scanner", people["user"].id)
    accounts.keys.revoke(people["user"], token[4:14])
    with pytest.raises(RefusedKeyError) as caught:
        accounts.keys.who(spoil(token))  # type: ignore[operator]
    assert str(caught.value).startswith(UNKNOWN)


def test_revoked_expired_and_disabled_open_nothing(accounts: Accounts, people: dict[Role, Actor], clock: Clock) -> None:
    uwe = people["user"]
    lasting, short = (accounts.keys.add(uwe, "one", uwe.id, days=days) for days in (None, 7))
    before = accounts.keys.who(lasting)
    accounts.people.disable(LOCAL, uwe.id or 0)
    with pytest.raises(RefusedKeyError, match="is disabled"):
        accounts.keys.who(lasting)
    with pytest.raises(RightsError):
        before.check()
    accounts.people.enable(LOCAL, uwe.id or 0)
    before.check()
    clock.go_on(days=7)
    with pytest.raises(RefusedKeyError, match="expired on 2026-03-08"):
        accounts.keys.who(short)
    accounts.keys.revoke(uwe, lasting[4:14])
    with pytest.raises(RefusedKeyError, match="revoked on 2026-03-08"):
        accounts.keys.who(lasting)
    with pytest.raises(RightsError):
        before.check()
    assert sorted(key.state for key in accounts.keys.list(uwe, uwe.id)) == ["expired", "revoked"]


def test_use_is_noted_once_a_minute(accounts: Accounts, people: dict[Role, Actor], clock: Clock, store: Store) -> None:
    uwe, written = people["user"], []
    token = accounts.keys.add(uwe, "scanner", uwe.id)
    assert only(accounts, uwe).used is None
    event.listen(
        store.database.engine,
        "before_cursor_execute",
        lambda *found: written.append(found[2]) if "UPDATE api_key" in found[2] else None,
    )
    for seconds, writes in ((0, 1), (30, 1), (30, 2), (3600, 3)):
        clock.go_on(seconds=seconds)
        accounts.keys.who(token)
        assert len(written) == writes
    assert only(accounts, uwe).used == clock.now


def test_who_may_make_list_and_revoke_whose(accounts: Accounts, people: dict[Role, Actor]) -> None:
    uwe, rita, ada = people["user"], people["reviewer"], people["admin"]
    with pytest.raises(RightsError, match="cannot be those of a reviewer"):
        accounts.keys.add(uwe, "more", uwe.id, "reviewer")
    with pytest.raises(RightsError, match="cannot be those of a admin"):
        accounts.keys.add(ada, "more", rita.id, "admin")
    for attempt in (
        lambda: accounts.keys.add(rita, "theirs", uwe.id),
        lambda: accounts.keys.list(rita, uwe.id),
        lambda: accounts.keys.list(rita),
        lambda: accounts.keys.list(rita, all_people=True),
    ):
        with pytest.raises(RightsError):
            attempt()
    token = accounts.keys.add(ada, "scanner", uwe.id)
    with pytest.raises(NotFoundError):
        accounts.keys.revoke(rita, token[4:14])
    accounts.keys.who(token)
    assert accounts.keys.revoke(uwe, token[4:14]).state == "revoked"
    assert [key.person for key in accounts.keys.list(ada, all_people=True)] == ["Uwe"]
    accounts.people.disable(LOCAL, uwe.id or 0)
    with pytest.raises(AccountError, match="no account"):
        accounts.keys.add(ada, "late", uwe.id)


def test_bad_names_days_and_too_many(accounts: Accounts, people: dict[Role, Actor], clock: Clock) -> None:
    uwe = people["user"]
    for name, days in (("  ", None), ("a\0b", None), ("x" * 65, None), ("x", 0), ("x", 4000)):
        with pytest.raises(OptionError):
            accounts.keys.add(uwe, name, uwe.id, days=days)
    with pytest.raises(OptionError, match="every key belongs to a person"):
        accounts.keys.add(LOCAL, "nobody's", None)
    for _ in range(MOST):
        accounts.keys.add(uwe, "one", uwe.id, days=1)
    with pytest.raises(OptionError, match="revoke one"):
        accounts.keys.add(uwe, "one too many", uwe.id)
    clock.go_on(days=1)
    accounts.keys.add(uwe, "another", uwe.id)


def test_log_has_who_made_and_used_a_key(accounts: Accounts, people: dict[Role, Actor], store: Store) -> None:
    uwe = people["user"]
    actor = accounts.keys.who(accounts.keys.add(uwe, "scanner", uwe.id, address="192.0.2.1"))
    reading = reading_of("12")
    record = store.add(reading, picture_of(reading), actor=actor, source="service")
    store.correct(record.id, 0, "13", actor)
    [made] = accounts.audit.entries(LOCAL, action="key added")[0]
    assert (made.person, made.subject, made.address) == ("Uwe", "Uwe", "192.0.2.1")
    assert made.details == {"name": "scanner", "role": "user", "id": actor.key}
    [corrected] = accounts.audit.entries(LOCAL, action="correction")[0]
    assert (corrected.person, corrected.details["key"]) == ("Uwe", actor.key)
    assert record.person == "Uwe"


def test_keys_of_nobody_lock_an_installation_without_accounts(store: Store, clock: Clock) -> None:
    keys = Keys(store.database, with_accounts=False, clock=clock)
    with pytest.raises(OptionError, match="no accounts here"):
        keys.add(LOCAL, "scanner", 1)
    token = keys.add(LOCAL, "scanner", None, "user")
    actor = keys.who(token)
    assert (actor.id, actor.name, actor.role, actor.manages) == (None, "key scanner", "user", False)
    reading = reading_of("12")
    record = store.add(reading, picture_of(reading), actor=actor)
    assert store.get(record.id, LOCAL).person == ""
    other = store.add(reading, picture_of(reading), actor=Actor(7, "Somebody", "user"))
    assert [one.id for one in store.list(actor).records] == [record.id], "nobody's history, and no other"
    assert store.delete([other.id], actor) == 0
    with pytest.raises(RefusedKeyError, match="before accounts were switched on"):
        Keys(store.database, with_accounts=True, clock=clock).who(token)


def test_command_line_makes_lists_and_revokes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKDIGITS_HOME", str(tmp_path))
    run = CliRunner()
    assert "inkdigits keys add NAME" in run.invoke(command, ["list"]).stdout
    made = run.invoke(command, ["add", "scanner", "--days", "30"])
    token = made.stdout.strip()
    assert Accounts.open(Settings(home=tmp_path)).keys.who(token).role == "user"
    assert "not shown again" in made.stderr
    listed = run.invoke(command, ["list", "--json"]).stdout
    assert '"name": "scanner"' in listed
    assert token not in listed
    assert token[4:14] in run.invoke(command, ["list"]).stdout
    assert run.invoke(command, ["add", "[/bold]"]).exit_code == 0
    assert "[/bold]" in run.invoke(command, ["list"]).stdout, "a name is no style of type"
    assert "opens nothing" in run.invoke(command, ["revoke", token[4:14]]).stdout
    assert isinstance(run.invoke(command, ["revoke", "nothing"]).exception, NotFoundError)
    with pytest.raises(RefusedKeyError):
        Accounts.open(Settings(home=tmp_path)).keys.who(token)
    assert isinstance(run.invoke(command, ["add", "x", "--person", "nobody"]).exception, AccountError)

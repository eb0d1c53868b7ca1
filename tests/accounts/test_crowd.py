"""Two admins, three reviewers, fifty users: nobody reads or changes what is not theirs."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from accounts.conftest import PASSWORD
from accounts.crowd import CROWD, Member, gather
from inkdigits.accounts.office import Accounts
from inkdigits.commands.users import users
from inkdigits.errors import OptionError, RightsError
from inkdigits.settings import Settings
from inkdigits.storage import LOCAL, Role
from inkdigits.storage.privacy import Choice
from inkdigits.storage.store import Store
from storage.made import picture_of, reading_of


@pytest.fixture
def crowd(accounts: Accounts, store: Store) -> dict[Role, list[Member]]:
    return gather(accounts, store, CROWD)


@pytest.fixture
def few(accounts: Accounts, store: Store) -> dict[Role, list[Member]]:
    return gather(accounts, store, dict.fromkeys(CROWD, 1))


def test_nobody_reads_or_changes_what_is_not_theirs(
    crowd: dict[Role, list[Member]], store: Store, accounts: Accounts
) -> None:
    everybody = [member for members in crowd.values() for member in members]
    names = {member.reading for member in everybody}
    for place, user in enumerate(crowd["user"]):
        assert [record.id for record in store.list(user.actor, limit=100).records] == [user.reading]
        others = everybody if place == 0 else [everybody[(place + step) % len(everybody)] for step in (1, 17)]
        for other in others:
            if other is user:
                continue
            for attempt in (
                lambda who, what: store.get(what, who),
                lambda who, what: store.picture(what, who),
                lambda who, what: store.correct(what, 0, "1", who),
            ):
                with pytest.raises(OptionError, match="no reading"):
                    attempt(user.actor, other.reading)
        assert store.delete(names - {user.reading}, user.actor) == 0
        with pytest.raises(RightsError):
            accounts.people.list(user.actor)
    for reviewer in crowd["reviewer"]:
        assert {record.id for record in store.list(reviewer.actor, limit=100).records} == names
        assert store.correct(crowd["user"][0].reading, 0, "77", reviewer.actor).corrected_text == "77"
        store.undo(crowd["user"][0].reading, reviewer.actor)
        assert store.delete(names - {reviewer.reading}, reviewer.actor) == 0
        for attempt in (
            lambda who: accounts.audit.entries(who),
            lambda who: accounts.people.reset(who, 1),
            lambda who: accounts.sessions.end_all(who, 1),
        ):
            with pytest.raises(RightsError):
                attempt(reviewer.actor)
    assert {record.text for record in store.each(LOCAL)} == {f"{number:02}" for number in range(50)}
    first, second = crowd["admin"]
    assert len(accounts.people.list(first.actor)) == len(everybody)
    assert store.delete([second.reading], first.actor) == 1


def test_what_somebody_was_is_no_right(few: dict[Role, list[Member]], store: Store, accounts: Accounts) -> None:
    reviewer, user = few["reviewer"][0], few["user"][0]
    accounts.people.set_role(LOCAL, reviewer.actor.id or 0, "user")
    accounts.people.disable(LOCAL, user.actor.id or 0)
    for member in (reviewer, user):
        for attempt in (
            lambda who, what: store.get(what, who),
            lambda who, what: store.list(who),
            lambda who, what: store.correct(what, 0, "1", who),
            lambda who, what: store.delete([what], who),
            lambda who, _: store.add(reading_of("1"), picture_of(reading_of("1")), actor=who),
            lambda who, _: store.privacy.keeps(who, True),
            lambda who, _: store.privacy.choose(who, Choice(history=True)),
        ):
            with pytest.raises(RightsError, match="your role changed"):
                attempt(member.actor, member.reading)
    assert store.count(LOCAL) == 3


def test_log_knows_who_corrected_deleted_and_took_along(
    few: dict[Role, list[Member]], store: Store, accounts: Accounts, tmp_path: Path
) -> None:
    reviewer, user = few["reviewer"][0], few["user"][0]
    store.correct(user.reading, 0, "77", reviewer.actor)
    store.undo(user.reading, reviewer.actor)
    with (tmp_path / "archive.zip").open("wb") as file:
        store.export(user.actor, file)
    store.delete([user.reading], user.actor)
    found = [accounts.audit.entries(LOCAL, action=action)[0] for action in ("correction", "correction undone")]
    assert [(one.person, one.subject) for [one] in found] == [("reviewer 0", user.reading)] * 2
    for action in ("export", "deletion"):
        [one], _ = accounts.audit.entries(LOCAL, action=action)
        assert (one.person, one.details) == ("user 0", {"readings": 1})


@pytest.mark.skipif(os.name == "nt", reason="files have other rights there")
def test_files_are_of_the_owner_alone(tmp_path: Path) -> None:
    settings = Settings.resolve({"home": tmp_path / "home", "auth": "local"})
    store = Store.open(settings)
    reading = reading_of("4096")
    store.add(reading, picture_of(reading))
    store.close()
    files = [path for path in settings.home.rglob("*") if path.is_file()]
    assert len(files) >= 2
    open_to_others = {path.name: oct(path.stat().st_mode) for path in files if path.stat().st_mode & stat.S_IRWXO}
    assert not open_to_others
    assert not [path for path in files if path.stat().st_mode & stat.S_IRWXG]


def test_command_line_manages_people_and_takes_no_password_as_an_argument(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cheap_hashes: None
) -> None:
    monkeypatch.setenv("INKDIGITS_HOME", str(tmp_path))

    def run(*arguments: str, words: str = "") -> Result:
        return CliRunner().invoke(users, arguments, input=words)

    assert "users add NAME" in run("list").stdout
    refused = run("add", "ada", "--role", "admin")
    assert isinstance(refused.exception, OptionError)
    assert "--password-stdin" in str(refused.exception)
    assert run("add", "ada", "--role", "admin", "--password-stdin", words=f"{PASSWORD}\n").exit_code == 0
    handed = run("add", "bob", "--one-time")
    assert "Password to hand over" in handed.stdout
    assert "INKDIGITS_AUTH=local" in handed.stderr, "accounts are off"
    both = run("add", "eve", "--one-time", "--password-stdin", words=f"{PASSWORD}\n")
    assert "choose one of them" in str(both.exception)
    assert run("role", "bob", "reviewer").exit_code == 0
    assert run("disable", "bob").exit_code == 0
    assert "last admin" in str(run("disable", "ada").exception)
    listed = run("list", "--json").stdout
    assert '"name": "bob", "role": "reviewer", "disabled": true' in listed
    assert PASSWORD not in listed
    assert "bob" in run("list").stdout

"""The same crowd at every other door: pages by address, the service, batches, reports, files and the command line."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import inkdigits
from accounts.crowd import CROWD, Member, gather
from inkdigits.accounts.office import Accounts
from inkdigits.batch import shelf as shelves
from inkdigits.batch.shelf import Shelf
from inkdigits.errors import OptionError, RightsError
from inkdigits.reports import report_kept
from inkdigits.settings import Settings
from inkdigits.storage import Role
from inkdigits.storage.filter import Filter
from inkdigits.storage.store import Store

HISTORY = Path(inkdigits.__file__).parent / "web" / "views" / "history.py"

ASK_AS_NOBODY = """
import os, sys
from typer.testing import CliRunner
from inkdigits.cli import app

def ask(who):
    told = CliRunner().invoke(app, ["history", "list", "--json"])
    print(who, told.exit_code, len(told.stdout.splitlines()), *[type(told.exception).__name__] * (told.exit_code > 0))

ask("root")  # who can open the database sees everything; and what is imported now, nobody need not be able to read
os.setgroups([])
os.setgid(int(sys.argv[2]))
os.setuid(int(sys.argv[1]))
ask("nobody")
"""

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


@pytest.fixture
def crowd(accounts: Accounts, store: Store) -> dict[Role, list[Member]]:
    return gather(accounts, store, CROWD)


def neighbors(crowd: dict[Role, list[Member]]) -> Iterator[tuple[Member, Member]]:
    """Every user, with two of whom nothing is theirs: the next user, and in turn everybody who is more."""
    users, others = crowd["user"], [*crowd["admin"], *crowd["reviewer"]]
    for place, user in enumerate(users):
        yield user, users[(place + 1) % len(users)]
        yield user, others[place % len(others)]


def key_of(accounts: Accounts, member: Member) -> str:
    """A key that may do what its owner may."""
    actor = member.actor
    return accounts.keys.add(actor, "a program", actor.id, actor.role)


def test_service_answers_each_with_what_is_theirs(
    crowd: dict[Role, list[Member]], accounts: Accounts, store: Store, settings: Settings
) -> None:
    pytest.importorskip("fastapi", reason="the service needs the 'service' extra")
    from fastapi.testclient import TestClient

    from inkdigits.service.app import create_app

    everybody = [member for members in crowd.values() for member in members]
    keys = {member.reading: {"Authorization": f"Bearer {key_of(accounts, member)}"} for member in everybody}
    before = {record.id: record for record in store.each(crowd["admin"][0].actor)}
    with TestClient(create_app(settings)) as ask:

        def ids(member: Member) -> set[str]:
            answer = ask.get("/v1/readings", params={"limit": 100}, headers=keys[member.reading])
            return {one["id"] for one in answer.json()["readings"]}

        for user, other in neighbors(crowd):
            address, headers = f"/v1/readings/{other.reading}", keys[user.reading]
            said = {"number": 0, "text": "1"}
            assert ask.get(address, headers=headers).status_code == 404
            assert ask.get(f"{address}/picture", headers=headers).status_code == 404
            assert ask.post(f"{address}/correction", json=said, headers=headers).status_code == 404
        assert all(ids(user) == {user.reading} for user in crowd["user"])
        assert all(ids(more) == set(before) for more in (*crowd["reviewer"], *crowd["admin"]))
        for less in (*crowd["reviewer"], *crowd["user"]):
            promoted = ask.post("/v1/models/shipped/promote", headers=keys[less.reading])
            assert promoted.status_code == 403
    assert {record.id: record for record in store.each(crowd["admin"][0].actor)} == before


def test_batches_and_reports_are_of_whoever_made_them(
    crowd: dict[Role, list[Member]],
    store: Store,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shelves, "start_work", lambda folder: None)
    shelf = Shelf(settings)
    everybody = [member for members in crowd.values() for member in members]
    batches = {member.reading: shelf.start_upload(member.actor, [("a.png", b"x")]).id for member in everybody}
    out = tmp_path / "out.csv"
    for user, other in neighbors(crowd):
        for attempt in (shelf.get, shelf.stop, shelf.resume, shelf.delete):
            with pytest.raises(OptionError, match="there is no batch"):
                attempt(user.actor, batches[other.reading])
    for user in crowd["user"]:
        assert [batch.id for batch in shelf.list(user.actor)] == [batches[user.reading]]
        assert report_kept(store, user.actor, Filter(), out) == 1
        told = out.read_text("utf-8")
        assert user.reading in told
        assert sum(member.reading in told for member in everybody) == 1
    for reviewer in crowd["reviewer"]:
        assert len(shelf.list(reviewer.actor)) == len(everybody)
        with pytest.raises(RightsError, match="belongs to"):
            shelf.delete(reviewer.actor, batches[crowd["user"][0].reading])
        assert report_kept(store, reviewer.actor, Filter(), out) == len(everybody)


@pytest.mark.usefixtures("cheap_hashes")
def test_pages_by_address_show_each_what_is_theirs(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    testing = pytest.importorskip("streamlit.testing.v1", reason="the web pages need the 'app' extra")
    from streamlit.runtime.context import ContextProxy

    from inkdigits.web.accounts import identity
    from inkdigits.web.accounts.cookie import NAME

    monkeypatch.setenv("INKDIGITS_HOME", str(settings.home))
    monkeypatch.setenv("INKDIGITS_AUTH", "local")
    for remembered in (identity.get_settings, identity.get_accounts):
        remembered.cache_clear()

    def visit(member: Member | None, reading: str) -> Any:
        cookies = {NAME: member.token} if member else {}
        monkeypatch.setattr(ContextProxy, "cookies", property(lambda _: cookies))
        app = testing.AppTest.from_file(str(HISTORY), default_timeout=120)
        app.query_params["reading"] = reading
        app.run()
        assert not app.exception
        return app

    few = gather(Accounts(store.database, settings), store, {"admin": 1, "reviewer": 1, "user": 3})
    first, second, third = few["user"]
    for other in (second, third, few["reviewer"][0], few["admin"][0]):
        app = visit(first, other.reading)
        assert "There is no reading" in app.error[0].value
        assert not app.subheader
    for member in (first, few["reviewer"][0], few["admin"][0]):
        assert visit(member, first.reading).subheader[0].value == "00"
    for remembered in (identity.get_settings, identity.get_accounts):
        remembered.cache_clear()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can be somebody else")
def test_files_on_disk_are_closed_to_other_users_of_the_machine(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, cheap_hashes: None
) -> None:
    """As ``nobody``, who may go into the folder above, and is told the name of every file."""
    import pwd

    monkeypatch.setattr(shelves, "start_work", lambda folder: None)
    place = Path(tempfile.mkdtemp(prefix="inkdigits-open-"))
    try:
        place.chmod(0o755)
        told = settings.changed({"home": place / "home"})
        accounts = Accounts.open(told)
        store = Store(accounts.people._database, told)
        members = gather(accounts, store, {"admin": 1, "user": 2})
        Shelf(told).start_upload(members["user"][0].actor, [("a.png", b"x")])
        files = [path for path in told.home.rglob("*") if path.is_file()]
        assert {path.suffix for path in files} >= {".db", ".db-wal", ".png"}
        assert any("batches" in path.parts for path in files)
        nobody = pwd.getpwnam("nobody")
        look = 'for file in "$@"; do if cat "$file" >/dev/null 2>&1; then echo "$file"; fi; done'
        as_nobody: dict[str, Any] = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        read = subprocess.run(["/bin/sh", "-c", look, "look", *map(str, files)], stdout=subprocess.PIPE, **as_nobody)
        assert (read.returncode, read.stdout) == (0, b"")
        command = [sys.executable, "-c", ASK_AS_NOBODY, str(nobody.pw_uid), str(nobody.pw_gid)]
        environment = {**os.environ, "INKDIGITS_HOME": str(told.home)}
        asked = subprocess.run(command, env=environment, capture_output=True, text=True)
        assert asked.stdout.splitlines() == ["root 0 3", "nobody 1 0 StorageError"], asked.stderr
        store.close()
    finally:
        shutil.rmtree(place, ignore_errors=True)

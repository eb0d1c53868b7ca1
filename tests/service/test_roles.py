"""Every route, asked by everybody: who gets what. A route that is not in the table fails the test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

pytest.importorskip("fastapi", reason="the service needs the 'service' extra")

from fastapi import FastAPI
from fastapi.testclient import TestClient

from handwriting import digit_picture, encode, strokes_of
from inkdigits.accounts.keys import Keys
from inkdigits.accounts.office import Accounts
from inkdigits.accounts.throttle import utc_now
from inkdigits.service import lock
from inkdigits.service.app import create_app
from inkdigits.service.lock import OPEN
from inkdigits.storage import LOCAL, Role

PASSWORD = "a few plain words"
SEVEN = encode(digit_picture(7))
PNG = {"Content-Type": "image/png"}

STRANGERS = ("nobody", "unknown", "revoked", "expired", "disabled")
ROLES: tuple[Role, ...] = ("user", "reviewer", "admin")


def for_all(user: int, reviewer: int = 0, admin: int = 0) -> dict[str, int]:
    """Statuses by who asks, where a key is needed."""
    reviewer = reviewer or user
    return {**dict.fromkeys(STRANGERS, 401), "user": user, "reviewer": reviewer, "admin": admin or reviewer}


EVERYBODY = dict.fromkeys((*STRANGERS, *ROLES), 200)
THEIRS = "{id}"  # somebody else's reading, an administrator's

TABLE: dict[tuple[str, str], tuple[dict[str, Any], dict[str, int]]] = {
    ("get", "/healthz"): ({}, EVERYBODY),
    ("get", "/readyz"): ({}, EVERYBODY),
    ("get", "/metrics"): ({}, EVERYBODY),
    ("post", "/v1/read"): ({"content": SEVEN, "headers": PNG}, for_all(200)),
    ("post", "/v1/strokes"): ({"json": {"strokes": [stroke.tolist() for stroke in strokes_of(7)]}}, for_all(200)),
    ("get", "/v1/readings"): ({}, for_all(200)),
    ("get", "/v1/readings/{id}"): ({}, for_all(404, 200)),
    ("get", "/v1/readings/{id}/picture"): ({}, for_all(404, 200)),
    ("post", "/v1/readings/{id}/correction"): ({"json": {"number": 0, "text": "1"}}, for_all(404, 200)),
    ("get", "/v1/models"): ({}, for_all(200)),
    ("post", "/v1/models/{id}/promote"): ({"id": "shipped"}, for_all(403, 403, 200)),
    ("post", "/v1/models/rollback"): ({"params": {"kind": "digit"}}, for_all(403, 403, 422)),
}


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Accounts:
    return Accounts.open({"home": tmp_path_factory.mktemp("home"), "auth": "local"})


@pytest.fixture(scope="module")
def keys(accounts: Accounts) -> dict[str, dict[str, str]]:
    """The headers of everybody's requests."""
    made = {"nobody": "", "unknown": f"ink_{'0' * 10}_{'0' * 43}"}
    no_hash = pytest.MonkeyPatch()
    no_hash.setattr("inkdigits.accounts.people.hash_password", lambda password: "nobody signs in here")
    for name in (*STRANGERS[2:], *ROLES):
        role: Role = "admin" if name in STRANGERS else name  # type: ignore[assignment]
        accounts.people.add(LOCAL, f"the {name}", role, PASSWORD)
        person = accounts.people.named(LOCAL, f"the {name}").id
        made[name] = accounts.keys.add(LOCAL, name, person, role)
    long_ago = Keys(accounts.keys._database, with_accounts=True, clock=lambda: utc_now() - timedelta(days=2))
    made["expired"] = long_ago.add(LOCAL, "old", accounts.people.named(LOCAL, "the expired").id, days=1)
    accounts.keys.revoke(LOCAL, made["revoked"][4:14])
    accounts.people.disable(LOCAL, accounts.people.named(LOCAL, "the disabled").id)
    no_hash.undo()
    return {name: {"Authorization": f"Bearer {key}"} if key else {} for name, key in made.items()}


@pytest.fixture(scope="module")
def app(accounts: Accounts) -> FastAPI:
    return create_app(accounts.settings)


@pytest.fixture(scope="module")
def ask(app: FastAPI) -> Iterator[TestClient]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lock, "FAILURES", 1000)  # the strangers all come from one address
        with TestClient(app, raise_server_exceptions=False) as client:
            yield client


@pytest.fixture(scope="module")
def theirs(ask: TestClient, keys: dict[str, dict[str, str]]) -> str:
    """Id of a reading of the administrator."""
    answer = ask.post("/v1/read", content=SEVEN, headers={**PNG, **keys["admin"]})
    return str(answer.json()["results"][0]["readings"][0]["id"])


def test_every_route_is_in_the_table(app: FastAPI) -> None:
    told = {(method, path) for path, methods in app.openapi()["paths"].items() for method in methods}
    assert told == set(TABLE)
    there = {path for route in app.routes if (path := getattr(route, "path", ""))}
    assert there - {path for _, path in told} <= OPEN, "what is not in the schema"


@pytest.mark.parametrize("who", [*STRANGERS, *ROLES])
@pytest.mark.parametrize(("method", "path"), TABLE)
def test_route_and_role(
    ask: TestClient, keys: dict[str, dict[str, str]], theirs: str, method: str, path: str, who: str
) -> None:
    given, statuses = TABLE[method, path]
    sent = {name: value for name, value in given.items() if name != "id"}
    sent["headers"] = {**sent.get("headers", {}), **keys[who]}
    answer = ask.request(method, path.format(id=given.get("id", theirs)), **sent)
    assert answer.status_code == statuses[who], answer.text
    if statuses[who] >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
    if statuses[who] == 401:
        assert answer.headers["www-authenticate"].startswith("Bearer")
    if statuses[who] == 403:
        assert answer.json()["right"] == "admin"


OPEN_TO_ALL = {
    *((method, path) for method, path in TABLE if path in OPEN),
    ("post", "/v1/read"),
    ("post", "/v1/strokes"),
    ("get", "/v1/models"),
}


@pytest.mark.parametrize(("method", "path"), [*TABLE, ("get", "/v2/secrets")])
def test_without_keys_whoever_comes_from_elsewhere_reads_and_no_more(open_app: FastAPI, method: str, path: str) -> None:
    given, _ = TABLE.get((method, path), ({}, {}))
    sent = {name: value for name, value in given.items() if name != "id"}
    with TestClient(open_app, client=("192.0.2.9", 5), raise_server_exceptions=False) as stranger:
        answer = stranger.request(method, path.format(id=given.get("id", "some")), **sent)
    assert answer.status_code == (200 if (method, path) in OPEN_TO_ALL else 403), answer.text
    if answer.status_code == 403:
        assert answer.headers["content-type"] == "application/problem+json"
        assert "ask from this machine" in answer.json()["detail"]


@pytest.mark.parametrize("who", ["revoked", "expired", "disabled"])
def test_who_has_the_whole_key_is_told_why_it_opens_nothing(
    ask: TestClient, keys: dict[str, dict[str, str]], who: str
) -> None:
    answer = ask.get("/v1/models", headers=keys[who])
    assert who in answer.json()["detail"]
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'


def test_path_that_is_not_there_needs_a_key_too(ask: TestClient, keys: dict[str, dict[str, str]]) -> None:
    assert ask.get("/v2/secrets").status_code == 401
    assert ask.get("/v2/secrets", headers=keys["user"]).status_code == 404


def test_each_sees_and_pages_through_what_is_theirs(ask: TestClient, keys: dict[str, dict[str, str]]) -> None:
    for name in ("b.png", "a.png"):
        named = {**PNG, "Content-Disposition": f'attachment; filename="{name}"', **keys["user"]}
        assert ask.post("/v1/read?expect=digit", content=SEVEN, headers=named).status_code == 200
    query = {"limit": 1, "text": ".png", "source": "service", "state": "sure"}
    first = ask.get("/v1/readings", params=query, headers=keys["user"]).json()
    then = ask.get("/v1/readings", params={**query, "cursor": first["next"]}, headers=keys["user"]).json()
    assert [one["name"] for page in (first, then) for one in page["readings"]] == ["a.png", "b.png"]
    assert then["next"] is None
    assert {one["person"] for one in first["readings"]} == {"the user"}
    for name in ("reviewer", "admin"):
        assert ask.post("/v1/read", content=SEVEN, headers={**PNG, **keys[name]}).status_code == 200
    everybody = ask.get("/v1/readings", params={"limit": 100}, headers=keys["reviewer"]).json()["readings"]
    assert {one["person"] for one in everybody} >= {"the user", "the reviewer", "the admin"}
    assert ask.get("/v1/readings?person=the%20admin", headers=keys["user"]).json()["readings"] == []


def test_name_of_a_file_that_no_database_takes(ask: TestClient, keys: dict[str, dict[str, str]]) -> None:
    named = {**PNG, "Content-Disposition": "attachment; filename*=UTF-8''a%00b.png", **keys["user"]}
    answer = ask.post("/v1/read?expect=digit", content=SEVEN, headers=named).json()["results"][0]
    assert answer["warning"] is None
    kept = ask.get(f"/v1/readings/{answer['readings'][0]['id']}", headers=keys["user"]).json()
    assert kept["name"] == "a\ufffdb.png"


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "lowest=nan",
        "highest=2",
        "source=nowhere",
        "since=yesterday",
        "since=0001-01-01T00:00:00%2B14:00",
        "text=%00",
        "cursor=%ff",
        "cursor=MDAwMS0wMS0wMVQwMDowMDowMCsxNDowMC94",
        "colour=red",
    ],
)
def test_filter_that_makes_no_sense(ask: TestClient, keys: dict[str, dict[str, str]], query: str) -> None:
    answer = ask.get(f"/v1/readings?{query}", headers=keys["user"])
    assert answer.status_code == 422, answer.text


def test_correction_is_in_the_log_with_its_key(
    ask: TestClient, keys: dict[str, dict[str, str]], theirs: str, accounts: Accounts
) -> None:
    path = f"/v1/readings/{theirs}/correction"
    assert ask.post(path, json={"number": 0, "text": "42"}, headers=keys["reviewer"]).json()["corrected_text"] == "42"
    entry = accounts.audit.entries(LOCAL, action="correction")[0][0]
    assert (entry.person, entry.details["key"]) == ("the reviewer", keys["reviewer"]["Authorization"][11:21])
    wrong = ask.post(path, json={"number": 9, "text": "42"}, headers=keys["reviewer"])
    assert (wrong.status_code, "counted from 0" in wrong.json()["detail"]) == (422, True)
    assert ask.get(f"/v1/readings/{theirs}", headers=keys["reviewer"]).json()["reading"]["numbers"][0]["digits"]


def test_promotion_is_in_the_log(ask: TestClient, keys: dict[str, dict[str, str]], accounts: Accounts) -> None:
    assert ask.post("/v1/models/shipped/promote?kind=line", headers=keys["admin"]).json()["kind"] == "line"
    assert ask.post("/v1/models/nothing/promote", headers=keys["admin"]).status_code == 404
    entry = accounts.audit.entries(LOCAL, action="promotion")[0][0]
    assert (entry.person, entry.subject) == ("the admin", "shipped")

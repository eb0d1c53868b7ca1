"""People whom a provider vouches for: which claim gives which role, and what ends it here."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from accounts.conftest import PASSWORD, Clock
from inkdigits.accounts.claims import role_of
from inkdigits.accounts.office import Accounts
from inkdigits.errors import AccountError
from inkdigits.settings import Settings
from inkdigits.storage import LOCAL

HERE = "192.0.2.1"
ROLES = {"chiefs": "admin", "checkers": "reviewer", "staff": "user"}


def claims_at(clock: Clock, **claims: Any) -> dict[str, Any]:
    """What the provider says at this moment."""
    issued = int(clock.now.timestamp())
    return {"iss": "https://id.example", "sub": "42", "name": "Ada", "role": "user", "iat": issued, **claims}


@pytest.mark.parametrize(
    ("claims", "claim", "roles", "role"),
    [
        ({"role": "reviewer"}, "role", {}, "reviewer"),
        ({"groups": ["staff", "chiefs"]}, "groups", ROLES, "admin"),
        ({"realm": {"roles": ["checkers", "staff", "drivers"]}}, "realm.roles", ROLES, "reviewer"),
        ({"groups": ["staff", 7, None]}, "groups", ROLES, "user"),
    ],
)
def test_claim_gives_the_highest_role(claims: dict[str, Any], claim: str, roles: dict[str, str], role: str) -> None:
    assert role_of(claims, Settings.resolve({"oidc_claim": claim, "oidc_roles": roles})) == role


@pytest.mark.parametrize(
    "claims", [{}, {"role": None}, {"role": "admin"}, {"role": ["root"]}, {"role": {"staff": False}}]
)
def test_what_is_not_in_the_mapping_gives_nothing(claims: dict[str, Any]) -> None:
    with pytest.raises(AccountError, match="nobody gave you a role"):
        role_of(claims, Settings.resolve({"oidc_roles": ROLES}))


@pytest.mark.parametrize("claim", [True, 7, {"admin": False}, "", [["admin"]]], ids=str)
def test_a_claim_that_is_no_word_gives_nothing(claim: object) -> None:
    with pytest.raises(AccountError, match="nobody gave you a role"):
        role_of({"role": claim}, Settings())


def test_of_several_people_of_a_name_none_is_taken_for_another(accounts: Accounts, clock: Clock) -> None:
    accounts.vouched(claims_at(clock, name="Eve"), address=HERE)
    first = accounts.people.named(LOCAL, "Eve")
    accounts.vouched(claims_at(clock, sub="43", name="Eve"), address=HERE)
    with pytest.raises(AccountError, match="2 people are called 'Eve'"):
        accounts.people.named(LOCAL, "Eve")
    accounts.people.add(LOCAL, "eve", "user", PASSWORD)
    found = accounts.people.named(LOCAL, "Eve")
    assert (found.external, found.name, first.external) == (False, "eve", True)


def test_person_is_made_once_and_takes_no_local_account(accounts: Accounts, clock: Clock) -> None:
    accounts.people.add(LOCAL, "Ada", "admin", PASSWORD)
    one = accounts.vouched(claims_at(clock), address=HERE)
    again = accounts.vouched(claims_at(clock, name="Ada B."), address=HERE)
    assert one.id == again.id != accounts.people.named(LOCAL, "ada").id
    assert (again.role, again.name, again.external) == ("user", "Ada B.", True)
    other = accounts.vouched(claims_at(clock, iss="https://other.example"), address=HERE)
    assert other.id != one.id
    with pytest.raises(AccountError, match="do not go together"):
        accounts.sign_in("Ada B.", PASSWORD, address=HERE)


def test_tabs_that_come_first_at_the_same_time_are_one_person(accounts: Accounts, clock: Clock) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: accounts.vouched(claims_at(clock), address=HERE).id, range(8)))
    assert len(set(found)) == 1
    assert accounts.audit.entries(LOCAL, action="person added")[1] == 1


def test_role_is_the_providers_and_its_changes_are_noted(accounts: Accounts, clock: Clock) -> None:
    person = accounts.vouched(claims_at(clock), address=HERE)
    assert accounts.vouched(claims_at(clock, role="reviewer"), address=HERE).role == "reviewer"
    assert accounts.audit.entries(LOCAL, action="role changed")[0][0].details == {"from": "user", "to": "reviewer"}
    assert accounts.audit.entries(LOCAL, action="sign-in")[1] == 1
    with pytest.raises(AccountError, match="comes from the sign-in provider"):
        accounts.people.set_role(LOCAL, person.id, "admin")
    with pytest.raises(AccountError, match="has no password here"):
        accounts.people.reset(LOCAL, person.id)


def test_what_ends_a_sign_in_elsewhere(accounts: Accounts, clock: Clock) -> None:
    before = claims_at(clock)
    person = accounts.vouched(before, address=HERE)
    assert accounts.vouched.holds(person, before["iat"])
    clock.go_on(minutes=5)
    accounts.sessions.end_all(person.actor(), person.id)
    assert not accounts.vouched.holds(person, before["iat"])
    with pytest.raises(AccountError, match="was ended"):
        accounts.vouched(before, address=HERE)
    clock.go_on(minutes=5)
    anew = claims_at(clock)
    assert accounts.vouched(anew, address=HERE).id == person.id
    accounts.people.disable(LOCAL, person.id)
    assert not accounts.vouched.holds(person, anew["iat"])
    with pytest.raises(AccountError, match="is disabled"):
        accounts.vouched(anew, address=HERE)


def test_token_must_say_who_it_is(accounts: Accounts, clock: Clock) -> None:
    with pytest.raises(AccountError, match="did not say who you are"):
        accounts.vouched({**claims_at(clock), "sub": ""}, address=HERE)

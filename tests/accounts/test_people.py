"""Whose account it is: names, and who may manage people."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from accounts.conftest import PASSWORD
from inkdigits.accounts.office import Accounts
from inkdigits.accounts.people import Person
from inkdigits.errors import AccountError, OptionError, RightsError
from inkdigits.storage import LOCAL


@pytest.mark.parametrize("name", ["ADA", "ａｄａ", " Ada\t"])
def test_one_name_is_one_person(accounts: Accounts, ada: Person, name: str) -> None:
    with pytest.raises(AccountError, match="already somebody called 'Ada'"):
        accounts.people.add(LOCAL, name, "user", PASSWORD)


def test_of_two_who_add_a_name_at_the_same_time_one_is_told(accounts: Accounts) -> None:
    def add(number: int) -> str:
        try:
            accounts.people.add(LOCAL, "Ada", "user", f"{PASSWORD} {number}")
        except AccountError as error:
            return str(error)
        return ""

    with ThreadPoolExecutor(4) as pool:
        told = sorted(pool.map(add, range(4)))
    assert told[0] == ""
    assert all("already somebody called 'Ada'" in words for words in told[1:])


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a" * 65])
def test_names_that_do_not_do(accounts: Accounts, name: str) -> None:
    with pytest.raises(OptionError, match="a name has"):
        accounts.people.add(LOCAL, name, "user", PASSWORD)


def test_people_manage_nobody(accounts: Accounts, ada: Person) -> None:
    accounts.people.add(ada.actor(), "Rita", "reviewer", PASSWORD)
    rita = accounts.people.named(ada.actor(), "rita")
    for attempt in (
        lambda: accounts.people.list(rita.actor()),
        lambda: accounts.people.add(rita.actor(), "Eve", "admin", PASSWORD),
        lambda: accounts.people.set_role(rita.actor(), rita.id, "admin"),
        lambda: accounts.people.disable(rita.actor(), ada.id),
        lambda: accounts.people.reset(rita.actor(), ada.id),
        lambda: accounts.sessions.list(rita.actor()),
        lambda: accounts.sessions.list(rita.actor(), ada.id),
        lambda: accounts.sessions.end_all(rita.actor(), ada.id),
        lambda: accounts.audit.entries(rita.actor()),
    ):
        with pytest.raises(RightsError):
            attempt()
    assert accounts.sessions.list(rita.actor(), rita.id) == ()

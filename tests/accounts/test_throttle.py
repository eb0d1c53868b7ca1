"""Guesses must wait: a thousand of them take long, by account and by address, also all at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from accounts.conftest import PASSWORD, Clock
from inkdigits.accounts.address import client_address, neighborhood
from inkdigits.accounts.office import Accounts
from inkdigits.accounts.throttle import LONGEST, Throttle, TooManyTriesError, wait_after
from inkdigits.errors import AccountError
from inkdigits.storage import LOCAL
from inkdigits.storage.store import Store

HERE = "192.0.2.1"


def guess(throttle: Throttle, clock: Clock, number: int, account: str, address: str) -> None:
    """Guesses as fast as allowed, without ever being right."""
    for _ in range(number):
        try:
            throttle.claim(account, address)
        except TooManyTriesError as error:
            clock.go_on(seconds=error.seconds)
            throttle.claim(account, address)


@pytest.fixture
def throttle(store: Store, clock: Clock) -> Throttle:
    return Throttle(store.database, clock)


def test_a_thousand_guesses_at_an_account_are_fewer_than_20_a_minute(
    throttle: Throttle, clock: Clock, store: Store
) -> None:
    many = 1000 if store.database.embedded else 100
    begun = clock.now
    for number in range(20):
        guess(throttle, clock, 1, "ada", f"198.51.100.{number}")
    assert (clock.now - begun).total_seconds() > 60, "the first 20, from as many addresses"
    for number in range(many - 20):
        guess(throttle, clock, 1, "ada", f"203.0.{number // 250}.{number % 250}")
    assert (clock.now - begun).total_seconds() / 60 > many / 20


def test_a_thousand_guesses_from_one_address_are_fewer_than_20_a_minute(throttle: Throttle, clock: Clock) -> None:
    begun = clock.now
    for number in range(20):
        guess(throttle, clock, 1, f"name {number}", HERE)
    assert (clock.now - begun).total_seconds() > 60, "the first 20, at as many accounts"
    for number in range(20, 100):
        guess(throttle, clock, 1, f"name {number}", HERE)
    assert (clock.now - begun).total_seconds() / 60 > 100 / 20


def test_guesses_at_the_same_time_count_one_by_one(throttle: Throttle) -> None:
    def attempt(_: int) -> bool:
        try:
            throttle.claim("ada", HERE)
        except TooManyTriesError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        taken = sum(pool.map(attempt, range(40)))
    assert taken == 5


def test_guess_that_must_wait_is_not_compared(accounts: Accounts) -> None:
    accounts.people.add(LOCAL, "Ada", "admin", PASSWORD)
    for _ in range(5):
        with pytest.raises(AccountError):
            accounts.sign_in("ada", "not the password", address=HERE)
    with pytest.raises(TooManyTriesError, match="Wait 1 s"):
        accounts.sign_in("ada", PASSWORD, address=HERE)


def test_right_password_forgets_the_failures_of_the_account_not_of_the_address(
    accounts: Accounts, clock: Clock
) -> None:
    accounts.people.add(LOCAL, "Ada", "admin", PASSWORD)
    for round_ in range(3):
        for name in ("ada", "bob", "eve"):
            with pytest.raises(AccountError):
                accounts.sign_in(f"{name} {round_}", "not the password", address=HERE)
        accounts.sign_in("ada", PASSWORD, address=HERE)
    with pytest.raises(AccountError):
        accounts.sign_in("ada", "not the password", address=HERE)
    with pytest.raises(TooManyTriesError):
        accounts.sign_in("ada", PASSWORD, address=HERE)
    accounts.sign_in("ada", PASSWORD, address="192.0.2.2")


def test_failures_are_forgotten_with_time(throttle: Throttle, clock: Clock) -> None:
    guess(throttle, clock, 5, "ada", HERE)
    clock.go_on(minutes=31)
    for _ in range(3):
        throttle.claim("ada", HERE)
    with pytest.raises(TooManyTriesError):
        throttle.claim("ada", HERE)


def test_waits_grow_to_a_minute() -> None:
    assert [wait_after(failures, 5) for failures in range(4, 13)] == [0, 1, 2, 4, 8, 16, 32, LONGEST, LONGEST]


@pytest.mark.parametrize(
    ("peer", "address", "counted"),
    [
        (None, "local", "local"),
        ("127.0.0.1", "local", "local"),
        ("::1", "local", "local"),
        ("testclient", "local", "local"),
        (HERE, HERE, HERE),
        ("::ffff:192.0.2.1", HERE, HERE),
        ("2001:db8:1:2:3::4", "2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
    ],
)
def test_addresses(peer: str | None, address: str, counted: str) -> None:
    assert client_address(peer) == address
    assert neighborhood(address) == counted

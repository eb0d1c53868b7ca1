"""The address of the database, and the password that comes from elsewhere."""

from __future__ import annotations

import pytest

from inkdigits.settings import Settings
from inkdigits.storage.database import database_url


@pytest.mark.parametrize(
    ("address", "password"),
    [("postgresql://ink@host/ink", "a/b@c"), ("postgresql://ink:own@host/ink", "own"), ("sqlite:///here.db", None)],
)
def test_a_password_of_its_own_fills_the_gap_alone(address: str, password: str | None) -> None:
    settings = Settings(database_url=address, database_password="a/b@c")
    assert database_url(settings).password == password

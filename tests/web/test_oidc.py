"""Signing in at an OpenID provider, a real one on this machine, with a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("authlib", reason="signing in at a provider needs the 'oidc' extra")

from inkdigits.accounts.office import Accounts
from inkdigits.storage import LOCAL
from web.conftest import free_port, serve
from web.oidc_provider import CLIENT, SECRET, Provider, running
from web.settled import PATIENCE, settle

pytestmark = pytest.mark.browser

PEOPLE = {
    "Ada": {"sub": "1", "name": "Ada", "realm": {"roles": ["staff", "chiefs"]}},
    "Uwe": {"sub": "2", "name": "Uwe", "realm": {"roles": ["staff"]}},
    "Eve": {"sub": "3", "name": "Eve", "realm": {"roles": ["visitors"]}},
}


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with running(Provider(PEOPLE)) as provider:
        yield provider


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def url(provider: Provider, home: Path) -> Iterator[str]:
    """The application, told of the provider as docs/accounts.md says."""
    port = free_port()
    secrets = home / ".streamlit" / "secrets.toml"
    secrets.parent.mkdir()
    secrets.write_text(
        f"""[auth]
redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
cookie_secret = "{"long and random " * 4}"
client_id = "{CLIENT}"
client_secret = "{SECRET}"
server_metadata_url = "{provider.address}/.well-known/openid-configuration"
""",
        encoding="utf-8",
    )
    environment = {
        "HOME": str(home),
        "INKDIGITS_HOME": str(home),
        "INKDIGITS_AUTH": "oidc",
        "INKDIGITS_OIDC_CLAIM": "realm.roles",
        "INKDIGITS_OIDC_ROLES": '{"chiefs": "admin", "staff": "user"}',
    }
    with serve("app.py", port, **environment) as url:
        yield url


@pytest.fixture
def page(browser: Any, url: str) -> Iterator[Any]:
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(f"{url}/account", wait_until="commit")
    heading(page, "Sign in")
    yield page
    context.close()


def heading(page: Any, words: str) -> None:
    page.get_by_role("heading", name=words, level=1, exact=True).wait_for()
    settle(page)


def sign_in(page: Any, name: str) -> None:
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name=name, exact=True).click()


def test_claim_gives_the_role_and_disabling_ends_it(page: Any, url: str, home: Path) -> None:
    sign_in(page, "Uwe")
    page.get_by_role("link", name="Draw").wait_for()
    page.goto(f"{url}/admin")
    page.get_by_text("You are signed in as Uwe (user)").wait_for()
    page.goto(f"{url}/account")
    heading(page, "Account")
    accounts = Accounts.open({"home": home})
    uwe = accounts.people.named(LOCAL, "Uwe")
    assert (uwe.role, uwe.external) == ("user", True)
    assert accounts.audit.entries(LOCAL, action="sign-in")[1] == 1
    accounts.people.disable(LOCAL, uwe.id)
    page.reload()
    page.get_by_text("This account is disabled").wait_for()
    assert page.get_by_role("link", name="Draw").count() == 0


def test_highest_role_counts_and_signing_out_ends_it(page: Any, url: str) -> None:
    sign_in(page, "Ada")
    page.get_by_role("link", name="Admin").wait_for()
    page.goto(f"{url}/account")
    heading(page, "Account")
    page.get_by_role("button", name="Sign out", exact=True).click()
    heading(page, "Sign in")


def test_who_has_no_role_is_told_so_and_sees_nothing(page: Any) -> None:
    sign_in(page, "Eve")
    page.get_by_text("nobody gave you a role here").wait_for()
    settle(page)
    assert page.get_by_role("link", name="Draw").count() == 0

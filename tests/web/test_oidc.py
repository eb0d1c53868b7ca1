"""Signing in at an identity provider that others wrote, Canaille, with a real browser: its pages, and then ours."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from inkdigits.accounts.office import Accounts
from inkdigits.storage import LOCAL
from web.conftest import free_port, serve, skip
from web.oidc_provider import CLIENT, PASSWORD, SECRET, provider
from web.settled import PATIENCE, settle

pytestmark = pytest.mark.browser

PEOPLE = {"Ada": ["staff", "chiefs"], "Uwe": ["staff"], "Eve": ["visitors"], "Ida": ["staff"]}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def url(home: Path) -> Iterator[str]:
    """The application, told of the provider as docs/accounts.md says."""
    for needed, extra in (("authlib", "oidc"), ("canaille", "test")):
        if find_spec(needed) is None:
            skip(f"{needed} is not installed: pip install 'inkdigits[{extra}]'")
    port, other = free_port(), free_port()
    with provider(other, f"http://127.0.0.1:{port}", PEOPLE) as address:
        secrets = home / ".streamlit" / "secrets.toml"
        secrets.parent.mkdir()
        secrets.write_text(
            f"""[auth]
redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
cookie_secret = "{"long and random " * 4}"
client_id = "{CLIENT}"
client_secret = "{SECRET}"
server_metadata_url = "{address}/.well-known/openid-configuration"
client_kwargs = {{ scope = "openid profile email groups", prompt = "consent" }}
""",
            encoding="utf-8",
        )
        environment = {
            "HOME": str(home),
            "INKDIGITS_HOME": str(home),
            "INKDIGITS_AUTH": "oidc",
            "INKDIGITS_OIDC_CLAIM": "groups",
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


def say_who(page: Any, name: str, password: str = PASSWORD) -> None:
    """Goes to the provider's pages and answers them, up to the question what it may tell."""
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Login", exact=True).fill(name.lower())
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def sign_in(page: Any, name: str) -> None:
    say_who(page, name)
    page.get_by_text("is requesting access to").wait_for()
    page.get_by_role("button", name="Accept").click()


def test_group_gives_the_role_and_disabling_ends_it(page: Any, url: str, home: Path) -> None:
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


def test_highest_role_counts_and_signing_out_ends_it_there_too(page: Any, url: str) -> None:
    sign_in(page, "Ada")
    page.get_by_role("link", name="Admin").wait_for()
    page.goto(f"{url}/account")
    heading(page, "Account")
    page.get_by_role("button", name="Sign out", exact=True).click()
    heading(page, "Sign in")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Login", exact=True).wait_for()  # the provider knows her no more


def test_who_has_no_role_is_told_so_and_sees_nothing(page: Any) -> None:
    sign_in(page, "Eve")
    page.get_by_text("nobody gave you a role here").wait_for()
    settle(page)
    assert page.get_by_role("link", name="Draw").count() == 0


def test_who_is_refused_there_or_refuses_is_not_let_in(page: Any, home: Path) -> None:
    say_who(page, "Ida", "another password")
    page.get_by_text("Login failed").wait_for()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Deny").click()
    heading(page, "Sign in")
    assert page.get_by_role("link", name="Draw").count() == 0
    assert "Ida" not in {person.name for person in Accounts.open({"home": home}).people.list(LOCAL)}

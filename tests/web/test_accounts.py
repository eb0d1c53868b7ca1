"""Signing in, in a real browser: what is asked, what stays, what ends; and pages that are not for everybody."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pwdlib", reason="accounts need the 'app' extra")

from inkdigits.accounts.keys import RefusedKeyError
from inkdigits.accounts.office import Accounts
from inkdigits.storage import LOCAL, Role
from web.conftest import serve
from web.settled import PATIENCE, settle
from web.test_accessibility import WINDOWS, grave_violations

pytestmark = pytest.mark.browser

PASSWORD = "a few plain words"
PEOPLE: dict[str, Role] = {"Ada": "admin", "Rita": "reviewer", "Uwe": "user"}
WRONG = "do not go together"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def accounts(home: Path) -> Accounts:
    """The accounts of the application: an administrator, a reviewer, a user."""
    accounts = Accounts.open({"home": home, "auth": "local"})
    for name, role in PEOPLE.items():
        accounts.people.add(LOCAL, name, role, PASSWORD)
    accounts.keys.add(LOCAL, "scanner in the office", accounts.people.named(LOCAL, "Rita").id, "reviewer", days=90)
    return accounts


@pytest.fixture(scope="module")
def url(home: Path, accounts: Accounts) -> Iterator[str]:
    with serve("server.py", INKDIGITS_HOME=str(home), INKDIGITS_AUTH="local") as url:
        yield url


@pytest.fixture
def visit(browser: Any, url: str) -> Iterator[Callable[..., Any]]:
    """Opens an address in a browser of its own; errors of its scripts fail the test."""
    errors: list[str] = []
    contexts = []

    def open_one(path: str = "", **properties: Any) -> Any:
        context = browser.new_context(**{"viewport": WINDOWS["desktop"], **properties})
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{url}/{path}", wait_until="commit")
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert errors == []


def sign_in(page: Any, name: str, password: str = PASSWORD) -> None:
    """Fills the form in and sends it."""
    heading(page, "Sign in")
    page.get_by_role("textbox", name="Name", exact=True).fill(name)
    page.get_by_role("textbox", name="Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def heading(page: Any, words: str) -> None:
    page.get_by_role("heading", name=words, level=1, exact=True).wait_for()
    settle(page)


def test_sign_in_stays_through_reload_and_ends_everywhere_with_signing_out(
    visit: Callable[..., Any], accounts: Accounts
) -> None:
    elsewhere = accounts.sessions.redeem(accounts.sign_in("uwe", PASSWORD, address="192.0.2.1")) or ""
    page = visit("account")
    sign_in(page, "uwe", "not the password")
    page.get_by_text(WRONG).wait_for()
    settle(page)
    assert page.get_by_role("link", name="Draw").count() == 0
    sign_in(page, "uwe")
    heading(page, "Account")
    page.get_by_text("You are signed in as Uwe (user)").wait_for()
    cookie = next(one for one in page.context.cookies() if one["name"] == "inkdigits_session")
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    assert "inkdigits_session" not in page.evaluate("document.cookie")
    page.reload()
    heading(page, "Account")
    assert accounts.sessions.who(elsewhere)
    page.get_by_role("button", name="Sign out", exact=True).click()
    heading(page, "Sign in")
    assert accounts.sessions.who(elsewhere) is None
    page.context.add_cookies([cookie])
    page.reload()
    heading(page, "Sign in")


@pytest.mark.parametrize("name", ["Uwe", "Rita"])
def test_pages_for_admins_refuse_others_by_address(visit: Callable[..., Any], name: str) -> None:
    page = visit("admin")
    sign_in(page, name)
    page.get_by_text("This page is for admins.").wait_for()
    settle(page)
    assert page.get_by_text("audit log").count() == 0
    assert page.get_by_role("link", name="Models").count() == 0
    page.goto(page.url.replace("/admin", "/models"))
    page.get_by_text("This page is for admins.").wait_for()


def test_admin_adds_somebody_who_chooses_a_password_and_is_disabled(
    visit: Callable[..., Any], accounts: Accounts
) -> None:
    page = visit("admin")
    sign_in(page, "Ada")
    heading(page, "Admin")
    page.get_by_text("Add a person").click()
    page.get_by_role("textbox", name="Name", exact=True).fill("Neu")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_text("it is not shown again").wait_for()
    settle(page)
    made = page.get_by_test_id("stCode").inner_text().strip()
    page.get_by_role("button", name="Done").click()
    page.get_by_text("it is not shown again").wait_for(state="detached")
    other = visit()
    sign_in(other, "neu", made)
    heading(other, "Choose a password")
    assert other.get_by_role("link", name="Draw").count() == 0
    other.get_by_role("textbox", name="Present password", exact=True).fill(made)
    for label in ("New password", "New password, again"):
        other.get_by_role("textbox", name=label, exact=True).fill("words of my own")
    other.get_by_role("button", name="Change password").click()
    other.get_by_role("link", name="Account").click()
    heading(other, "Account")
    accounts.people.disable(LOCAL, accounts.people.named(LOCAL, "neu").id)
    other.get_by_role("link", name="Draw").click()
    heading(other, "Sign in")


def test_key_is_made_shown_once_and_revoked(visit: Callable[..., Any], accounts: Accounts) -> None:
    page = visit("account", viewport=WINDOWS["phone"])
    sign_in(page, "Uwe")
    heading(page, "Account")
    page.get_by_text("No keys yet").wait_for()
    page.get_by_text("Make a key").first.click()
    page.get_by_role("textbox", name="What it is for").fill("my *script*")
    page.get_by_role("button", name="Make a key").click()
    page.get_by_text("it is not shown again").wait_for()
    settle(page)
    token = page.get_by_test_id("stCode").inner_text().strip()
    assert accounts.keys.who(token).name == "Uwe"
    page.get_by_role("button", name="Done").click()
    page.get_by_text("it is not shown again").wait_for(state="detached")
    settle(page)
    page.get_by_role("combobox", name="Revoke a key").click()
    page.get_by_role("option", name="my *script*").click()
    page.get_by_role("button", name="Revoke", exact=True).click()
    page.get_by_role("button", name="Revoke for good").click()
    page.get_by_text("was revoked").wait_for()
    settle(page)
    assert page.get_by_role("cell", name="revoked").count() == 1
    with pytest.raises(RefusedKeyError, match="was revoked"):
        accounts.keys.who(token)


def test_files_and_uploads_are_for_people_who_are_signed_in(visit: Callable[..., Any], url: str) -> None:
    page = visit()
    heading(page, "Sign in")
    ask = page.context.request
    assert ask.get(f"{url}/media/0000.png").status == 403
    assert ask.put(f"{url}/_stcore/upload_file/some/file").status == 403
    body = {"ticket": "guessed"}
    assert ask.post(f"{url}/accounts/enter", data=body).status == 409
    foreign = {"Origin": "https://elsewhere.example"}
    assert ask.post(f"{url}/accounts/enter", data=body, headers=foreign).status == 403
    assert ask.post(f"{url}/accounts/enter", form=body).status == 403
    sign_in(page, "Uwe")
    page.get_by_role("link", name="Account").wait_for()
    assert ask.get(f"{url}/media/0000.png").status == 404


def holds_its_tables(page: Any) -> bool:
    """Whether words in tables are whole, and nothing but a table's own region scrolls sideways."""
    page.locator(".ink-wide td").first.wait_for()
    lines = "cells => cells.map(e => { const r = document.createRange(); r.selectNodeContents(e); "
    lines += "return new Set([...r.getClientRects()].map(b => b.top)).size; })"
    broken = max(page.locator(".ink-wide td, .ink-wide thead th").evaluate_all(lines)) > 1
    beyond = "name => { const e = document.querySelector(name); return e.scrollWidth - e.clientWidth; }"
    return not broken and max(page.evaluate(beyond, name) for name in ("html", ".stMain")) <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_accounts_have_no_grave_violation(visit: Callable[..., Any], scheme: str) -> None:
    pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs the 'test' extra")
    window = WINDOWS["desktop" if scheme == "light" else "phone"]
    page = visit("admin", viewport=window, color_scheme=scheme)
    heading(page, "Sign in")
    assert grave_violations(page) == []
    sign_in(page, "Ada")
    heading(page, "Admin")
    assert holds_its_tables(page)
    page.get_by_role("combobox", name="Change a person").click()
    page.get_by_role("option", name="Uwe").click()
    page.get_by_role("button", name="End sign-ins").wait_for()
    assert grave_violations(page) == []
    for section, end in (
        ("Sign-ins", "Last used"),
        ("Keys", "Begins with"),
        ("Audit log", "To whom or what"),
        ("Settings", "session_hours"),
    ):
        page.get_by_role("radio", name=section).click()
        page.get_by_text(end, exact=True).wait_for()
        assert grave_violations(page) == []
    beyond = "name => { const e = document.querySelector(name); return e.scrollWidth - e.clientWidth; }"
    assert max(page.evaluate(beyond, name) for name in ("html", ".stMain")) <= 0
    page.goto(page.url.replace("/admin", "/account"))
    heading(page, "Account")
    assert holds_its_tables(page)
    assert grave_violations(page) == []


def test_first_run_asks_for_nothing(open_page: Callable[..., Any]) -> None:
    assert "INKDIGITS_AUTH" not in os.environ
    page = open_page()
    page.locator(".answer").first.wait_for()
    settle(page)
    assert page.get_by_role("link", name="Models").count() == 1
    assert page.get_by_role("link", name="Account").count() == 0

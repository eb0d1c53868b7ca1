"""``SessionCookie``: the cookie that keeps somebody signed in; no script of a page can read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamlit import get_option

if TYPE_CHECKING:
    from starlette.responses import Response

NAME = "inkdigits_session"
ENTER, LEAVE = "/accounts/enter", "/accounts/leave"
LONGEST = 30 * 24 * 3600  # seconds; the server ends a sign-in much earlier when it is not used


def address_of(path: str) -> str:
    """The path of a route under the address that the server has."""
    base = str(get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}{path}" if base else path


def set_cookie(response: Response, token: str, secure: bool) -> None:
    """Lets the browser keep a token: sent to this site only, and only by its own pages."""
    response.set_cookie(
        NAME, token, max_age=LONGEST, path=address_of("/"), httponly=True, secure=secure, samesite="strict"
    )


def drop_cookie(response: Response, secure: bool) -> None:
    """Lets the browser forget the token."""
    response.delete_cookie(NAME, path=address_of("/"), httponly=True, secure=secure, samesite="strict")

"""The application where people have accounts: `streamlit run` finds `app` here, with the routes that set the cookie."""

from __future__ import annotations

from pathlib import Path

from starlette.middleware import Middleware
from streamlit.starlette import App

from inkdigits.web.accounts.doorkeeper import Doorkeeper
from inkdigits.web.accounts.identity import get_accounts
from inkdigits.web.accounts.routes import make_routes

accounts = get_accounts()
app = App(
    Path(__file__).parent / "app.py",
    routes=make_routes(accounts),
    middleware=[Middleware(Doorkeeper, accounts=accounts)],
)

"""The gate before every page: who is there, and whether the page is for them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import streamlit as st

from inkdigits.errors import InkDigitsError, RightsError
from inkdigits.web.accounts.identity import Visitor, current_actor, get_accounts, get_address, get_settings, get_visitor
from inkdigits.wording import plain

if TYPE_CHECKING:
    from inkdigits.storage.audit import Action

Result = TypeVar("Result")
FOR_ADMINS = "**This page is for admins.** You are signed in as {name} ({role}). Ask an admin, or choose another page."


class Gate:
    """One visit of one page: makes the pages that its visitor may see, then opens the one that was asked for."""

    def __init__(self) -> None:
        """Finds out who is there; when nobody can say, the page says so and stops."""
        self._for_admins: set[str] = set()
        try:
            self.visitor = get_visitor()
        except InkDigitsError as error:
            st.error(f"**Nobody can sign in at this moment.** {error}", icon=":material/error:")
            st.stop()

    @property
    def closed(self) -> bool:
        """True while there is nothing to see but a form."""
        return self.visitor.actor is None or _must_change(self.visitor)

    @property
    def has_accounts(self) -> bool:
        """True where people sign in."""
        return get_settings().auth != "off"

    def page(self, file: Path, title: str, *, for_admins: bool = False, **options: Any) -> Any:
        """A page; one for administrators is in the menu of those only, and has its address for all."""
        actor = self.visitor.actor
        hidden = for_admins and not (actor and actor.manages)
        page = st.Page(file, title=title, visibility="hidden" if hidden else "visible", **options)
        if for_admins:
            self._for_admins.add(page.url_path)
        return page

    def open(self, page: Any) -> None:
        """Runs a page, or says why not."""
        if self.visitor.actor is None or _must_change(self.visitor):
            from inkdigits.web.accounts.entry import show_entry

            show_entry(self.visitor)
        elif page.url_path in self._for_admins and not self.visitor.actor.manages:
            st.title(page.title, anchor=False)
            st.error(
                FOR_ADMINS.format(name=plain(self.visitor.actor.name), role=self.visitor.actor.role),
                icon=":material/lock:",
            )
        else:
            page.run()


def as_admin(action: Action, subject: str, work: Callable[[], Result]) -> Result:
    """Does what only administrators may, and notes it in the audit log where people have accounts.

    Streamlit does what a button does before the page comes to its gate, and runs fragments without it: so it is asked
    here, too.

    Raises:
        RightsError: The visitor is no administrator, or not any more.
    """
    actor = current_actor()
    if not actor.manages:
        raise RightsError("This is for admins")
    done = work()
    if get_settings().auth != "off":
        get_accounts().audit.add(actor, action, subject, address=get_address())
    return done


def _must_change(visitor: Visitor) -> bool:
    return visitor.person is not None and visitor.person.one_time

"""``logged``: what the command line does where people have accounts is in their audit log."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from inkdigits.commands.extra import extra
from inkdigits.storage.actor import Actor

if TYPE_CHECKING:
    from inkdigits.storage.audit import Action

Result = TypeVar("Result")


def command_line() -> Actor:
    """Whoever can open the database may do everything with it; the audit log has their name on this machine."""
    try:
        return Actor(None, f"command line ({getpass.getuser()})", "admin")
    except (KeyError, OSError):  # a container's user may have no name
        return Actor(None, "command line", "admin")


def logged(action: Action, subject: str, work: Callable[[], Result]) -> Result:
    """Does something and notes it, where people have accounts."""
    from inkdigits.settings import Settings

    done = work()
    settings = Settings.resolve(None)
    if settings.auth != "off":
        with extra("Accounts", "app"):
            from inkdigits.accounts.office import Accounts

            Accounts.open(settings).audit.add(command_line(), action, subject)
    return done

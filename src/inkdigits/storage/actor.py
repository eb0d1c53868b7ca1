"""``Actor``: who asks. Every method of the store that reads or changes what belongs to people takes one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, get_args

from inkdigits.errors import OptionError, RightsError

Role = Literal["user", "reviewer", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)


def check_role(name: str) -> Role:
    """The role of a name. Raises OptionError when there is none."""
    for role in ROLES:
        if role == name:
            return role
    raise OptionError(f"there is no role {name!r}; choose from {', '.join(ROLES)}")


@dataclass(frozen=True, slots=True)
class Actor:
    """A person who is signed in, or the one person of an app without accounts.

    Attributes:
        id: The person's id; None only for :data:`LOCAL`, other administrators without an account, and API keys that
            belong to nobody: theirs is the history of an app without accounts.
        name: What the others see.
        role: ``"user"`` has their own readings, ``"reviewer"`` sees and corrects all, ``"admin"`` may do everything.
        holds: Says whether this is still so: a sign-in may have ended since, and a role may have changed. It is asked
            whenever something is read or changed; None when nothing can have changed.
        key: Id of the API key that they use; None when they use none.
    """

    id: int | None
    name: str
    role: Role
    holds: Callable[[], bool] | None = field(default=None, compare=False, repr=False)
    key: str | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise ValueError(f"there is no role {self.role!r}; choose from {', '.join(ROLES)}")
        if self.id is None and self.key is None and self.role != "admin":
            raise ValueError(f"a {self.role} needs an id: what belongs to nobody is not theirs")

    def check(self) -> None:
        """Raises RightsError when the sign-in ended or the role changed since."""
        if self.holds is not None and not self.holds():
            again = "open the page anew" if self.key is None else "ask for another key"
            raise RightsError(f"Your sign-in ended, or your role changed: {again}")

    @property
    def sees_all(self) -> bool:
        """True when the readings of others may be seen and corrected."""
        return self.role in ("reviewer", "admin")

    @property
    def manages(self) -> bool:
        """True when the readings of others may be deleted, and people and settings changed."""
        return self.role == "admin"


LOCAL = Actor(None, "local", "admin")
"""The one person of an app without accounts."""

"""``Actor``: who asks. Every method of the store that reads or changes what belongs to people takes one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal["user", "reviewer", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True, slots=True)
class Actor:
    """A person who is signed in, or the one person of an app without accounts.

    Attributes:
        id: The person's id; None only for :data:`LOCAL` and other administrators without an account.
        name: What the others see.
        role: ``"user"`` has their own readings, ``"reviewer"`` sees and corrects all, ``"admin"`` may do everything.
    """

    id: int | None
    name: str
    role: Role

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise ValueError(f"there is no role {self.role!r}; choose from {', '.join(ROLES)}")
        if self.id is None and self.role != "admin":
            raise ValueError(f"a {self.role} needs an id: what belongs to nobody is not theirs")

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

"""``Who``: who asks, for routes; the lock found out before the route was chosen."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from inkdigits.storage.actor import Actor

_KEY = HTTPBearer(
    scheme_name="key",
    bearerFormat="ink_…",
    description="An API key: `inkdigits keys add NAME` makes one. A service that only its own machine reaches may be "
    "open: then none is needed.",
    auto_error=False,
)


async def actor(request: Request, _: Annotated[HTTPAuthorizationCredentials | None, Security(_KEY)]) -> Actor:
    """Whoever's key the request carries; the one person of a service that is open."""
    found: Actor = request.state.actor
    return found


async def address(request: Request) -> str:
    """From where the request comes, for the audit log."""
    found: str = request.state.address
    return found


Who = Annotated[Actor, Depends(actor)]
Address = Annotated[str, Depends(address)]

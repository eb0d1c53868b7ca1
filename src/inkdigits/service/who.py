"""``actor``: who asks."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from inkdigits.storage.actor import LOCAL, Actor


async def actor(request: Request) -> Actor:
    """The one person of a service without accounts."""
    return LOCAL


Who = Annotated[Actor, Depends(actor)]

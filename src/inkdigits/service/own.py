"""What is this machine's own: addresses, and requests to a service that is open because only this machine reaches it.

A browser on this machine reaches it, too, for whatever page it shows. Such pages are told apart by what browsers say of
a request (Fetch Metadata, Origin), and by the name under which the service is asked for: a page may point a name of its
own at this machine (DNS rebinding), but not the address itself.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

from inkdigits.service import problems
from inkdigits.service.problems import Problem

_LOCK = "lock the service with keys (--keys)"
_WAY_OUT = f"{_LOCK}, or let everybody read with it (--open)"


def is_own(host: str) -> bool:
    """Whether only this machine reaches an address or name."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address.is_loopback


def require_own(scope: Scope) -> None:
    """Lets programs of this machine through, and the service's own page. For a service that listens to it alone.

    Raises:
        Problem: A page of another site sends the request, or it came to an address of this machine alone under a name
            that is not this machine's.
    """
    if why := _foreign(scope):
        raise Problem(problems.FORBIDDEN, f"{why}: {_WAY_OUT}")


def require_this_machine(scope: Scope) -> None:
    """Lets through whom :func:`require_own` does, when they ask from this machine. For one that listens to others, too.

    Raises:
        Problem: The request comes from elsewhere, or is what :func:`require_own` refuses.
    """
    client, _ = scope.get("client") or ("", None)
    if _foreign(scope) or not is_own(client):
        said = "without a key, others than programs of this machine may read pictures and list models, and no more"
        raise Problem(problems.FORBIDDEN, f"{said}: ask from this machine, or {_LOCK}")


def _foreign(scope: Scope) -> str:
    """Why a request is none of this machine's own; ``""`` when nothing speaks against it."""
    headers = Headers(scope=scope)
    host, origin = headers.get("host", ""), headers.get("origin")
    elsewhere = headers.get("sec-fetch-site", "none") not in ("none", "same-origin")
    if elsewhere or (origin is not None and origin.partition("://")[2] != host):
        return "pages of other sites may not use a service that asks for no key"
    address, _ = scope.get("server") or ("", None)
    if is_own(address) and not _fits(host):
        return f"this service is for this machine alone (127.0.0.1), and {host!r} is no name of it"
    return ""


def _fits(host: str) -> bool:
    """Whether a header Host can be this machine's: its own names, and any address, which nobody can point elsewhere."""
    try:
        name = urlsplit(f"//{host}").hostname
    except ValueError:
        return False
    return name is None or is_own(name) or _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True

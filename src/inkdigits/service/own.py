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

_WAY_OUT = "lock the service with keys (--keys), or let everybody use it (--open)"


def is_own(host: str) -> bool:
    """Whether only this machine reaches an address or name."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def require_own(scope: Scope) -> None:
    """Lets programs of this machine through, and the service's own page.

    Raises:
        Problem: A page of another site sends the request, or it came to an address of this machine alone under a name
            that is not this machine's.
    """
    headers = Headers(scope=scope)
    host, origin = headers.get("host", ""), headers.get("origin")
    elsewhere = headers.get("sec-fetch-site", "none") not in ("none", "same-origin")
    if elsewhere or (origin is not None and origin.partition("://")[2] != host):
        said = f"pages of other sites may not use a service that asks for no key: {_WAY_OUT}"
        raise Problem(problems.FORBIDDEN, said)
    address, _ = scope.get("server") or ("", None)
    if is_own(address) and not _fits(host):
        said = f"this service is for this machine alone, and {host!r} is no name of it: use 127.0.0.1, {_WAY_OUT}"
        raise Problem(problems.FORBIDDEN, said)


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

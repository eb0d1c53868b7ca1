"""From where somebody comes, as the audit log names it and the throttle counts it."""

from __future__ import annotations

import ipaddress

LOCAL_ADDRESS = "local"
"""This machine itself."""


def client_address(peer: str | None) -> str:
    """The address of whoever asks.

    Behind a proxy, the server itself takes it from the proxy's headers (uvicorn, ``FORWARDED_ALLOW_IPS``).

    Args:
        peer: The other end of the connection; None when it is this machine.
    """
    try:
        address = ipaddress.ip_address(peer or "")
    except ValueError:
        return LOCAL_ADDRESS
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return LOCAL_ADDRESS if address.is_loopback else str(address)


def neighborhood(address: str) -> str:
    """What failures are counted for: the address, or the /64 network of which one IPv6 customer has all."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False))

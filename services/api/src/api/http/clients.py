"""Who asks: the address a rate limit goes by."""

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

IPV6_CLIENT = 64
"""Bits of an IPv6 address that one customer has; the rest is his to choose."""
FORWARDED = b"x-forwarded-for"
MOST_HOPS = 10
NOBODY = "unknown"


class Clients:
    """Believes X-Forwarded-For only as far as trusted proxies wrote it."""

    def __init__(self, trusted: str) -> None:
        self._trusted: list[IPv4Network | IPv6Network] = [
            ip_network(network.strip(), strict=False)
            for network in trusted.split(",")
            if network.strip()
        ]
        self._is_trusted = lru_cache(maxsize=4096)(self._within)

    def of(self, peer: Any, headers: list[tuple[bytes, bytes]]) -> str:
        """Return the client's address from the connection's peer and the request's headers."""
        address: str = peer[0] if peer else NOBODY
        if not self._trusted or not self._is_trusted(address):
            return grouped(address)
        forwarded = b",".join(value for name, value in headers if name == FORWARDED)
        hops = [hop.strip() for hop in forwarded.decode("latin-1").split(",") if hop.strip()]
        for hop in reversed(hops[-MOST_HOPS:]):
            if not self._is_trusted(hop):
                return grouped(hop) if is_address(hop) else grouped(address)
            address = hop
        return grouped(address)

    def _within(self, address: str) -> bool:
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self._trusted)


def is_address(text: str) -> bool:
    """Say whether a text is an IP address."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=65536)
def grouped(address: str) -> str:
    """Return the address, an IPv6 one cut to its network."""
    if ":" not in address:
        return address
    try:
        parsed = IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(IPv6Network((parsed, IPV6_CLIENT), strict=False))

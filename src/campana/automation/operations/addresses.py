"""Which addresses a webhook may have: a customer's URL must not make us knock at our own doors."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import urlsplit

from campana.kernel.refusals import Invalid

_TRANSLATED: Final = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
_PORTS: Final = {"http": 80, "https": 443}


class BadUrl(Invalid):
    code = "bad_url"
    detail = "A webhook has a complete https address without a user name."


class PrivateAddress(Invalid):
    code = "private_address"
    detail = "The host of this address is not on the public internet."


class UnknownHost(Invalid):
    code = "unknown_host"
    detail = "The host of this address is not known."


@dataclass(frozen=True, slots=True)
class Target:
    """Where a URL leads, taken apart."""

    secure: bool
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS["https" if self.secure else "http"] else f"{host}:{self.port}"


def target_of(url: str, *, private: bool) -> Target:
    """The parts of a webhook's URL. ``private`` allows plain http. Raises BadUrl."""
    if not url.isascii() or any(ord(character) <= 32 or ord(character) == 127 for character in url):
        raise BadUrl(field="url")
    try:
        parts = urlsplit(url)
        port = parts.port
        host = parts.hostname
    except ValueError:
        raise BadUrl(field="url") from None
    allowed = ("http", "https") if private else ("https",)
    if parts.scheme not in allowed or not host or "@" in parts.netloc or port == 0:
        raise BadUrl(field="url")
    path = parts.path or "/"
    return Target(
        secure=parts.scheme == "https",
        host=host,
        port=port or _PORTS[parts.scheme],
        path=f"{path}?{parts.query}" if parts.query else path,
    )


def resolve(target: Target, *, private: bool) -> str:
    """One address to connect to, checked. Who connects to the name again could be sent elsewhere (DNS rebinding).

    Raises UnknownHost, and PrivateAddress when any of the host's addresses is not public.
    """
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise UnknownHost(field="url") from None
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses:
        raise UnknownHost(field="url")
    if not private and not all(is_public(ip_address(address.partition("%")[0])) for address in addresses):
        raise PrivateAddress(field="url")
    return addresses[0]


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is of the open internet, also when it wraps another one."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and any(address in network for network in _TRANSLATED):
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if int(address) < 1 << 32:  # ::a.b.c.d
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)

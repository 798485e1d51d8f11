"""Calls to web addresses that staff typed: never to one inside, never on to another, never for long.

The name is resolved once, every address it has must be a public one, and the connection goes to that
very address: what the name says a moment later changes nothing (DNS rebinding).
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from survey import errors

#: seconds for the whole call
LONGEST = 10.0


@dataclass(frozen=True)
class Hook:
    """How calls are made: who is a stranger enough, and whom TLS trusts. Tests call inside; nobody else does."""

    permitted: Callable[[str], bool]
    context: ssl.SSLContext
    longest: float = LONGEST

    @classmethod
    def outside(cls) -> Hook:
        return cls(is_public, ssl.create_default_context())


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the public internet, also behind IPv6's ways of writing IPv4."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is not None:
            return is_public(str(inner))
        if ip.is_reserved:  # all but 2000::/3: also IPv4 behind NAT64, and written as it was of old
            return False
    return ip.is_global and not ip.is_multicast


def check_address(url: str) -> tuple[str, int, str]:
    """Host, port and path of an address with TLS. Raises `errors.TargetRefused`."""
    try:
        parts = urlsplit(url)
        port = parts.port or 443
    except ValueError:
        raise errors.TargetRefused(why="address") from None
    told = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    if (
        parts.scheme != "https"
        or not parts.hostname
        or parts.username
        or not (url.isascii() and url.isprintable())
    ):
        raise errors.TargetRefused(why="address")
    return parts.hostname, port, told


def check_typed(url: str) -> None:
    """An address as somebody typed it; where its name leads is looked at in each call. Raises `errors.TargetRefused`."""
    host, _, _ = check_address(url)
    try:
        outside = is_public(host)
    except ValueError:  # a name
        return
    if not outside:
        raise errors.TargetRefused(why="inside")


def post(hook: Hook, url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Send a body, and give the status. Raises TargetRefused for addresses inside and ways on, OSError else."""
    host, port, path = check_address(url)
    address = _resolved(hook, host, port)
    connection = _Pinned(host, port, address, hook)
    watch = threading.Timer(hook.longest, connection.cut)
    watch.start()
    try:
        connection.request("POST", path, body, dict(headers))
        status = connection.getresponse().status
    except http.client.HTTPException as fault:
        raise OSError(type(fault).__name__) from fault
    finally:
        watch.cancel()
        connection.close()
    if 300 <= status < 400:
        raise errors.TargetRefused(why="redirect")
    return status


def _resolved(hook: Hook, host: str, port: int) -> str:
    """One address of a host, if all of them are permitted."""
    found = {str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    if not found or not all(hook.permitted(address) for address in found):
        raise errors.TargetRefused(why="inside")
    return min(found)


class _Pinned(http.client.HTTPSConnection):
    """A connection to one address, under the name that its certificate has to be for."""

    def __init__(self, host: str, port: int, address: str, hook: Hook) -> None:
        super().__init__(host, port, timeout=hook.longest, context=hook.context)
        self._address, self._hook = address, hook

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), self.timeout)
        self.sock = self._hook.context.wrap_socket(plain, server_hostname=self.host)

    def cut(self) -> None:
        """End a call that takes too long, wherever it is."""
        if self.sock is not None:
            self.sock.shutdown(socket.SHUT_RDWR)

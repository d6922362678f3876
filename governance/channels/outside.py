"""The only door to addresses that people type in: nothing inside the network is reached by mistake or by malice.

A name is resolved once, what it resolves to is checked, and the connection goes to the checked address, so that a second
answer of the name server changes nothing. Redirects are not followed. What may be reached although it is private stands in
PLUMBLINE_CHANNEL_HOSTS (names, addresses, networks).
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

LIMIT = 10.0
"""Seconds for the whole exchange."""
LONGEST_ANSWER = 2000
"""Bytes of an answer that are read."""
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_INSIDE_V6 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))  # NAT64: an IPv4 address in disguise


class Refused(ValueError):
    """An address that is not reached, with the reason in words."""


class Unreached(OSError):
    """No answer came: no name, no connection, no time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the HTTP status, the beginning of the body, and the headers by lower-case name."""

    status: int
    text: str
    headers: Mapping[str, str]


def checked(url: str) -> SplitResult:
    """Return a URL in its parts when it can be one of ours to reach. Raises Refused; resolves no name."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refused("This is not a URL.") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        raise Refused("Give a whole URL that begins with https://.")
    if not url.isascii() or any(character <= " " for character in url):
        raise Refused("A URL has no spaces and no letters beyond ASCII; write the host in its xn-- form.")
    if parts.username or parts.password or parts.fragment:
        raise Refused("A URL here carries no user name, no password and nothing behind #.")
    if parts.scheme == "http" and not _named(parts.hostname):
        raise Refused("Use https://, so that nobody on the way reads or changes what is sent.")
    _literal(parts.hostname)
    return parts


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send a body and return the answer, whatever its status. Raises Refused or Unreached."""
    parts = checked(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    connection = _connection(parts, port, _reachable(parts.hostname or "", port))
    watch = _Watch(connection)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body, {"User-Agent": "Plumbline", **headers})
        response = connection.getresponse()
        text = response.read(LONGEST_ANSWER).decode("utf-8", "replace")
        return Answer(response.status, text, {name.lower(): value for name, value in response.getheaders()})
    except (OSError, http.client.HTTPException) as error:
        raise Unreached(_why(error, watch.over)) from error
    finally:
        watch.timer.cancel()
        connection.close()


def _why(error: Exception, too_long: bool) -> str:
    if isinstance(error, TimeoutError) or too_long:
        return f"There was no whole answer within {LIMIT:.0f} seconds."
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"Its certificate is not good: {error.verify_message}."
    return f"The connection failed: {error or type(error).__name__}."


class _Watch:
    """Ends an exchange that takes too long as a whole, even one that trickles; `over` says that it did."""

    def __init__(self, connection: http.client.HTTPConnection) -> None:
        self.connection, self.over = connection, False
        self.timer = threading.Timer(LIMIT, self.cut)
        self.timer.daemon = True
        self.timer.start()

    def cut(self) -> None:
        """Shut the socket down, so that whoever reads from it comes back."""
        self.over = True
        if self.connection.sock is not None:
            with suppress(OSError):  # it is not connected any more
                self.connection.sock.shutdown(socket.SHUT_RDWR)


def _connection(parts: SplitResult, port: int, address: str) -> http.client.HTTPConnection:
    """Return a connection to an address that was checked, with the name as Host and in the TLS handshake."""
    host = parts.hostname or ""

    def connect(*args: object) -> socket.socket:
        return socket.create_connection((address, port), LIMIT)

    made: http.client.HTTPConnection
    if parts.scheme == "https":
        made = http.client.HTTPSConnection(host, port, timeout=LIMIT, context=ssl.create_default_context())
    else:
        made = http.client.HTTPConnection(host, port, timeout=LIMIT)
    made._create_connection = connect  # type: ignore[attr-defined]
    return made


def _reachable(host: str, port: int) -> str:
    """Resolve a host once and return the first address that may be reached. Raises Refused or Unreached."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreached(f"The name {host} was not found.") from error
    addresses = [ipaddress.ip_address(str(row[4][0]).partition("%")[0]) for row in found]
    good = [each for each in addresses if _named(host) or is_public(each) or _allowed(each)]
    if not good:
        raise Refused(_inside(host))
    return str(good[0])


def _literal(host: str) -> None:
    """Refuse an address in digits that lies inside, before anything is stored."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return
    if not (is_public(address) or _allowed(address)):
        raise Refused(_inside(host))


def _inside(host: str) -> str:
    return f"{host} lies inside the network. An administrator can allow it in PLUMBLINE_CHANNEL_HOSTS."


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public internet, disguised IPv4 addresses looked at as what they are."""
    if isinstance(address, ipaddress.IPv6Address):
        if any(address in network for network in _INSIDE_V6):
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _named(host: str) -> bool:
    """Whether the settings name a host itself, or it is an address in digits within a network that they name."""
    if host.lower() in {each.lower() for each in settings.CHANNEL_HOSTS}:
        return True
    try:
        return _allowed(ipaddress.ip_address(host))
    except ValueError:
        return False


def _allowed(address: Address) -> bool:
    return any(address in network for network in _networks())


def _networks() -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    found = []
    for each in settings.CHANNEL_HOSTS:
        try:
            found.append(ipaddress.ip_network(each, strict=False))
        except ValueError:
            continue  # a host's name, compared as such
    return found

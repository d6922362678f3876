"""Which port the web server takes."""

import errno
import os
import socket

from scripts.console import Stop, say

FIRST = 8000
TRIES = 50


def is_free(host: str, port: int) -> bool:
    """Return whether a server could listen there now. Raises Stop where none ever could."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            hint = "Ports below 1024 are for root; set PLUMBLINE_PORT" if port < 1024 else "Set PLUMBLINE_BIND"
            raise Stop(f"Cannot listen on {host}, port {port}: {error.strerror or error}. {hint} to another.") from None
    return True


def wanted(setting: str = "PLUMBLINE_PORT", otherwise: int = FIRST) -> int:
    """Return the port that a setting asks for."""
    text = os.environ.get(setting) or str(otherwise)
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise Stop(f"{setting} is '{text}', which is not a port. Give a number from 1 to 65535, or leave it out.")
    return int(text)


def choose(host: str) -> int:
    """Return the wanted port, or the next free one, saying so."""
    first = wanted()
    for port in range(first, min(first + TRIES, 65536)):
        if is_free(host, port):
            if port != first:
                say(f"Port {first} is taken by another program, so this takes {port}. Set PLUMBLINE_PORT to choose.")
            return port
    raise Stop(f"No port from {first} to {port} can be taken on {host}. Set PLUMBLINE_PORT or PLUMBLINE_BIND to others.")


def choose_for_streams(host: str, web: int) -> int:
    """Return the port of the role streams: the wanted one, else the next free one after the web server's (0: not here)."""
    setting = "PLUMBLINE_STREAMS_PORT"
    first = wanted(setting, min((web or FIRST) + 1, 65535))
    for port in range(first, min(first + TRIES, 65536)):
        if port != web and is_free(host, port):
            if os.environ.get(setting) and port != first:
                say(f"Port {first} is taken, so streams take {port}. Set {setting} to choose.")
            return port
    raise Stop(f"No port from {first} to {port} can be taken on {host}. Set {setting} to another.")


def unused(host: str = "127.0.0.1") -> int:
    """Return some port that nobody uses at this moment."""
    with socket.socket() as trial:
        trial.bind((host, 0))
        return int(trial.getsockname()[1])

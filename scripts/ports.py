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


def wanted() -> int:
    """Return the port that PLUMBLINE_PORT asks for."""
    text = os.environ.get("PLUMBLINE_PORT") or str(FIRST)
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise Stop(f"PLUMBLINE_PORT is '{text}', which is not a port. Give a number from 1 to 65535, or leave it out.")
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


def unused(host: str = "127.0.0.1") -> int:
    """Return some port that nobody uses at this moment."""
    with socket.socket() as trial:
        trial.bind((host, 0))
        return int(trial.getsockname()[1])

"""Start Plumbline: web, worker, scheduler and streams under one supervisor, on whatever the settings say.

With nothing set that is SQLite and a broker made of files, on one machine. With DATABASE_URL and PLUMBLINE_BROKER_URL
set, `./plumbline run web` and `./plumbline run worker` start single roles, on as many machines as one likes;
`scheduler` runs on exactly one. `streams` tells browsers of modes that moved (docs/modes.md).
"""

import http.client
import os
import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit

from scripts import pango, ports
from scripts.console import Stop, say
from scripts.instance import ROLES, Claim
from scripts.manage import environment
from scripts.places import PYTHON, ROOT, home
from scripts.supervisor import Child, Supervisor

WEB_START = 60.0
LOOPBACK = ("127.0.0.1", "localhost", "::1")
STREAMS = "registry.modes.ofrep.streams.asgi:application"
QUIET = ("--no-access-log", "--log-level", "warning", "--no-server-header", "--timeout-graceful-shutdown", "2")
"""Addresses of streams are secret, so they are not logged; open streams do not hold up the end."""


def main(arguments: list[str]) -> int:
    """Set up, start, serve until told to stop, end in order."""
    roles = arguments or list(ROLES)
    unknown = sorted(set(roles) - set(ROLES))
    if unknown:
        raise Stop(f"There is no role '{unknown[0]}'. Say ./plumbline run, or name some of: {', '.join(ROLES)}.")
    os.umask(0o077)  # database, documents and logs are for this user alone, whatever folder they lie in
    place = home()
    claim = Claim(place, roles)
    env = set_up(place)
    host = os.environ.get("PLUMBLINE_BIND") or "127.0.0.1"
    port = ports.choose(host) if "web" in roles else 0
    streams = ports.choose_for_streams(host, port) if "streams" in roles else 0
    env = told_of_streams(env, host, streams)
    supervisor = Supervisor()
    supervisor.stop_on_signals()
    try:
        for role in ROLES:  # the web first: on a small machine the others would slow its start down
            if role in roles and not supervisor.stopping:
                supervisor.add(child(role, place, env, host, streams if role == "streams" else port))
                if role == "web":
                    wait_for_pages(supervisor, address_of(host, port))
        if not supervisor.stopping:
            announce(claim, place, roles, address_of(host, port))
        supervisor.tend()
    finally:
        say("Stopping")
        supervisor.stop()
        claim.release()
    say("Stopped. Everything is kept in " + str(place))
    return 0


def set_up(place: Path) -> dict[str, str]:
    """Prepare database, static files and printing, side by side. Returns the children's environment."""
    env = {**environment(), "PLUMBLINE_HOME": str(place)}
    trial = pango.start_trial()
    prepared = subprocess.run([PYTHON, "-m", "scripts.prepare"], cwd=ROOT, env=settings_of(env))
    if prepared.returncode:
        trial.process.kill()
        raise Stop("Plumbline cannot start before that is put right; the lines above say what it is.")
    return {**settings_of(env), **(pango.obtain(trial) or {})}


def told_of_streams(env: dict[str, str], host: str, port: int) -> dict[str, str]:
    """Say where browsers reach the streams: as set, or here, where all of it is for this machine alone."""
    if not port or "PLUMBLINE_STREAMS_URL" in env:
        return env
    if host in LOOPBACK and not env.get("PLUMBLINE_URL") and not env.get("PLUMBLINE_PRODUCTION"):
        return {**env, "PLUMBLINE_STREAMS_URL": address_of(host, port).rstrip("/")}
    say(f"Streams answer on port {port}. Set PLUMBLINE_STREAMS_URL to where browsers reach it, and they are told.")
    return env


def settings_of(env: dict[str, str]) -> dict[str, str]:
    """Name the settings module, unless the environment names another."""
    return {"DJANGO_SETTINGS_MODULE": "governance.settings", **env}


def child(role: str, place: Path, env: dict[str, str], host: str, port: int) -> Child:
    """Describe the process of one role."""
    celery = [PYTHON, "-m", "celery", "-A", "governance"]
    calm = ["--loglevel", "WARNING"]
    shown = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    commands = {
        "web": [PYTHON, "-m", "gunicorn", "-c", str(ROOT / "gunicorn.conf.py"), "--bind", shown],
        "worker": [*celery, "worker", "-P", "threads", "-c", "2", "--without-gossip", "--without-mingle", *calm],
        "scheduler": [*celery, "beat", "--pidfile=", *calm],
        "streams": [PYTHON, "-m", "uvicorn", STREAMS, "--host", host, "--port", str(port), *QUIET],
    }
    return Child(role, commands[role], place / "log" / f"{role}.log", env, ROOT)


def address_of(host: str, port: int) -> str:
    """Return where a browser on this machine finds the web server."""
    seen = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{seen}:{port}/"


def wait_for_pages(supervisor: Supervisor, address: str) -> None:
    """Wait until pages are served. Raises Stop when they are not after a minute."""
    began = time.monotonic()
    served = False

    def settled() -> bool:
        nonlocal served
        served = answers(address)
        return served or time.monotonic() - began > WEB_START

    supervisor.tend(until=settled, pause=0.1)
    if not served and not supervisor.stopping:
        raise Stop(f"The web server does not answer at {address}; {home() / 'log' / 'web.log'} says why.")


def announce(claim: Claim, place: Path, roles: list[str], address: str) -> None:
    """Say what runs and where; the address comes last."""
    say(f"Data: {place}   Logs: {place / 'log'}   Stop: Ctrl-C")
    if "web" not in roles:
        say(f"Plumbline runs here: {', '.join(roles)}")
        return
    claim.note(address)
    say("The first page offers a demo company to look around in, or starts an empty one.")
    say(f"Plumbline is ready: {address}")


def answers(address: str) -> bool:
    """Return whether a web server answers there, whatever it says (in production it sends us on to https)."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    try:
        connection.request("GET", "/")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True

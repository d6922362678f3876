"""Start Plumbline: web, worker and scheduler under one supervisor, on whatever the settings say.

With nothing set that is SQLite and a broker made of files, on one machine. With DATABASE_URL and PLUMBLINE_BROKER_URL
set, `./plumbline run web` and `./plumbline run worker` start single roles, on as many machines as one likes;
`scheduler` runs on exactly one.
"""

import os
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from scripts import pango, ports
from scripts.console import Stop, say
from scripts.instance import ROLES, Claim
from scripts.manage import environment
from scripts.places import PYTHON, ROOT, home
from scripts.supervisor import Child, Supervisor

WEB_START = 60.0


def main(arguments: list[str]) -> int:
    """Set up, start, serve until told to stop, end in order."""
    roles = arguments or list(ROLES)
    unknown = sorted(set(roles) - set(ROLES))
    if unknown:
        raise Stop(f"There is no role '{unknown[0]}'. Say ./plumbline run, or name some of: {', '.join(ROLES)}.")
    place = home()
    claim = Claim(place, roles)
    env = set_up(place)
    host = os.environ.get("PLUMBLINE_BIND") or "127.0.0.1"
    port = ports.choose(host) if "web" in roles else 0
    supervisor = Supervisor([child(role, place, env, host, port) for role in ROLES if role in roles])
    supervisor.stop_on_signals()
    try:
        supervisor.start()
        if "web" in roles:
            announce(supervisor, claim, host, port)
        else:
            say(f"Running: {', '.join(roles)}. Logs: {place / 'log'}. Stop with Ctrl-C.")
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
    }
    return Child(role, commands[role], place / "log" / f"{role}.log", env, ROOT)


def announce(supervisor: Supervisor, claim: Claim, host: str, port: int) -> None:
    """Wait until pages are served, then print the address, last of all."""
    seen = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    address = f"http://{seen}:{port}/"
    claim.note(address)
    deadline = time.monotonic() + WEB_START
    supervisor.tend(until=lambda: answers(address) or time.monotonic() > deadline)
    if supervisor.stopping:
        return
    if not answers(address):
        raise Stop(f"The web server does not answer at {address}; {home() / 'log/web.log'} says why.")
    say(f"Data: {home()}   Logs: {home() / 'log'}   Stop: Ctrl-C")
    say("The first page offers a demo company to look around in, or starts an empty one.")
    say(f"Plumbline is ready: {address}")


def answers(address: str) -> bool:
    """Return whether a web server answers there, with anything but a fault of its own."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(address, timeout=5):
            return True
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False

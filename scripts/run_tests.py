"""Run the tests on SQLite, then on a real PostgreSQL, and say in one line how it went.

What is missing on this machine is installed where this user may, else its tests are skipped and the skip is said. With
CI=true (or REQUIRE_BROWSER=1 for the browser alone) a missing piece is a failure instead: a build that skips proves
nothing. The tests get a home and databases of their own; settings of the caller's environment do not reach them.
"""

import os
import subprocess
import tempfile
import time
from pathlib import Path

from scripts import chromium, pango, postgres, tally
from scripts.console import say
from scripts.places import PYTHON, ROOT
from scripts.supervisor import end_with_parent

YES = ("1", "true", "yes", "on")
OURS = ("PLUMBLINE_", "DJANGO_", "DATABASE_URL", "CELERY_", "PYTEST_ADDOPTS")
KEPT = ("PLUMBLINE_TEST_WORKERS",)


def main(arguments: list[str]) -> int:
    """Run both and return 0 only when all passed and something ran."""
    strict = is_set("CI")
    total, troubles = tally.Tally(), []
    with tempfile.TemporaryDirectory(prefix="plumbline-test-") as folder:
        place = Path(folder)
        env = environment(place)
        printing, browser = pango.obtain(pango.start_trial()), chromium.obtain()
        env |= {**(printing or {}), **({"CHROMIUM": browser} if browser else {})}
        if printing is None and strict:
            troubles.append("documents cannot be printed here, and this run must not skip them")
        if browser is None and (strict or is_set("REQUIRE_BROWSER")):
            troubles.append("there is no Chromium, and this run must not skip the browser tests")
        with postgres.database_url() as url:
            again = {"PLUMBLINE_TEST_AGAIN": "1"} if url else {}  # what hangs on no database runs once, with the last
            tables = ["--no-migrations"] if url else []  # made from the models at once; PostgreSQL's come by migrations
            total += suite("SQLite", {**env, **again}, place / "sqlite.xml", [*tables, *arguments])
            if url:
                total += suite("PostgreSQL", {**env, "DATABASE_URL": url}, place / "postgres.xml", arguments)
            else:
                say("PostgreSQL: SKIPPED, for there is none here. Install it, or set TEST_DATABASE_URL to one.")
                if strict:
                    troubles.append("there is no PostgreSQL, and this run must not skip it")
    if not total.passed and not total.failed:
        troubles.append("no test ran")
    for trouble in troubles:
        say(f"Failed: {trouble}")
    say(str(total))
    return 1 if total.failed or troubles else 0


def is_set(name: str) -> bool:
    """Return whether an environment variable says yes."""
    return os.environ.get(name, "").lower() in YES


def environment(place: Path) -> dict[str, str]:
    """Return an environment in which only the tests' own settings count."""
    env = {name: value for name, value in os.environ.items() if name in KEPT or not name.startswith(OURS)}
    (place / "home").mkdir(mode=0o700)
    return {**env, "PLUMBLINE_HOME": str(place / "home")}


def workers() -> list[str]:
    """Return pytest's options for running on several processors."""
    count = os.environ.get("PLUMBLINE_TEST_WORKERS") or str(min(os.cpu_count() or 1, 4))
    return ["-n", count, "--dist", "worksteal"] if count.isdigit() and int(count) > 1 else []


def suite(database: str, env: dict[str, str], report: Path, arguments: list[str]) -> tally.Tally:
    """Run all tests (or those that the arguments name) on one database."""
    say(f"Tests on {database}")
    began = time.monotonic()
    command = [PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider", *workers(), f"--junitxml={report}", *arguments]
    code = run(command, env)
    result = tally.read(report)
    if code not in (0, 1, 5) and not result.failed:
        result += tally.Tally(failed=1)  # pytest itself broke: usage, internal error, interrupted
    say(f"{database}: {result}, in {time.monotonic() - began:.0f} s")
    return result


def run(command: list[str], env: dict[str, str]) -> int:
    """Run a command; when we are told to stop, end it and all that it started before leaving."""
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, preexec_fn=end_with_parent)
    try:
        return process.wait()
    except BaseException:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        raise

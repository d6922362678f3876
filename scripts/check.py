"""Everything that can be said about the code without running its tests. Runs all checks, then sums up."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from scripts.console import say
from scripts.places import PYTHON, ROOT

BIN = Path(PYTHON).parent
MANAGE = [PYTHON, str(ROOT / "manage.py")]
PRODUCTION = {
    "PLUMBLINE_SECRET_KEY": "only-for-this-check-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "PLUMBLINE_HOSTS": "plumbline.example.org",
    "PLUMBLINE_URL": "https://plumbline.example.org",
    "PLUMBLINE_PRODUCTION": "1",
    "DATABASE_URL": "postgres://plumbline@127.0.0.1:9/plumbline",
    "PLUMBLINE_BROKER_URL": "redis://127.0.0.1:9/0",
}


def checks(place: Path) -> list[tuple[str, list[str], dict[str, str]]]:
    """Return each check: what it is called, its command, its own environment."""
    return [
        ("launcher is plain sh", ["sh", "-n", "plumbline"], {}),
        ("lint", [str(BIN / "ruff"), "check", "."], {}),
        ("formatting", [str(BIN / "ruff"), "format", "--check", "."], {}),
        ("import bands", [str(BIN / "lint-imports")], {}),
        ("types", [str(BIN / "mypy")], {}),
        ("locked packages", [PYTHON, "-m", "scripts.lock", "--check"], {}),
        ("system checks", [*MANAGE, "check", "--fail-level", "WARNING"], {}),
        ("missing migrations", [*MANAGE, "makemigrations", "--check", "--dry-run"], {}),
        ("production settings", [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
        ("API schema", [*MANAGE, "spectacular", "--validate", "--fail-on-warn", "--file", str(place / "api.yml")], {}),
    ]


def main(arguments: list[str]) -> int:
    """Run all (or those whose names contain an argument) and return 0 when all are well."""
    failed, ran = [], 0
    with tempfile.TemporaryDirectory(prefix="plumbline-check-") as folder:
        place = Path(folder)
        clean = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        for name, command, extra in checks(place):
            if arguments and not any(word in name for word in arguments):
                continue
            ran += 1
            began = time.monotonic()
            env = {**clean, "PLUMBLINE_HOME": str(place), **extra}
            done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
            say(f"{'ok    ' if done.returncode == 0 else 'FAILED'} {name} ({time.monotonic() - began:.1f} s)")
            if done.returncode:
                failed.append(name)
                sys.stdout.write(done.stdout + done.stderr)
    say(f"{ran - len(failed)} checks passed, {len(failed)} failed{': ' + ', '.join(failed) if failed else ''}")
    return 1 if failed or not ran else 0

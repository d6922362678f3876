"""Hand a command line to manage.py, in the folder where it was typed."""

import os
import subprocess

from scripts.places import PYTHON, ROOT, from_caller, home


def environment() -> dict[str, str]:
    """Return the environment for programs that read Plumbline's settings."""
    return {**os.environ, "PLUMBLINE_HOME": str(home())}


def django(*arguments: str, extra: dict[str, str] | None = None) -> int:
    """Run a management command from the project's folder and return its exit code."""
    command = [PYTHON, str(ROOT / "manage.py"), *arguments]
    return subprocess.run(command, cwd=ROOT, env={**environment(), **(extra or {})}).returncode


def main(arguments: list[str]) -> int:
    """Become manage.py, so that shells and prompts work as they should."""
    env = environment()
    os.chdir(from_caller("."))
    os.execve(PYTHON, [PYTHON, str(ROOT / "manage.py"), *arguments], env)  # noqa: S606 - no shell is wanted

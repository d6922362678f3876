"""Run the benchmarks: `python -m tests.benchmarks`, with the caller's arguments, on a home of its own."""

import os
import subprocess
import tempfile

from scripts.places import PYTHON, ROOT


def main(arguments: list[str]) -> int:
    """Run them and return their exit code."""
    with tempfile.TemporaryDirectory(prefix="plumbline-bench-") as folder:
        env = {"DJANGO_SETTINGS_MODULE": "governance.settings", **os.environ, "PLUMBLINE_HOME": folder}
        return subprocess.run([PYTHON, "-m", "tests.benchmarks", *arguments], cwd=ROOT, env=env).returncode

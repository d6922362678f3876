"""Makes sure that documents can be printed: WeasyPrint needs the Pango libraries, which no Python package carries.

Whether they work is tried in a process of its own, by printing a page with the very press that prints documents: where
Pango is missing or broken it may crash instead of raising.
"""

import json
import os
import subprocess
from pathlib import Path

from scripts.console import say
from scripts.places import PYTHON, ROOT
from scripts.system_packages import apt_install, brew_install, unpack_debs

NEEDED = ("libpango-1.0-0", "libpangoft2-1.0-0")
BETTER = ("libharfbuzz-subset0",)
UNPACKED = ROOT / "var" / "pango"  # where governance.documents looks for it; a tool of this checkout, not data
BREW_LIBRARIES = ("/opt/homebrew/lib", "/usr/local/lib")
PAGE = (
    "<!DOCTYPE html><html lang='en'><title>Trial</title><style>"
    "@font-face { font-family: Trial; src: url(static:fonts/inter-400.otf) } body { font-family: Trial }"
    "</style><p>Plumbline</p></html>"
)
ORDER = {"candidates": [PAGE], "made": "2020-01-01T00:00:00+00:00", "identifier": "00", "pages": 1}
ADVICE = (
    "Documents: OFF, because the Pango libraries are missing. All else works. Switch them on by:\n"
    "   Debian, Ubuntu:  sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0\n"
    "   Fedora:          sudo dnf install pango\n"
    "   Alpine:          sudo apk add pango\n"
    "   macOS:           brew install pango"
)


class Trial:
    """A trial print that runs while other things are being done."""

    def __init__(self, environment: dict[str, str]) -> None:
        """Start it."""
        self.process = subprocess.Popen(
            [PYTHON, "-W", "ignore", str(ROOT / "governance/documents/press")],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def printed(self) -> bool:
        """Wait for its end and return whether a PDF came out."""
        try:
            answer, _ = self.process.communicate(json.dumps(ORDER).encode() + b"\n", timeout=120)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            return False
        return self.process.returncode == 0 and b"%PDF-" in answer


def environment() -> dict[str, str]:
    """Return the variables under which Homebrew's Pango is found; empty where there is none."""
    libraries = [folder for folder in BREW_LIBRARIES if Path(folder, "libpango-1.0.dylib").exists()]
    if libraries:
        known = os.environ.get("DYLD_FALLBACK_LIBRARY_PATH", "/usr/local/lib:/usr/lib")
        return {"DYLD_FALLBACK_LIBRARY_PATH": ":".join([*libraries, known])}
    return {}


def start_trial() -> Trial:
    """Begin to try whether a page can be printed now."""
    return Trial({**os.environ, "PLUMBLINE_PANGO": str(UNPACKED / "root"), **environment()})


def obtain(trial: Trial) -> dict[str, str] | None:
    """Return the variables for printing, installing Pango where the trial failed; None, and said, where that fails."""
    if trial.printed():
        return environment()
    for way in (_by_system, _by_brew, _by_unpacking):
        if way() and start_trial().printed():
            say("Documents: ready")
            return environment()
    say(ADVICE)
    return None


def _by_system() -> bool:
    return apt_install(*NEEDED, *BETTER) or apt_install(*NEEDED)


def _by_brew() -> bool:
    return brew_install("pango")


def _by_unpacking() -> bool:
    return bool(unpack_debs(NEEDED + BETTER, UNPACKED) or unpack_debs(NEEDED, UNPACKED))

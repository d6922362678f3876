"""The browser of the browser tests: found, or installed where this user may."""

import glob
import os
import shutil
import subprocess
import sys

from scripts.console import say
from scripts.system_packages import apt_install

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ELSEWHERE = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "~/.cache/ms-playwright/chromium-*/chrome-linux*/chrome",
    "~/Library/Caches/ms-playwright/chromium-*/chrome-mac*/Chromium.app/Contents/MacOS/Chromium",
)
ADVICE = (
    "Browser tests: SKIPPED, because there is no Chromium. To run them:\n"
    "   Debian:  sudo apt-get install chromium\n"
    "   Ubuntu:  Google Chrome, or: .venv/bin/playwright install --with-deps chromium\n"
    "   macOS:   brew install --cask chromium\n"
    "   or set CHROMIUM to the path of one"
)


def find() -> str | None:
    """Return the path of a Chromium that starts on this machine."""
    given = os.environ.get("CHROMIUM")
    candidates = [given] if given else [path for name in NAMES if (path := shutil.which(name))]
    if not given:
        candidates += [path for pattern in ELSEWHERE for path in glob.glob(os.path.expanduser(pattern))]
    return next((path for path in candidates if starts(path)), None)


def starts(path: str) -> bool:
    """Return whether it is more than a name: Ubuntu has a `chromium-browser` that only points to a snap."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=30).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def obtain() -> str | None:
    """Return the path of a Chromium, installing it where that is allowed; say so where there is none."""
    path = find()
    if path is None and sys.platform == "linux" and apt_install("chromium"):
        path = find()
    if path is None:
        say(ADVICE)
    return path

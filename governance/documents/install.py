"""Whether this machine can print, and the exact command that makes it so."""

import platform
import shutil
import signal
from pathlib import Path

from django.conf import settings

from governance.core.errors import PlumblineError, Unavailable

COMMANDS = (
    ("apt-get", "apt-get install --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"),
    ("dnf", "dnf install pango"),
    ("apk", "apk add pango"),
    ("pacman", "pacman -S pango"),
    ("zypper", "zypper install libpango-1_0-0"),
    ("brew", "brew install pango"),
)


def unpacked_pango() -> Path:
    """Return where the launcher unpacks Pango on a machine that has none."""
    return Path(settings.BASE_DIR) / "var" / "pango" / "root"


def command() -> str:
    """Return the command that installs Pango here."""
    if platform.system() == "Darwin":
        return "brew install pango"
    return next((line for tool, line in COMMANDS if shutil.which(tool)), COMMANDS[0][1])


def trouble(status: int, said: str) -> PlumblineError:
    """Turn what a press said when it failed into an error that says what to do."""
    tail = said.strip().splitlines()[-1] if said.strip() else f"it ended with status {status}"
    if "cannot load library" in said or "No module named" in said:
        return Unavailable(
            "Documents are off: Pango, which sets their type, is missing.",
            fix=f"Run `{command()}` as root, then ask for the document again.",
            code="documents-off",
        )
    if status == -signal.SIGSEGV:
        return Unavailable(
            "The document's printing crashed: Pango found no font it could use.",
            fix=f"Run `{command()}` and install a font (`fonts-dejavu-core`), then ask for it again.",
        )
    if status < 0:
        return Unavailable(
            f"The document's printing was stopped (signal {-status}): it took too long or too much memory.",
            fix="Ask for it again; if it stops again, shorten its longest texts.",
        )
    return Unavailable(f"The document could not be printed: {tail}.", fix="Ask for it again, or read the worker's log.")

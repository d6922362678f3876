"""Where things are: the project, its Python, the home of its data, and where the user stood when calling."""

import os
import sys
from pathlib import Path

from scripts.console import Stop

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable


def home() -> Path:
    """Return PLUMBLINE_HOME, making it if need be; only its owner may read it, for keys live in it."""
    path = Path(os.environ.get("PLUMBLINE_HOME") or ROOT / "var").expanduser().resolve()
    try:
        if not path.exists():
            path.mkdir(parents=True, mode=0o700)
    except OSError as error:
        raise Stop(f"Data cannot be kept in {path}: {error.strerror}. Set PLUMBLINE_HOME to another folder.") from None
    if not path.is_dir() or not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        raise Stop(f"Data cannot be kept in {path}: this user may not write there. Set PLUMBLINE_HOME to another folder.")
    return path


def keys(home: Path) -> Path:
    """Return where keys lie: PLUMBLINE_KEYS, or a folder of the home."""
    return Path(os.environ.get("PLUMBLINE_KEYS") or home / "keys").expanduser().resolve()


def from_caller(path: str) -> Path:
    """Return a path that the user typed, as seen from the folder in which it was typed."""
    return Path(os.environ.get("PLUMBLINE_CALLER", os.getcwd())) / Path(path).expanduser()

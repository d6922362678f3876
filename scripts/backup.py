"""Write everything into one file, while Plumbline runs: database, documents, evidence, keys.

The database is copied first and the files after it: a file is written before the row that names it, so every row of the
copy finds its file. Not in it: what is made again (static files, logs, queues), settings of the environment, and what
lies in S3.
"""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from scripts import archive
from scripts.console import Stop, say
from scripts.databases import database
from scripts.places import from_caller, home, keys


def main(arguments: list[str]) -> int:
    """Write one backup."""
    if len(arguments) > 1:
        raise Stop("Say ./plumbline backup, or ./plumbline backup FILE.tar.gz")
    place = home()
    target = from_caller(arguments[0]) if arguments else default(place)
    if target.exists():
        raise Stop(f"{target} exists already, and a backup never overwrites one. Name another file.")
    write(place, target)
    return 0


def default(place: Path) -> Path:
    """Return where a backup goes when nobody says where."""
    folder = place / "backups"
    folder.mkdir(exist_ok=True)
    return folder / f"plumbline-{datetime.now(UTC):%Y%m%d-%H%M%S}.tar.gz"


def write(place: Path, target: Path) -> None:
    """Save the database and pack it with the home's files."""
    source = database()
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".saving-", dir=target.parent) as folder:
        saved = Path(folder) / source.archived
        source.save(saved)
        source.verify(saved)
        about = {"database": source.kind, "made": datetime.now(UTC).isoformat(timespec="seconds")}
        count = archive.pack(target, saved, place, source.own_files | {saved}, about, keys(place))
    size = target.stat().st_size / 1_000_000
    say(f"Saved the database and {count} file{'s' if count != 1 else ''}: {target} ({size:.1f} MB)")
    say("It holds keys and personal data: keep it as safe as the original. Restore: ./plumbline restore FILE")

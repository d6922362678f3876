"""Put a backup back. It is unpacked and checked in full before anything is touched; what was there is kept aside."""

import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scripts import archive
from scripts.console import Stop, say
from scripts.databases import database
from scripts.instance import Claim
from scripts.places import from_caller, home, keys


def main(arguments: list[str]) -> int:
    """Restore one backup."""
    if len(arguments) != 1:
        raise Stop("Say which: ./plumbline restore FILE.tar.gz")
    source = from_caller(arguments[0])
    if not source.is_file():
        raise Stop(f"There is no file {source}.")
    place = home()
    claim = Claim(place)
    try:
        aside, manifest = put_back(place, source)
    finally:
        claim.release()
    say(f"Restored the state of {manifest['made']}. What was there before is kept in {aside}")
    if not keys(place).is_relative_to(place):
        say(f"The keys of that time are in {place / archive.KEYS}. Copy them to {keys(place)} before you start it.")
    say("Start it: ./plumbline run (it brings an older database up to date)")
    return 0


def put_back(place: Path, source: Path) -> tuple[Path, dict[str, Any]]:
    """Check a backup, then swap it in. Returns where the former state lies, and the backup's manifest."""
    target = database()
    with tempfile.TemporaryDirectory(prefix=".restoring-", dir=place) as folder:
        fresh = Path(folder)
        manifest = archive.unpack(source, fresh)
        if manifest["database"] != target.kind:
            raise Stop(
                f"The backup is of {manifest['database']}, but the settings name {target.kind}. "
                "Set DATABASE_URL as it was when the backup was made. Nothing was changed."
            )
        saved = fresh / target.archived
        target.verify(saved)
        aside = place / f"before-restore-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}"
        aside.mkdir(mode=0o700)
        if not target.own_files:  # a server may refuse; then no file has been moved yet
            target.replace(saved, aside)
        swap(place, fresh / archive.FILES, aside)
        if target.own_files:  # its file lay among those that were moved aside
            target.replace(saved, aside)
    return aside, manifest


def swap(place: Path, files: Path, aside: Path) -> None:
    """Move the home's present files aside and the restored ones in; all on one disk, so nothing is copied."""
    for path in sorted(place.iterdir()):
        if not archive.is_passing(path.name):
            shutil.move(path, aside / path.name)
    if files.is_dir():
        for path in sorted(files.iterdir()):
            shutil.move(path, place / path.name)

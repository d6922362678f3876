"""Saving and restoring a database, SQLite or PostgreSQL, while it is in use or before it exists."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from scripts.console import Stop
from scripts.postgres import PLACES

# what Django's settings call it, and the variable by which PostgreSQL's programs know it
VARIABLES = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD", "NAME": "PGDATABASE"}
OPTIONS = {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY"}
EMPTY_FIRST = "DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n"


def settings() -> dict[str, Any]:
    """Return the database that Plumbline's settings name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.settings")
    from django.conf import settings as django_settings

    return dict(django_settings.DATABASES["default"])


class SQLite:
    """A database in one file."""

    kind, archived = "sqlite", "database.sqlite3"

    def __init__(self, config: dict[str, Any]) -> None:
        """Take the settings."""
        self.path = Path(config["NAME"])
        self.own_files = {self.path.with_name(self.path.name + end) for end in ("", "-wal", "-shm", "-journal")}

    def save(self, target: Path) -> None:
        """Copy it as of one moment, while others write."""
        if not self.path.exists():
            raise Stop(f"There is no database at {self.path} yet, so nothing to save. Begin with ./plumbline run")
        with closing(sqlite3.connect(self.path, timeout=60)) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
        # one self-contained file, whichever mode the original is in
        with closing(sqlite3.connect(target)) as copy:
            copy.execute("PRAGMA journal_mode=DELETE")

    def verify(self, saved: Path) -> None:
        """Raise Stop unless a saved copy is whole."""
        try:
            with closing(sqlite3.connect(f"file:{saved}?mode=ro", uri=True)) as copy:
                said = [row[0] for row in copy.execute("PRAGMA integrity_check")]
                orphans = copy.execute("PRAGMA foreign_key_check").fetchone()
                copy.execute("SELECT count(*) FROM django_migrations")
        except sqlite3.DatabaseError as error:
            raise Stop(f"The saved database is not usable: {error}.") from None
        if said != ["ok"] or orphans:
            raise Stop(f"The saved database is damaged: {said[0] if said != ['ok'] else orphans}.")

    def replace(self, saved: Path, aside: Path) -> None:
        """Put a saved copy in its place; what was there goes aside."""
        for path in self.own_files:
            if path.exists():
                shutil.move(path, aside / path.name)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(saved, self.path)


class Postgres:
    """A database on a PostgreSQL server, reached through PostgreSQL's own programs."""

    kind, archived = "postgresql", "database.dump"

    def __init__(self, config: dict[str, Any]) -> None:
        """Take the settings."""
        given = {variable: str(config[name]) for name, variable in VARIABLES.items() if config.get(name)}
        given |= {OPTIONS[name]: str(value) for name, value in config.get("OPTIONS", {}).items() if name in OPTIONS}
        self.environment = {**os.environ, **given}
        self.own_files: set[Path] = set()

    def program(self, name: str) -> str:
        """Return the newest copy of one of PostgreSQL's programs; an old pg_dump refuses a newer server."""
        found = [path for place in PLACES for path in Path("/").glob(f"{place[1:]}/{name}")]
        if found:
            return str(max(found, key=lambda path: [int(part) for part in path.parts if part.isdigit()]))
        path = shutil.which(name)
        if path is None:
            raise Stop(f"PostgreSQL's {name} is missing here. Debian, Ubuntu: sudo apt-get install postgresql-client")
        return path

    def run(self, name: str, *arguments: str, text: str | None = None) -> str:
        """Run one of PostgreSQL's programs and return what it said. Raises Stop when it fails."""
        command = [self.program(name), *arguments]
        done = subprocess.run(command, env=self.environment, input=text, capture_output=True, text=True)
        if done.returncode:
            raise Stop(f"{name} failed: {done.stderr.strip()[-1500:]}")
        return done.stdout

    def save(self, target: Path) -> None:
        """Copy it as of one moment, while others write."""
        self.run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")

    def verify(self, saved: Path) -> None:
        """Raise Stop unless a saved copy can be read to its end and holds our tables."""
        self.run("pg_restore", "--file=/dev/null", str(saved))
        if " django_migrations " not in self.run("pg_restore", "--list", str(saved)):
            raise Stop("The saved database holds no tables of Plumbline.")

    def replace(self, saved: Path, aside: Path) -> None:
        """Put a saved copy in place of what is there, in one transaction: all or nothing. A dump goes aside first."""
        self.save(aside / self.archived)
        script = saved.with_suffix(".sql")
        self.run("pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(saved))
        before = script.with_suffix(".before.sql")
        before.write_text(EMPTY_FIRST)
        arguments = ("-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-f", str(before), "-f", str(script))
        self.run("psql", *arguments)


def database() -> SQLite | Postgres:
    """Return the database that the settings name."""
    config = settings()
    return SQLite(config) if config["ENGINE"].endswith("sqlite3") else Postgres(config)

"""Backup and restore: what goes in comes out, and nothing is touched before it was checked."""

import io
import os
import sqlite3
import stat
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from scripts import backup, databases, postgres, restore
from scripts.console import Stop
from scripts.databases import Postgres, SQLite
from scripts.instance import Claim

ROOT = Path(__file__).resolve().parents[2]
TABLES = "CREATE TABLE IF NOT EXISTS django_migrations (name text); CREATE TABLE IF NOT EXISTS said (words text);"


def words(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT words FROM said ORDER BY rowid")]


def say_into(path: Path, text: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(TABLES)
        connection.execute("INSERT INTO said VALUES (?)", (text,))


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home in use: a database in WAL mode, a document, a key, and things that are made again."""
    place = tmp_path / "home"
    place.mkdir()
    database = place / "plumbline.sqlite3"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    say_into(database, "first")
    for name, text in {
        "files/a/charter.pdf": "%PDF",
        "keys/secret_key": "s3cret",
        "static/x.css": "",
        "queue/m": "",
    }.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text)
    (place / "keys/secret_key").chmod(0o600)
    monkeypatch.setenv("PLUMBLINE_HOME", str(place))
    monkeypatch.setenv("PLUMBLINE_CALLER", str(tmp_path))
    for module in (backup, restore):
        monkeypatch.setattr(module, "database", lambda: SQLite({"NAME": database}))
    return place


def test_a_backup_made_while_someone_writes_brings_everything_back(home, tmp_path, capsys):
    database = home / "plumbline.sqlite3"
    with closing(sqlite3.connect(database)) as writer:  # holds the WAL open
        writer.execute("INSERT INTO said VALUES ('not committed')")
        assert backup.main(["saved.tar.gz"]) == 0
    assert "Saved the database and 2 files" in capsys.readouterr().err

    say_into(database, "second")
    (home / "files/a/charter.pdf").write_text("overwritten")
    (home / "files/a/later.pdf").write_text("later")
    (home / "keys/secret_key").unlink()
    assert restore.main(["saved.tar.gz"]) == 0

    assert words(database) == ["first"]
    assert (home / "files/a/charter.pdf").read_text() == "%PDF"
    assert not (home / "files/a/later.pdf").exists()
    assert (home / "keys/secret_key").read_text() == "s3cret"
    assert stat.S_IMODE((home / "keys/secret_key").stat().st_mode) == 0o600
    (aside,) = home.glob("before-restore-*")
    assert words(aside / "plumbline.sqlite3") == ["first", "second"]
    assert (aside / "files/a/later.pdf").read_text() == "later"


def test_a_backup_holds_no_more_than_it_needs_and_is_for_its_owner_alone(home):
    backup.main([])
    (file,) = (home / "backups").glob("*.tar.gz")
    with tarfile.open(file) as tar:
        assert sorted(tar.getnames()) == [
            "database.sqlite3",
            "files/files/a/charter.pdf",
            "files/keys/secret_key",
            "manifest.json",
        ]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in (home / "backups").iterdir()] == [file.name]


def test_keys_in_a_folder_of_their_own_go_with_the_backup(home, tmp_path, monkeypatch, capsys):
    apart = tmp_path / "vault"
    apart.mkdir()
    (apart / "ledger_4d94b7a1.pem").write_text("-----BEGIN PRIVATE KEY-----")
    monkeypatch.setenv("PLUMBLINE_KEYS", str(apart))
    backup.main(["saved.tar.gz"])
    assert restore.main(["saved.tar.gz"]) == 0
    assert (home / "keys/ledger_4d94b7a1.pem").read_text() == "-----BEGIN PRIVATE KEY-----"
    assert (home / "keys/secret_key").read_text() == "s3cret"
    assert f"Copy them to {apart}" in capsys.readouterr().err


def test_a_backup_overwrites_nothing(home, tmp_path):
    (tmp_path / "saved.tar.gz").write_text("precious")
    with pytest.raises(Stop, match="exists already"):
        backup.main(["saved.tar.gz"])
    assert (tmp_path / "saved.tar.gz").read_text() == "precious"


def snapshot(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.parent.name != "run" and path.suffix != ".sqlite3-shm"
    }


def rewritten(source: Path, target: Path, change) -> None:
    """Copy a backup, passing each entry through `change(name, data) -> (name, data)`."""
    with tarfile.open(source) as old, tarfile.open(target, "w:gz") as new:
        for entry in old:
            entry.name, data = change(entry.name, old.extractfile(entry).read())
            entry.size = len(data)
            new.addfile(entry, io.BytesIO(data))


DAMAGE = {
    "a changed document": (lambda name, data: (name, b"%PDX" if name.endswith("pdf") else data), "is damaged"),
    "a way out of the folder": (lambda n, d: ("../../evil" if n.endswith("pdf") else n, d), "does not hold"),
    "a foreign file": (lambda n, d: ("files/evil" if n.endswith("pdf") else n, d), "is damaged"),
    "no manifest": (lambda n, d: ("files/m" if n == "manifest.json" else n, d), "no manifest"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_backup_is_refused_and_nothing_changes(home, tmp_path, damage):
    change, said = DAMAGE[damage]
    backup.main(["good.tar.gz"])
    rewritten(tmp_path / "good.tar.gz", tmp_path / "bad.tar.gz", change)
    before = snapshot(home)
    with pytest.raises(Stop, match=said):
        restore.main(["bad.tar.gz"])
    assert snapshot(home) == before
    assert not (tmp_path / "evil").exists()
    assert not list(home.glob("*restor*"))


def test_half_a_backup_is_refused_and_nothing_changes(home, tmp_path):
    backup.main(["good.tar.gz"])
    data = (tmp_path / "good.tar.gz").read_bytes()
    (tmp_path / "half.tar.gz").write_bytes(data[: len(data) // 2])
    before = snapshot(home)
    with pytest.raises(Stop, match="cannot be read"):
        restore.main(["half.tar.gz"])
    assert snapshot(home) == before


def test_a_saved_database_with_a_broken_page_is_refused(home, tmp_path):
    copy = tmp_path / "copy.sqlite3"
    for number in range(200):
        say_into(home / "plumbline.sqlite3", f"{number} " * 100)
    source = SQLite({"NAME": home / "plumbline.sqlite3"})
    source.save(copy)
    source.verify(copy)
    data = bytearray(copy.read_bytes())
    data[8192:12288] = os.urandom(4096)
    copy.write_bytes(data)
    with pytest.raises(Stop, match=r"not usable|damaged"):
        source.verify(copy)


def test_nothing_is_restored_under_a_running_instance(home):
    backup.main(["saved.tar.gz"])
    running = Claim(home)
    with pytest.raises(Stop, match="already runs"):
        restore.main(["saved.tar.gz"])
    running.release()


def test_a_backup_of_the_other_database_is_refused(home, monkeypatch):
    backup.main(["saved.tar.gz"])
    monkeypatch.setattr(restore, "database", lambda: Postgres({"NAME": "x"}))
    with pytest.raises(Stop, match="Set DATABASE_URL as it was"):
        restore.main(["saved.tar.gz"])


def test_the_commands_find_the_database_of_the_settings(home, tmp_path):
    """Through the real door: settings, home from the environment, file named from where the caller stood."""
    env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")}
    for command in (["backup", "here.tar.gz"], ["restore", "here.tar.gz"]):
        done = subprocess.run([sys.executable, "-m", "scripts", *command], cwd=ROOT, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "here.tar.gz").exists()
    assert words(home / "plumbline.sqlite3") == ["first"]


@pytest.fixture
def server():
    """A PostgreSQL of our own, or a visible skip."""
    programs = postgres.find() or postgres.unpacked()
    if programs is None:
        pytest.skip("no PostgreSQL server programs on this machine")
    with postgres.Cluster(programs) as cluster:
        yield cluster


def test_postgresql_comes_back_as_it_was_in_one_piece(server, tmp_path, monkeypatch):
    port = int(server.url.rsplit(":", 1)[1].split("/")[0])
    there = Postgres({"HOST": "127.0.0.1", "PORT": port, "USER": "plumbline", "NAME": "postgres"})
    monkeypatch.setattr(there, "program", lambda name: str(server.programs / name))
    there.environment |= server.as_user()["env"]
    with psycopg.connect(server.url) as connection:
        connection.execute(TABLES)
        connection.execute("INSERT INTO said VALUES ('first')")
        connection.execute("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'no'; END$$")
        connection.execute("CREATE TRIGGER kept BEFORE DELETE ON said FOR EACH ROW EXECUTE FUNCTION refuse()")
        connection.execute("ALTER TABLE said ENABLE ALWAYS TRIGGER kept")
    saved, aside = tmp_path / "database.dump", tmp_path / "aside"
    aside.mkdir()
    there.save(saved)
    there.verify(saved)
    with psycopg.connect(server.url) as connection:
        connection.execute("INSERT INTO said VALUES ('second'); CREATE TABLE newer (x int)")

    there.replace(saved, aside)

    with psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT words FROM said").fetchall() == [("first",)]
        assert connection.execute("SELECT to_regclass('newer')").fetchone() == (None,)
        with pytest.raises(psycopg.errors.RaiseException):
            connection.execute("DELETE FROM said")
    there.verify(aside / "database.dump")

    saved.write_bytes(saved.read_bytes()[:-200])
    with pytest.raises(Stop):
        there.verify(saved)


def test_passwords_reach_postgresql_through_the_environment_and_never_the_command_line(monkeypatch):
    there = Postgres({"NAME": "n", "HOST": "h", "PASSWORD": "p", "OPTIONS": {"sslmode": "require", "pool": {}}})
    assert there.environment["PGPASSWORD"] == "p"
    assert there.environment["PGSSLMODE"] == "require"
    seen = []
    monkeypatch.setattr(there, "program", lambda name: name)
    answer = subprocess.CompletedProcess([], 0, "", "")
    monkeypatch.setattr(databases.subprocess, "run", lambda command, **rest: seen.append(command) or answer)
    there.save(Path("x"))
    assert "p" not in seen[0]

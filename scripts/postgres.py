"""A real PostgreSQL for the tests: private, thrown away afterwards, never touching a server or files that are not ours.

Looked for in this order: TEST_DATABASE_URL; server programs on this machine; Debian's own package, unpacked for this
project alone (no service is started, no user made, nothing installed); Homebrew's. PostgreSQL refuses to run as root,
so for root it runs as the user postgres or nobody, on a temporary folder which belongs to that user.

Not used: wheels that carry PostgreSQL. As root they make users and open the permissions of every folder above theirs.
"""

import glob
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scripts import ports
from scripts.console import Stop, say
from scripts.places import ROOT
from scripts.supervisor import end_with_parent
from scripts.system_packages import apt_install, brew_install, unpack_debs

PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/libexec/postgresql*",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
    "/usr/local/pgsql/bin",
    "/Applications/Postgres.app/Contents/Versions/latest/bin",
)
PROGRAMS = ("initdb", "postgres")
OLDEST = 14
UNPACKED = ROOT / "var" / "postgres"
PAPER_ONLY = ("libllvm", "locales", "perl", "libperl", "libjson-perl", "ssl-cert", "openssl", "postgresql-common")
START = 60.0
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")


@contextmanager
def database_url() -> Iterator[str | None]:
    """Give the URL of a PostgreSQL for the time of a `with` block, or None where none is to be had."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        say("PostgreSQL: the one that TEST_DATABASE_URL names")
        yield given
        return
    programs = find() or unpacked() or obtain()
    if programs is None:
        yield None
        return
    with Cluster(programs) as cluster:
        say(f"PostgreSQL: {cluster.version}, a private server from {programs}, thrown away afterwards")
        yield cluster.url


def find() -> Path | None:
    """Return the folder of the newest PostgreSQL server programs on this machine that are not too old."""
    folders = [Path(name) for pattern in PLACES for name in glob.glob(pattern)]
    # a link on the PATH leads to where the other programs are
    folders += [(Path(name) / "postgres").resolve().parent for name in os.get_exec_path()]
    usable = [folder for folder in folders if all(os.access(folder / program, os.X_OK) for program in PROGRAMS)]
    dated = [(release(folder), folder) for folder in usable]
    return max(((number, folder) for number, folder in dated if number >= OLDEST), default=(0, None))[1]


def release(folder: Path, env: dict[str, str] | None = None) -> int:
    """Return the major release of the PostgreSQL in a folder, 0 where it does not even start."""
    try:
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, env=env).stdout
    except OSError:
        return 0
    number = re.search(r"\) (\d+)", said)
    return int(number[1]) if number else 0


def unpacked() -> Path | None:
    """Return the folder of the programs that an earlier run unpacked for this project."""
    if not (UNPACKED / "complete").exists():
        return None
    return next(iter(sorted((UNPACKED / "root").glob("usr/lib/postgresql/*/bin"), reverse=True)), None)


def obtain() -> Path | None:
    """Unpack or install PostgreSQL and return the folder of its programs, or None where that cannot be done."""
    if shutil.which("apt-get"):
        # Debian's PostgreSQL reads time zones from the system
        if not Path("/usr/share/zoneinfo/UTC").exists() and not apt_install("tzdata"):
            say("PostgreSQL needs the system's time zones: sudo apt-get install tzdata")
            return None
        say("PostgreSQL: downloading it for the tests (apt-get, unpacked into var/postgres; nothing is installed)")
    if unpack_debs(("postgresql",), UNPACKED, leave_out=PAPER_ONLY):
        return unpacked()
    return find() if brew_install("postgresql@17") else None


class Cluster:
    """A running PostgreSQL on a folder, a port and a socket of its own: `with Cluster(programs) as c: c.url`."""

    def __init__(self, programs: Path) -> None:
        """Remember whose programs to use and as whom."""
        self.programs = programs
        self.user = unprivileged_user() if os.geteuid() == 0 else None
        self.root = UNPACKED / "root" if programs.is_relative_to(UNPACKED) else None
        self.version = ""
        self.url = ""

    def __enter__(self) -> "Cluster":
        """Make the folder, the cluster in it, and start the server."""
        # root's own temporary folder may be closed to others; a short path because sockets allow no long one
        self.folder = Path(tempfile.mkdtemp(prefix="plumbline-pg-", dir="/tmp" if self.user else None))  # noqa: S108
        try:
            if self.user:
                shutil.chown(self.folder, *self.user)
                self.move_within_reach()
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def move_within_reach(self) -> None:
        """Copy unpacked programs beside the data, for the other user may not look into the project's folder."""
        if self.root is not None:
            within = self.programs.relative_to(self.root)
            self.root = Path(shutil.copytree(self.root, self.folder / "root", symlinks=True))
            self.programs = self.root / within

    def start(self) -> None:
        """Make the cluster and wait until its server answers."""
        data, port = self.folder / "data", ports.unused()
        # passwords are not asked for: only this machine's users reach the port, and nothing in it is worth reading
        self.run("initdb", "-D", str(data), "-U", "plumbline", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        self.version = self.run("postgres", "--version").strip()
        options = [word for setting in FAST for word in ("-c", setting)]
        options += ["-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={self.folder}"]
        log = (self.folder / "log").open("wb")
        with log:
            self.process = subprocess.Popen(
                [self.programs / "postgres", "-D", data, "-p", str(port), *options],
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for the tests; we stop the server after them
                preexec_fn=end_with_parent,
                **self.as_user(),
            )
        self.url = f"postgres://plumbline@127.0.0.1:{port}/postgres"
        self.wait(port)

    def wait(self, port: int) -> None:
        """Wait until the server takes connections. Raises Stop with the end of its log when it does not."""
        import psycopg

        deadline = time.monotonic() + START
        while True:
            try:
                psycopg.connect(self.url, connect_timeout=5).close()
                return
            except psycopg.OperationalError as error:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    said = (self.folder / "log").read_text(errors="replace")[-1500:]
                    raise Stop(f"The private PostgreSQL did not start: {error}\n{said}") from None
            time.sleep(0.1)

    def run(self, program: str, *arguments: str) -> str:
        """Run one of PostgreSQL's programs as the right user and return what it said."""
        done = subprocess.run([self.programs / program, *arguments], capture_output=True, text=True, **self.as_user())
        if done.returncode:
            raise Stop(f"PostgreSQL's {program} failed: {(done.stderr or done.stdout).strip()[-1500:]}")
        return done.stdout

    def as_user(self) -> dict[str, Any]:
        """Return Popen's arguments for running as the unprivileged user, in our folder, with the unpacked libraries."""
        env = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
        if self.root is not None:
            found = sorted({str(library.parent) for library in self.root.glob("usr/lib/*/lib*.so*")})
            env["LD_LIBRARY_PATH"] = ":".join(found)
        arguments: dict[str, Any] = {"cwd": self.folder, "env": env}
        if self.user:
            arguments |= {"user": self.user[0], "group": self.user[1], "extra_groups": []}
        return arguments

    def __exit__(self, *error: object) -> None:
        """Stop the server and remove everything."""
        process = getattr(self, "process", None)
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown: it does not wait for clients
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def unprivileged_user() -> tuple[int, int]:
    """Return user and group ids under which root runs PostgreSQL."""
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    raise Stop("PostgreSQL cannot run as root, and there is neither a user 'postgres' nor 'nobody' to run it as.")

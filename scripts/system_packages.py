"""The machine's own packages: installed where this user may, or downloaded and unpacked for this project alone.

Nothing here changes permissions or starts services. The second way needs neither root nor sudo and leaves the system as
it was: Debian's and Ubuntu's packages are fetched by apt itself (so its mirrors, proxies and signatures count) into a
folder of ours and unpacked there.
"""

import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from scripts.console import say

APT = ("apt-get", "-qq", "-y", "-o", "DPkg::Lock::Timeout=120", "--no-install-recommends")


def as_root() -> list[str] | None:
    """Return what to put before a command to run it as root without being asked, or None where this user may not."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n"]
    return None


def apt_install(*packages: str) -> bool:
    """Install packages with apt-get, saying so. Returns False where that is not possible or not allowed."""
    prefix = as_root()
    if not shutil.which("apt-get") or prefix is None:
        return False
    say(f"Installing {' '.join(packages)} (apt-get)")
    noninteractive = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive"]
    subprocess.run([*noninteractive, "apt-get", "-qq", "update"], capture_output=True)
    return _worked([*noninteractive, *APT, "install", *packages])


def brew_install(*packages: str) -> bool:
    """Install packages with Homebrew, saying so. Returns False where there is none."""
    if not shutil.which("brew"):
        return False
    say(f"Installing {' '.join(packages)} (brew)")
    return _worked(["brew", "install", "--quiet", *packages])


def unpack_debs(packages: Iterable[str], into: Path, *, leave_out: tuple[str, ...] = ()) -> Path | None:
    """Download Debian packages, with what they need and the machine lacks, and unpack them below `into`.

    Returns the folder that then looks like `/`, or None where it cannot be done. Packages whose names start with one of
    `leave_out` are not unpacked; they are dependencies on paper that a private copy does not use.
    """
    root = into / "root"
    if (into / "complete").exists():
        return root
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        return None
    archives = into / "archives"
    for folder in (into / "lists/partial", into / "cache/archives/partial", archives, root):
        folder.mkdir(parents=True, exist_ok=True)
    private = ["-o", f"Dir::State::lists={into / 'lists'}", "-o", f"Dir::Cache={into / 'cache'}"]
    private += ["-o", "Debug::NoLocking=1", "-o", "APT::Sandbox::User="]
    if not _worked(["apt-get", "-qq", *private, "update"]):
        return None
    plan = subprocess.run(
        ["apt-get", "-qq", *private, "-s", "--no-install-recommends", "install", *packages],
        capture_output=True,
        text=True,
    )
    names = [line.split()[1] for line in plan.stdout.splitlines() if line.startswith("Inst ")]
    names = [name for name in names if not name.startswith(leave_out)]
    if not names or not _worked(["apt-get", "-qq", *private, "download", *names], cwd=archives):
        return None
    if not all(_worked(["dpkg-deb", "-x", str(deb), str(root)]) for deb in sorted(archives.glob("*.deb"))):
        return None
    for name in ("lists", "cache", "archives"):
        shutil.rmtree(into / name)
    (into / "complete").touch()
    return root


def _worked(command: list[str], cwd: Path | None = None) -> bool:
    """Run a command quietly. When it fails, show the end of what it said and return False."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, errors="replace")
    if done.returncode:
        for line in (done.stdout + done.stderr).strip().splitlines()[-4:]:
            say(f"   {line}")
    return done.returncode == 0

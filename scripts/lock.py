"""Pin requirements*.in into requirements*.txt, with hashes, for every system and Python from 3.11 on.

The reasons that stand beside the packages in requirements*.in are repeated at the head of the locked file, so that who
reads only that one knows why each is there. `--check` compares without the network; `--upgrade` takes newer releases.
"""

import re
import subprocess
import sys
from pathlib import Path

from packaging.requirements import Requirement

from scripts.console import Stop, say
from scripts.places import PYTHON, ROOT

UV = "uv==0.13.8"
COMPILE = ("pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes", "--no-header")
LINE = re.compile(r"^(?P<requirement>[^#\s-][^#]*?)\s+#\s+(?P<reason>\S.*)$")
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)", re.MULTILINE)


def reasons(source: Path) -> list[tuple[Requirement, str]]:
    """Return the packages asked for and why. Raises Stop at a line without a reason."""
    found = []
    for line in source.read_text().splitlines():
        if not line or line.startswith(("#", "-")):
            continue
        match = LINE.match(line)
        if match is None:
            raise Stop(f"{source.name}: give a reason after '#': {line}")
        found.append((Requirement(match["requirement"]), match["reason"]))
    return found


def head(source: Path) -> str:
    """Return the comment that starts a locked file."""
    wanted = reasons(source)
    width = max(len(requirement.name) for requirement, _ in wanted)
    lines = [f"# {source.name}, pinned by `./plumbline lock`; change that file, not this one. Asked for, and why:", "#"]
    lines += [f"#   {requirement.name:<{width}}  {reason}" for requirement, reason in wanted]
    return "\n".join([*lines, "#", "# All others are needed by these.", ""])


def lock(source: Path, *options: str) -> None:
    """Pin one file anew; pins that still fit are kept unless the options ask for newer ones."""
    target = source.with_suffix(".txt")
    uv = Path(PYTHON).parent / "uv"
    subprocess.run([uv, *COMPILE, *options, source.name, "-o", target.name], cwd=ROOT, check=True)
    target.write_text(head(source) + target.read_text())


def lock_uv() -> None:
    """Pin uv itself, which installs the rest."""
    command = [str(Path(PYTHON).parent / "uv"), *COMPILE, "-"]
    done = subprocess.run(command, cwd=ROOT, input=UV + "\n", capture_output=True, text=True, check=True)
    note = "# What installs the other packages; the launcher hands this to pip. Made by `./plumbline lock`.\n"
    (ROOT / "scripts" / "uv.txt").write_text(note + done.stdout)


def differences(source: Path) -> list[str]:
    """Return what a locked file says differently from its source."""
    target = source.with_suffix(".txt")
    text = target.read_text()
    pinned = {match["name"].lower(): match["version"] for match in PIN.finditer(text)}
    said = [] if text.startswith(head(source)) else [f"{target.name}: its head does not repeat {source.name}"]
    for requirement, _ in reasons(source):
        version = pinned.get(requirement.name.lower())
        if version is None or not requirement.specifier.contains(version, prereleases=True):
            said.append(f"{target.name}: {requirement} is asked for, {version or 'nothing'} is pinned")
    return said


def main(arguments: list[str]) -> int:
    """Lock all, or compare all."""
    runtime, develop = ROOT / "requirements.in", ROOT / "requirements-dev.in"
    if arguments == ["--check"]:
        wrong = differences(runtime) + differences(develop)
        for line in wrong:
            say(line)
        return 1 if wrong else 0
    lock(runtime, *arguments)
    lock(develop, "-c", "requirements.txt", *arguments)
    lock_uv()
    say("Locked. Commit requirements.txt, requirements-dev.txt and scripts/uv.txt.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

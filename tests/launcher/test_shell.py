"""The launcher itself: a plain sh script that helps, refuses and finds its folder."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LAUNCHER = ROOT / "plumbline"
SHELLS = [shell for shell in ("sh", "dash", "bash", "busybox", "ksh", "mksh", "zsh") if shutil.which(shell)]


def call(*arguments: str, **options) -> subprocess.CompletedProcess:
    return subprocess.run([LAUNCHER, *arguments], capture_output=True, text=True, **options)


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_on_this_machine_can_read_it(shell):
    command = [shell, "sh", "-n"] if shell == "busybox" else [shell, "-n"]
    done = subprocess.run([*command, LAUNCHER], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_it_is_executable_and_so_is_what_the_build_machine_runs():
    assert os.access(LAUNCHER, os.X_OK)
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert "./plumbline test" in (ROOT / ".ci" / "run").read_text()


def test_help_needs_nothing_and_names_every_command(tmp_path):
    done = subprocess.run([LAUNCHER, "help"], capture_output=True, text=True, cwd=tmp_path, env={"PATH": "/usr/bin:/bin"})
    assert done.returncode == 0
    for command in ("run", "test", "check", "bench", "manage", "backup", "restore"):
        assert f"./plumbline {command}" in done.stdout


def test_an_unknown_command_is_refused_with_the_help():
    done = call("serve")
    assert done.returncode == 2
    assert "There is no command 'serve'" in done.stderr
    assert "./plumbline run" in done.stderr


def test_every_command_of_the_script_has_a_module_and_the_other_way_round():
    from scripts.__main__ import COMMANDS

    text = LAUNCHER.read_text()
    named = {word for line in text.splitlines() if ") requirements=" in line for word in line.split(")")[0].split(" | ")}
    assert {word.strip() for word in named} == set(COMMANDS)
    for module in COMMANDS.values():
        assert (ROOT / (module.replace(".", "/") + ".py")).exists()


@pytest.fixture
def bare_copy(tmp_path):
    """A checkout without a virtual environment, and a PATH with nothing but the plainest tools."""
    root = tmp_path / "check out"  # a space, on purpose
    root.mkdir()
    for name in ("plumbline", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, root / name)
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in ("sh", "dirname", "id", "cmp", "rm", "cp", "cat", "env"):
        (tools / tool).symlink_to(shutil.which(tool))
    return root, tools


def test_without_python_and_without_a_way_to_install_it_says_what_to_do(bare_copy):
    root, tools = bare_copy
    done = subprocess.run(
        [root / "plumbline", "run"], capture_output=True, text=True, env={"PATH": str(tools), "HOME": "/nowhere"}
    )
    assert done.returncode == 1
    assert "Python 3.11 or newer is needed" in done.stderr
    assert "sudo apt-get install python3 python3-venv" in done.stderr
    assert "brew install" in done.stderr


def test_a_python_that_is_too_old_is_not_taken(bare_copy):
    root, tools = bare_copy
    for name in ("python3", "python3.11"):
        old = tools / name
        old.write_text("#!/bin/sh\nexit 1\n")  # what the version test answers on an old Python
        old.chmod(0o755)
    done = subprocess.run([root / "plumbline", "run"], capture_output=True, text=True, env={"PATH": str(tools)})
    assert done.returncode == 1
    assert "Python 3.11 or newer is needed" in done.stderr


def test_packages_in_place_are_not_installed_again(bare_copy):
    root, tools = bare_copy
    bin_ = root / ".venv" / "bin"
    bin_.mkdir(parents=True)
    (bin_ / "python").write_text('#!/bin/sh\n[ "$1" = -c ] && exit 0\necho "called: $*; home: $PLUMBLINE_HOME"\n')
    (bin_ / "python").chmod(0o755)
    shutil.copy(root / "requirements.txt", root / ".venv" / ".installed-requirements.txt")
    env = {"PATH": str(tools), "PLUMBLINE_HOME": "data"}
    done = subprocess.run([root / "plumbline", "run", "web"], capture_output=True, text=True, env=env, cwd=root.parent)
    assert done.stdout == f"called: -m scripts run web; home: {root.parent}/data\n", done.stderr
    assert "Installing" not in done.stderr

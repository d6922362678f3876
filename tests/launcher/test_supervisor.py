"""The supervisor: keeps children running, ends them together, keeps their logs small."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scripts import supervisor as module
from scripts.supervisor import Child, Supervisor

ROOT = Path(__file__).resolve().parents[2]
LIVES = "import os, time; open('pids', 'a').write(f'{os.getpid()}\\n'); time.sleep(60)"


def child(folder: Path, code: str, **options) -> Child:
    return Child("one", [sys.executable, "-c", code], folder / "one.log", dict(os.environ), folder, **options)


def pids(folder: Path) -> list[int]:
    path = folder / "pids"
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def runs(pid: int) -> bool:
    """Whether a process lives; one that ended and was not yet waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")")[-1].split()[0] != "Z"
    except FileNotFoundError:
        if sys.platform != "linux":
            return subprocess.run(["kill", "-0", str(pid)], capture_output=True).returncode == 0
        return False


def eventually(true, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not (so := true()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return bool(so)


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(module, "FIRST_PAUSE", 0.05)


def test_a_child_that_was_killed_is_started_again(tmp_path, quick, capsys):
    team = Supervisor([child(tmp_path, LIVES)])
    team.start()
    try:
        assert eventually(lambda: len(pids(tmp_path)) == 1)
        os.kill(pids(tmp_path)[0], signal.SIGKILL)
        deadline = time.monotonic() + 10
        team.tend(until=lambda: len(pids(tmp_path)) == 2 or time.monotonic() > deadline, pause=0.02)
        assert len(pids(tmp_path)) == 2
        assert "one ended (signal SIGKILL); starting it again" in capsys.readouterr().err
    finally:
        team.stop()
    assert not any(runs(pid) for pid in pids(tmp_path))


def test_a_child_that_cannot_start_is_tried_ever_more_rarely_and_its_last_words_are_shown(tmp_path, quick, capsys):
    broken = child(tmp_path, "print('no database', flush=True); raise SystemExit(3)")
    team = Supervisor([broken])
    team.start()
    pauses = []
    deadline = time.monotonic() + 10
    while len(pauses) < 3 and time.monotonic() < deadline:
        broken.tend()
        if broken.due and (not pauses or broken.pause != pauses[-1]):
            pauses.append(broken.pause)
        time.sleep(0.01)
    team.stop()
    assert pauses == [0.05, 0.1, 0.2]
    said = capsys.readouterr().err
    assert "exit code 3" in said
    assert "no database" in said


def test_stopping_ends_what_children_started_and_by_force_what_does_not_listen(tmp_path):
    deaf = "import signal, subprocess, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    deaf += f"subprocess.Popen([sys.executable, '-c', {LIVES!r}]);{LIVES}"
    team = Supervisor([child(tmp_path, deaf, patience=0.3)])
    team.start()
    assert eventually(lambda: len(pids(tmp_path)) == 2)
    team.stop()
    assert eventually(lambda: not any(runs(pid) for pid in pids(tmp_path)))


def start_a_supervisor(folder: Path) -> subprocess.Popen:
    code = (
        "import os, sys; from pathlib import Path; from scripts.supervisor import Child, Supervisor\n"
        f"folder = Path({str(folder)!r})\n"
        f"lives = [sys.executable, '-c', {LIVES!r}]\n"
        "team = Supervisor([Child('one', lives, folder / 'log', dict(os.environ), folder)])\n"
        "team.stop_on_signals(); team.start()\n"
        "try: team.tend()\n"
        "finally: team.stop()"
    )
    return subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_end_the_supervisor_and_its_children(tmp_path, number):
    process = start_a_supervisor(tmp_path)
    assert eventually(lambda: len(pids(tmp_path)) == 1)
    process.send_signal(number)
    assert process.wait(timeout=15) == 0
    assert not runs(pids(tmp_path)[0])


def test_one_signal_that_arrives_twice_still_means_a_polite_end(tmp_path, monkeypatch):
    team = Supervisor([child(tmp_path, LIVES)])
    sent = []
    monkeypatch.setattr(team.children[0], "signal", sent.append)
    for _ in range(2):
        team.ask_to_stop(signal.SIGINT, None)
    assert team.stopping
    assert sent == []
    team.asked -= 2
    team.ask_to_stop(signal.SIGINT, None)
    assert sent == [signal.SIGKILL]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_children_end_even_when_the_supervisor_is_killed(tmp_path):
    process = start_a_supervisor(tmp_path)
    assert eventually(lambda: len(pids(tmp_path)) == 1)
    process.kill()
    process.wait()
    assert eventually(lambda: not runs(pids(tmp_path)[0]))


def test_a_log_keeps_to_its_size_while_its_child_goes_on_writing(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "LOG_LIMIT", 1000)
    chatty = child(tmp_path, "import time\nwhile True: print('word ' * 20, flush=True); time.sleep(0.005)")
    chatty.start()
    try:
        assert eventually(lambda: chatty.log.stat().st_size > 1000)
        chatty.trim_log()
        assert chatty.log.stat().st_size < 1000
        assert (tmp_path / "one.1.log").stat().st_size > 1000
        before = chatty.log.stat().st_size
        assert eventually(lambda: chatty.log.stat().st_size > before)
        assert b"\0" not in chatty.log.read_bytes()
    finally:
        Supervisor([chatty]).stop()

"""Which port is taken, and that a home is served once."""

import socket
import subprocess
import sys

import pytest

from scripts import places, ports, run
from scripts.console import Stop
from scripts.instance import Claim


@pytest.fixture
def busy():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def test_the_wanted_port_is_taken_when_it_is_free(monkeypatch):
    free = ports.unused()
    monkeypatch.setenv("PLUMBLINE_PORT", str(free))
    assert ports.choose("127.0.0.1") == free


def test_a_taken_port_is_named_and_a_later_one_taken(monkeypatch, capsys, busy):
    monkeypatch.setenv("PLUMBLINE_PORT", str(busy))
    assert ports.choose("127.0.0.1") > busy
    assert f"Port {busy} is taken" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["0", "65536", "http", "-1", "80a", "²"])
def test_what_is_no_port_is_refused(monkeypatch, text):
    monkeypatch.setenv("PLUMBLINE_PORT", text)
    with pytest.raises(Stop, match="is not a port"):
        ports.choose("127.0.0.1")


def test_a_second_instance_on_the_same_home_is_refused_and_told_about_the_first(tmp_path):
    first = Claim(tmp_path)
    first.note("http://127.0.0.1:8000/")
    with pytest.raises(Stop, match=r"already runs on .*process \d+, http://127\.0\.0\.1:8000/"):
        Claim(tmp_path)
    first.release()
    Claim(tmp_path).release()


def test_roles_share_a_home_but_no_role_runs_twice(tmp_path):
    web = Claim(tmp_path, ["web"])
    worker = Claim(tmp_path, ["worker"])
    with pytest.raises(Stop):
        Claim(tmp_path, ["scheduler", "worker"])
    Claim(tmp_path, ["scheduler"]).release()  # the refused one kept nothing
    web.release()
    worker.release()


def test_a_killed_instance_leaves_no_lock(tmp_path):
    code = "import sys; from pathlib import Path; from scripts.instance import Claim; c = Claim(Path(sys.argv[1]));"
    code += "print('held', flush=True); sys.stdin.read()"
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(Stop):
        Claim(tmp_path)
    holder.kill()
    holder.communicate()
    Claim(tmp_path).release()


def test_an_address_that_is_not_ours_is_refused_and_not_called_taken():
    with pytest.raises(Stop, match=r"Cannot listen on 192\.0\.2\.1"):
        ports.is_free("192.0.2.1", 8000)


def test_a_home_that_cannot_be_made_is_refused(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("PLUMBLINE_HOME", str(tmp_path / "file" / "home"))
    with pytest.raises(Stop, match="Set PLUMBLINE_HOME to another"):
        places.home()
    monkeypatch.setenv("PLUMBLINE_HOME", str(tmp_path / "file"))
    with pytest.raises(Stop, match="may not write there"):
        places.home()


def test_a_new_home_is_for_its_owner_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("PLUMBLINE_HOME", str(tmp_path / "new" / "home"))
    assert places.home().stat().st_mode & 0o077 == 0


def test_streams_take_a_port_beside_the_web_server(monkeypatch, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        busy = taken.getsockname()[1]
        assert ports.choose_for_streams("127.0.0.1", busy - 1) > busy
        assert capsys.readouterr().err == ""  # nobody asked for that port
        monkeypatch.setenv("PLUMBLINE_STREAMS_PORT", str(busy))
        assert ports.choose_for_streams("127.0.0.1", 0) > busy
        assert f"Port {busy} is taken" in capsys.readouterr().err
    assert ports.choose_for_streams("127.0.0.1", busy) != busy  # the web server is about to take it


def test_browsers_are_told_of_streams_only_where_they_can_reach_them(capsys):
    assert run.told_of_streams({}, "127.0.0.1", 8001) == {"PLUMBLINE_STREAMS_URL": "http://127.0.0.1:8001"}
    assert run.told_of_streams({}, "127.0.0.1", 0) == {}
    for set_by_hand in ("https://streams.example.org", ""):
        env = {"PLUMBLINE_STREAMS_URL": set_by_hand}
        assert run.told_of_streams(env, "127.0.0.1", 8001) == env
    assert capsys.readouterr().err == ""
    for env, host in (({}, "0.0.0.0"), ({"PLUMBLINE_URL": "https://p.example.org"}, "127.0.0.1")):
        assert run.told_of_streams(env, host, 8001) == env
        assert "Set PLUMBLINE_STREAMS_URL" in capsys.readouterr().err

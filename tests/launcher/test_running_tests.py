"""The test command: how it counts, what it refuses to call a success, where it finds PostgreSQL."""

import os
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from scripts import chromium, lock, pango, postgres, run_tests, system_packages, tally
from scripts.places import ROOT
from scripts.tally import Tally


def report(path: Path, tests: int, failures: int = 0, errors: int = 0, skipped: int = 0) -> Path:
    numbers = f'tests="{tests}" failures="{failures}" errors="{errors}" skipped="{skipped}"'
    path.write_text(f'<testsuites><testsuite name="pytest" {numbers}></testsuite></testsuites>')
    return path


def test_a_tally_adds_up_and_counts_errors_as_failures(tmp_path):
    first = tally.read(report(tmp_path / "a", 10, failures=1, errors=2, skipped=3))
    assert first == Tally(4, 3, 3)
    assert str(first + Tally(1)) == "5 passed, 3 failed, 3 skipped"


def test_a_run_that_left_no_report_is_a_failure(tmp_path):
    (tmp_path / "cut").write_text("<testsuites><tests")
    assert tally.read(tmp_path / "none").failed == 1
    assert tally.read(tmp_path / "cut").failed == 1


class World:
    """The test command with everything outside it replaced."""

    def __init__(self, monkeypatch):
        self.browser, self.url, self.printing = "/usr/bin/chromium", "postgres://x", {}
        self.result, self.code, self.environments = dict(tests=3), 0, []
        for name in ("CI", "REQUIRE_BROWSER", "TEST_DATABASE_URL"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setattr(chromium, "obtain", lambda: self.browser)
        monkeypatch.setattr(pango, "start_trial", lambda: None)
        monkeypatch.setattr(pango, "obtain", lambda trial: self.printing)
        monkeypatch.setattr(postgres, "database_url", self.database_url)
        monkeypatch.setattr(run_tests, "run", self.run)

    @contextmanager
    def database_url(self):
        yield self.url

    def run(self, command, env):
        self.environments.append(env)
        path = next(word.split("=", 1)[1] for word in command if word.startswith("--junitxml="))
        if self.result is not None:
            report(Path(path), **self.result)
        return self.code


@pytest.fixture
def world(monkeypatch):
    return World(monkeypatch)


def test_both_databases_are_tried_and_summed_up_in_the_last_line(world, capsys):
    assert run_tests.main([]) == 0
    assert [env.get("DATABASE_URL") for env in world.environments] == [None, "postgres://x"]
    assert capsys.readouterr().err.splitlines()[-1] == "== 6 passed, 0 failed, 0 skipped"


@pytest.mark.parametrize(
    ("result", "code"),
    [
        (dict(tests=3, failures=1), 1),
        (dict(tests=3, errors=1), 1),
        (dict(tests=3, skipped=3), 0),
        (dict(tests=0), 5),
        (dict(tests=3), 2),
        (None, 4),
    ],
    ids=["a failure", "an error", "all skipped", "nothing found", "interrupted", "pytest refused"],
)
def test_what_is_no_success(world, result, code):
    world.result, world.code = result, code
    assert run_tests.main([]) == 1


def test_a_laptop_may_lack_pieces_and_is_told(world, capsys):
    world.browser, world.url = None, None
    assert run_tests.main([]) == 0
    assert "PostgreSQL: SKIPPED" in capsys.readouterr().err


@pytest.mark.parametrize("missing", ["browser", "url", "printing"])
def test_a_build_machine_may_not(world, monkeypatch, missing):
    monkeypatch.setenv("CI", "true")
    assert run_tests.main([]) == 0
    setattr(world, missing, None)
    assert run_tests.main([]) == 1


def test_the_callers_settings_do_not_reach_the_tests(world, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://production")
    monkeypatch.setenv("PLUMBLINE_HOME", "/srv/production")
    monkeypatch.setenv("PLUMBLINE_S3_BUCKET", "production")
    run_tests.main([])
    assert "production" not in str(world.environments)


def programs(folder: Path, release: str) -> Path:
    folder.mkdir(parents=True)
    for name in postgres.PROGRAMS:
        (folder / name).write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {release}'\n")
        (folder / name).chmod(0o755)
    return folder


def test_the_newest_usable_postgresql_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(postgres, "PLACES", (str(tmp_path / "*/bin"),))
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    assert postgres.find() is None
    programs(tmp_path / "12/bin", "12.9")  # too old
    assert postgres.find() is None
    programs(tmp_path / "path", "14.2")
    programs(tmp_path / "9/bin", "18beta1 (Debian 18~beta1-1)")
    newest = tmp_path / "9/bin"
    assert postgres.find() == newest
    (newest / "initdb").unlink()  # a client package has no initdb
    assert postgres.find() == tmp_path / "path"


def test_a_private_postgresql_leaves_nothing_behind(tmp_path):
    found = postgres.find() or postgres.unpacked()
    if found is None:
        pytest.skip("no PostgreSQL server programs on this machine")
    modes = {path: path.stat().st_mode for path in (ROOT, *ROOT.parents)}
    with postgres.Cluster(found) as cluster:
        with psycopg.connect(cluster.url) as connection:
            assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
        process, folder = cluster.process, cluster.folder
        assert folder.exists()
    assert process.poll() is not None
    assert not folder.exists()
    assert modes == {path: path.stat().st_mode for path in (ROOT, *ROOT.parents)}


def test_the_url_that_the_environment_names_comes_first(monkeypatch):
    monkeypatch.setenv("TEST_DATABASE_URL", "postgres://given")
    monkeypatch.setattr(postgres, "find", lambda: pytest.fail("looked elsewhere"))
    with postgres.database_url() as url:
        assert url == "postgres://given"


def test_a_browser_that_is_only_a_name_does_not_count(tmp_path, monkeypatch):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin:/bin")
    monkeypatch.setattr(chromium, "NAMES", ("a-browser",))
    monkeypatch.setattr(chromium, "ELSEWHERE", ())
    assert chromium.find() is None
    pointer = tmp_path / "a-browser"
    pointer.write_text("#!/bin/sh\necho 'please install the snap' >&2\nexit 1\n")
    pointer.chmod(0o755)
    assert chromium.find() is None
    pointer.write_text("#!/bin/sh\necho 'Chromium 156'\n")
    assert chromium.find() == str(pointer)


def test_where_one_may_not_install_nothing_is_tried(monkeypatch):
    monkeypatch.setattr(system_packages, "as_root", lambda: None)
    monkeypatch.setattr(system_packages, "_worked", lambda *a, **k: pytest.fail("tried to install"))
    assert system_packages.apt_install("anything") is False


def test_every_package_asked_for_has_a_reason_and_is_locked_by_hash():
    for name in ("requirements.in", "requirements-dev.in"):
        assert lock.differences(ROOT / name) == []
    for name in ("requirements.txt", "requirements-dev.txt", "scripts/uv.txt"):
        text = (ROOT / name).read_text()
        pins = text.split("\n")
        assert all("--hash=sha256:" in pins[index + 1] for index, line in enumerate(pins) if lock.PIN.match(line))


def test_development_and_production_use_the_same_releases():
    runtime, develop = (
        {match["name"]: match["version"] for match in lock.PIN.finditer((ROOT / name).read_text())}
        for name in ("requirements.txt", "requirements-dev.txt")
    )
    assert {name: develop.get(name) for name in runtime} == runtime


def test_a_missing_pango_is_found_out_without_harm():
    broken = pango.Trial({**os.environ, "PYTHONPATH": "/nonexistent", "PYTHONHOME": "/nonexistent"})
    assert broken.printed() is False

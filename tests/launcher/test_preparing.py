"""Static files are collected once, and again when one of them has changed."""

import os

import pytest

from scripts import prepare


@pytest.fixture
def site(tmp_path, settings):
    source = tmp_path / "static"
    source.mkdir()
    (source / "site.css").write_text("a {}")
    settings.STATICFILES_DIRS = [source]
    settings.STATIC_ROOT = tmp_path / "collected"
    return source


def test_static_files_are_collected_only_when_they_changed(site, settings, monkeypatch):
    runs = []
    collect = prepare.told
    monkeypatch.setattr(prepare, "told", lambda command, **options: runs.append(command) or collect(command, **options))
    prepare.collect_static_files()
    assert (settings.STATIC_ROOT / "site.css").read_text() == "a {}"
    prepare.collect_static_files()
    assert runs == ["collectstatic"]

    (site / "site.css").write_text("b {} ")
    os.utime(site / "site.css", ns=(1, os.stat(settings.STATIC_ROOT / "site.css").st_mtime_ns + 10**9))
    prepare.collect_static_files()
    assert (settings.STATIC_ROOT / "site.css").read_text() == "b {} "


def test_another_way_of_storing_collects_them_anew(site, settings):
    before = prepare.fingerprint()
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"}}
    assert prepare.fingerprint() != before

"""The press: whatever goes in, what comes out is a conforming PDF of the promised length, or an error that says why."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from governance.core import digest
from governance.core.errors import Unavailable
from governance.documents import install, probe, rendering
from governance.documents.rendering import Press, TooLong, attach, fit
from tests.governance.documents import pdfcheck, samples

ONE_PAGERS = {
    "spec_sheet": samples.spec_sheet,
    "charter": samples.charter,
    "raci_sheet": samples.raci_sheet,
}


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    """One press for all tests here; its start is what takes long."""
    with Press() as running:
        yield running


def printed(template: str, source: dict[str, Any], press: Press, pages: int | None = 1) -> rendering.Printed:
    context = {**source, "doc": samples.frame()}
    files = [attach("source.json", source, "What this was made from")]
    return fit(f"documents/{template}.html", context, made=samples.MADE, pages=pages, attachments=files, press=press)


@pytest.mark.parametrize("template", ONE_PAGERS)
def test_a_one_pager_is_one_page_and_keeps_every_word_when_it_is_reasonable(template: str, press: Press) -> None:
    done = printed(template, ONE_PAGERS[template](), press)
    assert (done.pages, done.shortened) == (1, False)
    assert pdfcheck.faults(done.data) == []


@pytest.mark.parametrize("template", ONE_PAGERS)
@pytest.mark.parametrize(
    ("text", "name"),
    [(samples.LONG_TEXT, samples.LONG_NAME), (samples.LONG_WORD * 12, samples.LONG_WORD)],
    ids=["long texts", "words without a space"],
)
def test_a_one_pager_stays_one_page_with_the_longest_names_and_texts(template: str, text: str, name: str, press: Press) -> None:
    records = 1 if template == "raci_sheet" else 12
    done = printed(template, samples.worst(ONE_PAGERS[template](), text, name, records=records), press)
    assert done.pages == 1
    assert done.shortened
    assert "the attached data hold them whole" in pdfcheck.text(done.data)
    assert pdfcheck.faults(done.data) == []


@pytest.mark.parametrize("source", [samples.decision_record(), samples.worst(samples.decision_record(), records=2)])
def test_a_decision_record_takes_as_many_pages_as_it_needs_and_cuts_nothing(source: dict[str, Any], press: Press) -> None:
    done = printed("decision_record", source, press, pages=None)
    assert not done.shortened
    assert pdfcheck.faults(done.data) == []


def test_a_postmortem_holds_long_and_hostile_texts_whole(press: Press) -> None:
    source = samples.postmortem()
    source["postmortem"]["title"] = samples.LONG_NAME
    source["sections"] += [{"heading": samples.LONG_NAME, "text": samples.LONG_TEXT}, {"heading": "x", "text": samples.HOSTILE}]
    done = printed("postmortem", source, press, pages=None)
    assert not done.shortened
    assert pdfcheck.faults(done.data) == []
    assert "alert(2)" in pdfcheck.text(done.data)


def test_a_list_repeats_its_head_on_every_page_and_numbers_the_pages(press: Press) -> None:
    done = printed("list_report", samples.list_report(90), press, pages=None)
    assert done.pages > 2
    for number, sheet in enumerate(pdfcheck.reader(done.data).pages, start=1):
        said = sheet.extract_text()
        assert f"{number} of {done.pages}" in said
        assert "Key" in said or number == done.pages


def test_hostile_html_is_printed_as_text(press: Press) -> None:
    source = samples.worst(samples.spec_sheet(), samples.HOSTILE, samples.HOSTILE, times=1, records=1)
    done = printed("spec_sheet", source, press)
    assert "<script>alert(2)</script>" in pdfcheck.text(done.data)
    assert b"/JavaScript" not in done.data
    assert pdfcheck.faults(done.data) == []


def test_right_to_left_text_survives(press: Press) -> None:
    source = samples.worst(samples.spec_sheet(), samples.ARABIC, samples.HEBREW, times=1, records=1)
    done = printed("spec_sheet", source, press)
    said = pdfcheck.text(done.data)
    assert set("מערכתסיווגתביעות") <= set(said)
    assert any("\u0600" <= char <= "\u06ff" or "\ufb50" <= char <= "\ufeff" for char in said)
    assert pdfcheck.faults(done.data) == []


def test_a_character_that_no_font_has_is_stood_in_for_and_kept_in_the_data(press: Press) -> None:
    name = "Ruler \U00012031 of all"  # cuneiform: no machine of ours has it
    source = samples.worst(samples.spec_sheet(), name, name, times=1, records=1)
    done = printed("spec_sheet", source, press)
    assert done.missing == "\U00012031"
    assert pdfcheck.faults(done.data) == []
    assert "\U00012031" in pdfcheck.attachments(done.data)["source.json"].decode()
    assert "Ruler \ufffd of all" in pdfcheck.text(done.data)


def test_the_same_data_give_the_same_bytes(press: Press) -> None:
    once = printed("spec_sheet", samples.spec_sheet(), press)
    with Press() as another:
        again = printed("spec_sheet", samples.spec_sheet(), another)
    assert once.sha256 == again.sha256


def test_the_data_travel_inside_the_file_under_the_hash_that_is_printed(press: Press) -> None:
    source = samples.spec_sheet()
    kept = pdfcheck.attachments(printed("spec_sheet", source, press).data)
    assert kept == {"source.json": digest.canonical(source)}
    assert digest.sha256(kept["source.json"]) == digest.digest(source)


def test_title_author_and_language_are_set(press: Press) -> None:
    data = printed("spec_sheet", samples.spec_sheet(), press).data
    assert pdfcheck.metadata(data).title == "Spec sheet, authority and rollback"
    assert pdfcheck.metadata(data).author == "Northwind Health"
    assert pdfcheck.metadata(data).creation_date == datetime(2026, 11, 20, 21, 39, tzinfo=UTC)
    assert pdfcheck.reader(data).trailer["/Root"]["/Lang"] == "en"


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/hostname",
        "/etc/hostname",
        "http://127.0.0.1:1/x.css",
        "static:../pyproject.toml",
        "static:css/../../manage.py",
        "static:%2e%2e/manage.py",
        "static:js/app.js",
    ],
)
def test_the_press_loads_nothing_but_our_own_styles_and_fonts(url: str, press: Press) -> None:
    page = (
        f'<html lang="en"><head><title>x</title><link rel="stylesheet" href="{url}"><link rel="attachment" href="{url}"></head>'
        f'<body><h1>Still there</h1><p>Text</p><p><img alt="x" src="{url}"></p></body></html>'
    )
    order = {"candidates": [page], "pages": 1, "made": samples.MADE.isoformat(), "identifier": "00" * 16}
    head, data = press.run(order)
    assert head["ok"]
    assert pdfcheck.attachments(data) == {}
    assert "Still there" in pdfcheck.text(data)


def test_what_cannot_fit_is_refused_with_a_reason(press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "html", lambda *_: "<html lang=en><title>x</title>" + "<p>line</p>" * 900)
    with pytest.raises(TooLong, match=r"does not fit: the densest takes \d+ pages"):
        fit("documents/probe.html", {}, made=samples.MADE, pages=1, press=press)


def test_a_press_that_dies_is_an_error_that_says_so() -> None:
    with Press() as press:
        press.process.kill()
        press.process.wait()
        with pytest.raises(Unavailable, match="stopped"):
            printed("spec_sheet", samples.spec_sheet(), press)


def test_a_broken_order_is_answered_and_the_press_goes_on(press: Press) -> None:
    head, data = press.run({"candidates": ["<p>x"], "made": "not a moment", "identifier": ""})
    assert (head["ok"], data) == (False, b"")
    assert printed("raci_sheet", samples.raci_sheet(), press).pages == 1


def test_a_machine_without_pango_is_told_the_exact_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install.shutil, "which", lambda tool: "/usr/bin/apt-get" if tool == "apt-get" else None)
    monkeypatch.setattr(install.platform, "system", lambda: "Linux")
    said = install.trouble(0, "OSError: cannot load library 'libgobject-2.0-0': no such file")
    assert said.code == "documents-off"
    assert "apt-get install --no-install-recommends libpango-1.0-0" in said.fix


def test_the_probe_prints_a_real_page() -> None:
    assert probe.run(None, lambda *_: None) == {"problem": ""}
    assert probe.trouble() == ""


def test_only_administrators_are_told_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def off(*_: object, **__: object) -> None:
        raise install.trouble(0, "OSError: cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr(probe, "fit", off)
    probe.run(None, lambda *_: None)
    ada = SimpleNamespace(is_authenticated=True, role="administrator")
    ben = SimpleNamespace(is_authenticated=True, role="member")
    assert "Documents are off" in probe.banner(ada)
    assert probe.banner(ben) == ""


def test_the_web_process_never_imports_weasyprint() -> None:
    code = "import django; django.setup(); import governance.documents.probe, sys; sys.exit('weasyprint' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], env={"DJANGO_SETTINGS_MODULE": "governance.settings"}, check=False)
    assert done.returncode == 0


def test_an_order_is_one_line_whatever_it_holds() -> None:
    assert "\n" not in json.dumps({"candidates": ["a\nb\u2028c"]})

"""Files are known by their content and kept under clean names, whatever they call themselves."""

import io
import zipfile

import pytest

from registry.evidence import names, sniffing
from registry.evidence.sniffing import LOOK, sniff


def zipped(*inside: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in inside:
            archive.writestr(name, "x")
    return made.getvalue()


@pytest.mark.parametrize(
    ("data", "media_type", "acts"),
    [
        (b"%PDF-1.4 ...", "application/pdf", False),
        (b"\x89PNG\r\n\x1a\n....", "image/png", False),
        (b"RIFF....WEBPVP8 ", "image/webp", False),
        (b"....ftypisom", "video/mp4", False),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/svg+xml", True),
        (b"<?xml version='1.0'?>\n<!-- x --><svg:svg xmlns:svg='y'>", "image/svg+xml", True),
        (b"\xef\xbb\xbf  <!DOCTYPE html><p>hello", "text/html", True),
        ("<html><body>wide".encode("utf-16"), "text/html", True),
        (b"a,b\n1,<script>alert(1)</script>", "text/html", True),
        (b"<?xml version='1.0'?><testsuites/>", "application/xml", True),
        (b"#!/bin/sh\nrm -rf /", "text/x-script", True),
        (b"<?php system('x');", "text/x-script", True),
        (b"MZ\x90\x00", "application/x-msdownload", True),
        (b"\x7fELF\x02", "application/x-executable", True),
        (b'{"results": "<script>"}', "application/json", False),
        ("größe;zahl\n1;2".encode(), "text/plain", False),
        ("größe;zahl\n1;2".encode("latin-1"), "text/plain", False),
        (("ä" * LOOK).encode()[:LOOK], "text/plain", False),
        (b"\x00\x01\x02\x03", "application/octet-stream", False),
        (b"\xff\xfe\xfd\x80\x81\x82\x83\x84", "text/plain", False),
        (zipped("a.txt"), "application/zip", False),
        (zipped("[Content_Types].xml", "word/document.xml"), sniffing._INSIDE[1][1].media_type, False),
        (zipped("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"), "application/vnd.ms-office", True),
    ],
)
def test_a_file_is_what_its_content_is(data: bytes, media_type: str, acts: bool) -> None:
    found = sniff(data[:LOOK], data[-LOOK:])
    assert (found.media_type, found.acts) == (media_type, acts)
    assert sniffing.known(found.media_type).media_type == found.media_type


def test_a_bomb_is_looked_at_and_never_unpacked() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", b"\0" * 50_000_000)
    data = made.getvalue()
    assert len(data) < 100_000
    assert sniff(data[:LOOK], data[-LOOK:]) is sniffing.ZIP


@pytest.mark.parametrize(
    ("name", "data", "label"),
    [
        ("report.pdf", b"<html>", "PDF"),
        ("photo.png", b"\xff\xd8\xff\xe0", "Picture (PNG)"),
        ("sheet.xlsx", b"just words", "Excel workbook"),
        ("report.pdf", b"%PDF-1.7", None),
        ("notes.md", b"<b>bold</b> words", None),
        ("script.py", b"print(1)", None),
        ("data.csv", b"a,b", None),
        ("noname", b"%PDF-1.7", None),
        ("small.docx", zipped("a"), None),
    ],
)
def test_a_name_that_promises_something_else_is_said(name: str, data: bytes, label: str | None) -> None:
    promised = sniffing.promised(name, sniff(data, data))
    assert (promised.label if promised else None) == label


def test_what_a_desktop_would_run_acts_whatever_it_holds() -> None:
    assert sniffing.could_act("install.ps1", sniffing.TEXT)
    assert not sniffing.could_act("install.txt", sniffing.TEXT)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\limits.pdf", "limits.pdf"),
        ("inv\u202efdp.exe", "invfdp.exe"),
        ("a\x00b\nc.txt", "abc.txt"),
        (".htaccess", "htaccess"),
        ("con.txt", "_con.txt"),
        ('say "hi" <b>?.pdf', "say _hi_ _b__.pdf"),
        ("", "file"),
        ("…", "…"),
        ("...", "file"),
        ("e\u0301.pdf", "é.pdf"),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
        ("x" * 300, "x" * 150),
    ],
)
def test_a_name_leads_nowhere_and_hides_nothing(given: str, kept: str) -> None:
    assert names.cleaned(given) == kept

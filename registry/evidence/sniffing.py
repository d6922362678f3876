"""Finds out what a file is by its content, never by its name, and without opening anything that it holds.

Only the first and last pieces are looked at, so that no archive is unpacked and no document parsed: a zip bomb costs
here what any other file does.
"""

import re
from dataclasses import dataclass

LOOK = 64 * 1024
"""How many bytes of each end are enough to know a file by."""


@dataclass(frozen=True, slots=True)
class FileType:
    """What a file is: its media type, in words, and whether it could act where it is opened (scripts, programs, macros)."""

    media_type: str
    label: str
    acts: bool = False
    endings: tuple[str, ...] = ()


UNKNOWN = FileType("application/octet-stream", "File of unknown kind")
HTML = FileType("text/html", "Web page", True, ("html", "htm", "xhtml"))
SVG = FileType("image/svg+xml", "SVG drawing", True, ("svg",))
XML = FileType("application/xml", "XML", True, ("xml", "xsd", "xsl", "drawio", "junit"))
SCRIPT = FileType("text/x-script", "Script", True, ("sh", "py", "pl", "rb", "js", "bash", "php", "command"))
JSON = FileType("application/json", "JSON", False, ("json", "jsonl", "ndjson", "ipynb", "sarif"))
TEXT = FileType("text/plain", "Text")
ZIP = FileType("application/zip", "ZIP archive", False, ("zip", "eval"))
MACROS = FileType("application/vnd.ms-office", "Office document with macros", True, ("docm", "xlsm", "pptm", "dotm", "xltm"))
OLD_OFFICE = FileType("application/x-ole-storage", "Old Office document", True, ("doc", "xls", "ppt", "msg"))
WEBP = FileType("image/webp", "Picture (WebP)", False, ("webp",))
VIDEO = FileType("video/mp4", "Video", False, ("mp4", "mov", "m4v"))
_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
_START: tuple[tuple[bytes, FileType], ...] = (
    (b"%PDF-", FileType("application/pdf", "PDF", False, ("pdf",))),
    (b"\x89PNG\r\n\x1a\n", FileType("image/png", "Picture (PNG)", False, ("png",))),
    (b"\xff\xd8\xff", FileType("image/jpeg", "Picture (JPEG)", False, ("jpg", "jpeg"))),
    (b"GIF87a", FileType("image/gif", "Picture (GIF)", False, ("gif",))),
    (b"GIF89a", FileType("image/gif", "Picture (GIF)", False, ("gif",))),
    (b"II*\x00", FileType("image/tiff", "Picture (TIFF)", False, ("tif", "tiff"))),
    (b"MM\x00*", FileType("image/tiff", "Picture (TIFF)", False, ("tif", "tiff"))),
    (b"\x1f\x8b", FileType("application/gzip", "gzip archive", False, ("gz", "tgz"))),
    (b"BZh", FileType("application/x-bzip2", "bzip2 archive", False, ("bz2", "tbz2"))),
    (b"\xfd7zXZ\x00", FileType("application/x-xz", "xz archive", False, ("xz", "txz"))),
    (b"7z\xbc\xaf\x27\x1c", FileType("application/x-7z-compressed", "7-Zip archive", False, ("7z",))),
    (b"Rar!\x1a\x07", FileType("application/vnd.rar", "RAR archive", False, ("rar",))),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLD_OFFICE),
    (b"{\\rtf", FileType("application/rtf", "Rich text", True, ("rtf",))),
    (b"MZ", FileType("application/x-msdownload", "Program", True, ("exe", "dll", "msi", "scr"))),
    (b"\x7fELF", FileType("application/x-executable", "Program", True, ("so", "bin"))),
    (b"\xcf\xfa\xed\xfe", FileType("application/x-mach-binary", "Program", True, ("dylib", "bin"))),
    (b"\xca\xfe\xba\xbe", FileType("application/java-vm", "Program", True, ("class",))),
    (b"SQLite format 3\x00", FileType("application/vnd.sqlite3", "Database", False, ("sqlite", "sqlite3", "db"))),
    (b"PAR1", FileType("application/vnd.apache.parquet", "Parquet table", False, ("parquet",))),
    (b"#!", SCRIPT),
)  # fmt: skip
_INSIDE: tuple[tuple[bytes, FileType], ...] = (
    (b"vbaProject.bin", MACROS),
    (b"word/", FileType(f"{_OFFICE}.wordprocessingml.document", "Word document", False, ("docx", "dotx"))),
    (b"xl/", FileType(f"{_OFFICE}.spreadsheetml.sheet", "Excel workbook", False, ("xlsx", "xltx"))),
    (b"ppt/", FileType(f"{_OFFICE}.presentationml.presentation", "PowerPoint slides", False, ("pptx", "potx"))),
    (f"mimetype{_OPEN}.text".encode(), FileType(f"{_OPEN}.text", "OpenDocument text", False, ("odt",))),
    (f"mimetype{_OPEN}.spreadsheet".encode(), FileType(f"{_OPEN}.spreadsheet", "OpenDocument table", False, ("ods",))),
    (f"mimetype{_OPEN}.presentation".encode(), FileType(f"{_OPEN}.presentation", "OpenDocument slides", False, ("odp",))),
    (b"META-INF/MANIFEST.MF", FileType("application/java-archive", "Program", True, ("jar",))),
)
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_SVG = re.compile(rb"<(\w+:)?svg[\s>]", re.I)
_PAGE = re.compile(
    rb"<(!doctype\s+html|html|head|body|script|iframe|style|title|table|div|p|h1|a|br|b|img|form|meta|!--)\b", re.I
)
_ACTING = re.compile(rb"<(script|iframe|object|embed|!doctype\s+html)[\s>]", re.I)
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_RUNNABLE = frozenset("bat cmd com cpl hta jse lnk pif ps1 psm1 reg scf sct url vb vbe vbs ws wsf wsh".split())
_HELD_AS_ZIP = frozenset("docx dotx docm xlsx xltx xlsm pptx potx pptm odt ods odp jar zip eval".split())
TYPES = {
    each.media_type: each
    for each in (UNKNOWN, HTML, SVG, XML, SCRIPT, JSON, TEXT, ZIP, WEBP, VIDEO, *dict((*_START, *_INSIDE)).values())
}
_PROMISES = {ending: each for each in TYPES.values() if each is not SCRIPT for ending in each.endings}


def sniff(head: bytes, tail: bytes = b"") -> FileType:
    """Return what a file is, given its first and its last bytes (LOOK of each, the whole file when it is shorter)."""
    for start, found in _START:
        if head.startswith(start):
            return found
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return next((found for mark, found in _INSIDE if mark in head or mark in tail), ZIP)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp":
        return VIDEO
    return _text(head)


def _text(head: bytes) -> FileType:
    """Tell texts apart. What a browser could take for a page, or would run, counts as one that acts."""
    wide = head.startswith(_BOMS[1:])
    flat = head.replace(b"\x00", b"") if wide else head
    begins = flat.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x0c")
    if begins.startswith(b"<?php"):
        return SCRIPT
    if begins.startswith(b"<"):
        if _SVG.search(begins[:4096]):
            return SVG
        return HTML if _PAGE.match(begins) else XML
    if not wide and (_CONTROLS.search(head) or not _decodes(head)):
        return UNKNOWN
    if begins.startswith((b"{", b"[")):
        return JSON
    return HTML if _ACTING.search(flat) else TEXT


def _decodes(head: bytes) -> bool:
    """Whether bytes are UTF-8, cut anywhere, or a text in another alphabet: mostly plain letters, no control characters."""
    try:
        (head[:-4] if len(head) >= LOOK else head).decode("utf-8")
    except UnicodeDecodeError:
        return sum(byte >= 0x80 for byte in head) < len(head) // 3
    return True


def known(media_type: str) -> FileType:
    """Return what is known of a media type that `sniff` once gave."""
    return TYPES.get(media_type, UNKNOWN)


def could_act(name: str, found: FileType) -> bool:
    """Whether opening a file could run something: by what it is, or by what a desktop does with such a name."""
    return found.acts or _ending(name) in _RUNNABLE | set(SCRIPT.endings)


def promised(name: str, found: FileType) -> FileType | None:
    """Return what a file's name promises where its content is something else (a report.pdf that is a web page), or None."""
    ending = _ending(name)
    if ending in found.endings or (found is ZIP and ending in _HELD_AS_ZIP):
        return None
    return _PROMISES.get(ending)


def _ending(name: str) -> str:
    return name.rpartition(".")[2].casefold() if "." in name else ""

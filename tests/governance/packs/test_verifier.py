"""The verifier, as a stranger runs it and as somebody hostile tries to get round it."""

import json
import struct
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.files.storage import default_storage

from governance.comments.actions import comment
from governance.packs import manifest
from governance.packs.verifier import verify
from governance.proofs import keys, notes, sealing
from tests.governance.packs.conftest import ask, build
from tests.governance.packs.stranger import Forger, check, said, with_words, without_line
from tests.registry.building import make_surface


class Kept(NamedTuple):
    """A pack outside of any database: its ZIP, an older and a false older checkpoint, the company's key, a surface's tag."""

    data: bytes
    older: str
    rewritten: str
    stranger: str
    vkey: str


_kept: list[Kept] = []


@pytest.fixture
def kept(request: Any, db: None) -> Kept:
    """One small pack for all of these tests: what is tried on it needs no database."""
    if not _kept:
        _kept.append(_make(*map(request.getfixturevalue, ("world", "surface", "no_press"))))
    return _kept[0]


def _make(world: Any, surface: Any, no_press: None) -> Kept:
    older = sealing.seal()
    make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), tier=1, name="Another")
    comment(surface, actor=world.rosa, text="Looks right to me.")
    pack = build(ask(world.rosa, surface, starts_on=date(2000, 1, 1)))
    data = default_storage.open(pack.zip_file).read()
    signer = keys.signer()
    text = notes.checkpoint_text(signer.name, older.size, bytes(32))
    stranger = notes.Signer("elsewhere/ledger", Ed25519PrivateKey.generate())
    return Kept(data, older.note, notes.sign(text, signer), notes.sign(text, stranger), signer.verifier.vkey)


@pytest.fixture
def path(kept: Kept, tmp_path: Path) -> Path:
    target = tmp_path / "pack.zip"
    target.write_bytes(kept.data)
    return target


def test_a_stranger_with_only_the_zip_and_python(path: Path, kept: Kept, tmp_path: Path) -> None:
    with zipfile.ZipFile(path) as held:
        held.extractall(tmp_path / "out")
    (tmp_path / "older.txt").write_text(kept.older)
    given = [str(tmp_path / "out/verify.py"), str(path), "--older", str(tmp_path / "older.txt"), "--key", kept.vkey]
    ran = subprocess.run([sys.executable, "-I", *given], capture_output=True, text=True, cwd=tmp_path)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "nothing was rewritten since" in ran.stdout and ran.stdout.endswith("\nEverything holds.\n")
    unpacked = check(tmp_path / "out")
    assert unpacked == []


def test_without_cryptography_it_says_what_it_did_not_check(path: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(path) as held:
        held.extract("verify.py", tmp_path)
    head = "import sys; program = sys.argv.pop(1); sys.argv[0] = program; sys.modules['cryptography.exceptions'] = None; "
    program = head + "import runpy; runpy.run_path(program, run_name='__main__')"
    for more, status, words in (((), 1, "pip install cryptography"), (("--without-signatures",), 0, "left out, as you asked")):
        ran = subprocess.run(
            [sys.executable, "-c", program, str(tmp_path / "verify.py"), str(path), *more], capture_output=True, text=True
        )
        assert (ran.returncode, words in ran.stdout) == (status, True), ran.stdout + ran.stderr


def test_an_older_checkpoint_is_shown_to_be_extended_or_not(path: Path, kept: Kept, tmp_path: Path) -> None:
    older = tmp_path / "older.txt"
    older.write_text(kept.older)
    assert check(path, older=str(older)) == []
    assert any("extends the one of" in line for line in said(path, older=str(older)))
    older.write_text(kept.rewritten)
    assert ["rewritten" in text for _, _, text in check(path, older=str(older))] == [True]
    older.write_text(kept.stranger)
    assert ["no known key signed it" in text for _, _, text in check(path, older=str(older))] == [True]
    assert check(path, older=str(tmp_path / "nothing.txt"))


def test_another_key_than_the_company_s_is_refused(path: Path, kept: Kept) -> None:
    assert check(path, wanted=[kept.vkey]) == []
    assert {check_ for check_, _, _ in check(path, wanted=[Forger().vkey])} == {"archive", "manifest", "checkpoint"}


def places(data: bytes, archive: zipfile.ZipFile) -> Iterator[tuple[int, str]]:
    """Yield bytes to flip, each with what must be named: every field of the structure, and the content of every file."""
    shown = ("README.txt", "ledger/heads.jsonl", "ledger/leaves.bin")
    for info in archive.infolist():
        name, (length,) = info.filename, struct.unpack_from("<H", data, info.header_offset + 26)
        begins = info.header_offset + 30 + length
        yield begins + info.compress_size // 2, name
        if name in shown:
            yield from ((info.header_offset + at, name) for at in (0, 4, 6, 8, 10, 12, 14, 18, 22, 26, 28, 30))
            yield begins, name
            yield begins + info.compress_size - 1, name
    start = archive.start_dir
    yield from ((start + at, "README.txt") for at in (0, 4, 6, 8, 10, 12, 14, 16, 20, 24, 28, 30, 32, 34, 36, 38, 42, 46))
    end = data.rindex(b"PK\5\6")
    yield from ((at, "archive") for at in range(end, end + 22))
    seal = end + 22
    yield from ((at, "seal") for at in (seal, seal + 5, *range(seal + 22, len(data), 23), len(data) - 2, len(data) - 1))


def test_a_flipped_byte_anywhere_is_named(path: Path, kept: Kept) -> None:
    with zipfile.ZipFile(path) as archive:
        tried = list(places(kept.data, archive))
    unnamed = []
    for at, name in tried:
        flipped = bytearray(kept.data)
        flipped[at] ^= 0x04
        path.write_bytes(flipped)
        faults = check(path)
        if not any(name in f"{where} {text}" for _, where, text in faults):
            unnamed.append((at, name, faults[:3]))
    assert len(tried) > 100 and "\n".join(map(str, unnamed)) == ""


def test_bytes_put_in_taken_out_or_added_are_found(path: Path, kept: Kept) -> None:
    data = kept.data
    for changed in (data + b"\n", data[:-1], b"\0" + data, data[:5000] + b"x" + data[5000:], data[: len(data) // 2], b"", b"PK"):
        path.write_bytes(changed)
        assert check(path)


HEADS, BODIES, ROWS = "ledger/heads.jsonl", "ledger/entries.jsonl", "records/history/registry.historicalsurface.jsonl"
FORGERIES = {
    "an entry": (without_line(BODIES), "the scope is incomplete"),
    "a head": (without_line(HEADS, lambda line: line["seq"] == 20), "incomplete: heads are missing after entry 19"),
    "the first head": (without_line(HEADS, lambda line: line["seq"] == 1), "no entry of the period came before"),
    "the last head": (without_line(HEADS, at=-1), "no entry of the period came after"),
    "a row": (without_line(ROWS), "but it is missing"),
    "a personal part": (without_line("ledger/personal.jsonl"), "nothing says why"),
    "words of an entry": (with_words(BODIES, b'"via":"', b'"via":"x'), "is not the one in the tree"),
    "words of a row": (with_words(ROWS, b'"row":{', b'"row":{"x":1,'), "was changed"),
    "a line of a table": (with_words("records/surfaces.csv", b"\r\n", b"\r\n1\r\n"), "rows in JSON"),
    "the tree": (with_words("ledger/leaves.bin", b"", b"x" * 32), "do not give the root"),
}


@pytest.mark.parametrize("what", FORGERIES)
def test_whoever_signs_anew_still_cannot_leave_anything_out(path: Path, tmp_path: Path, what: str) -> None:
    change, words = FORGERIES[what]
    faults = check(Forger().forge(path, tmp_path / "forged", change))
    assert any(words in text for _, _, text in faults), faults
    assert not {check_ for check_, _, _ in faults} & {"archive", "manifest"}


def test_an_entry_hidden_as_withheld_is_told_and_one_named_twice_is_refused(path: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(path) as held:
        first = json.loads(held.read("ledger/entries.jsonl").split(b"\n")[0])["seq"]

    def twice(folder: Path) -> None:
        (folder / "ledger/withheld.jsonl").write_text(json.dumps({"seq": first, "why": "We would rather not."}) + "\n")

    assert ["is named as withheld, but is here" in text for _, _, text in check(Forger().forge(path, tmp_path / "a", twice))] == [
        True
    ]

    def hidden(folder: Path) -> None:
        twice(folder)
        without_line(BODIES)(folder)

    lines = said(Forger().forge(path, tmp_path / "b", hidden))
    assert any("1 withheld (shown by their heads alone): We would rather not." in line for line in lines)


def test_the_pdf_s_own_signature_is_covered_too(path: Path, tmp_path: Path) -> None:
    def longer(folder: Path) -> None:
        with (folder / "pack.pdf").open("ab") as file:
            file.write(b"and more")

    assert check(Forger().forge(path, tmp_path / "forged", longer)) == []  # signed anew by somebody, whose key is then shown
    with zipfile.ZipFile(path) as held:
        held.extractall(tmp_path / "out")
    longer(tmp_path / "out")
    assert [where for _, where, _ in check(tmp_path / "out")] == ["pack.pdf"]


def test_the_verifier_imports_nothing_of_ours_and_is_the_one_in_the_pack(path: Path) -> None:
    text = manifest.PROGRAM.read_text()
    assert "import governance" not in text and "from governance" not in text
    with zipfile.ZipFile(path) as held:
        assert held.read("verify.py").decode() == text


def test_large_files_are_written_the_wide_way_in_one_form() -> None:
    part = verify.Part(b"evidence/x", 0, (0, 33), 1, verify.BIG, verify.BIG, 0)
    assert struct.unpack_from("<H", part.header(), 4) == (45,) and len(part.header()) == 30 + 10 + 20
    assert struct.unpack("<QQ", part.header()[-16:]) == (verify.BIG, verify.BIG)
    wide = verify.ending(70_000, verify.BIG, 1000, 5)
    assert wide[:4] == b"PK\6\6" and wide[56:60] == b"PK\6\7" and wide[76:80] == b"PK\5\6" and len(wide) == 98

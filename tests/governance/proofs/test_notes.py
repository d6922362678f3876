"""Notes, keys, checkpoints and cosignatures are C2SP's: published examples open, and whatever is malformed is refused."""

import base64
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from governance.proofs import notes

# The example of golang.org/x/mod/sumdb/note, which the standard grew from.
VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
ENOCH_VKEY = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
ENOCH = "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
# The example of the standard itself.
SPEC_VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPEC_NOTE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
# The example of tlog-cosignature; its keys are not published, its shape is.
COSIGNED = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+"
    "mbIUBkBIfZ+qnA==\n"
)


def signer(name: str = "log.example/one", **more: Any) -> notes.Signer:
    return notes.Signer(name, Ed25519PrivateKey.generate(), **more)


def test_the_published_examples_open() -> None:
    peter, enoch, spec = (notes.Verifier.parse(each) for each in (VKEY, ENOCH_VKEY, SPEC_VKEY))
    assert (peter.vkey, peter.key_id.hex()) == (VKEY, "c74f20a3")
    assert notes.verify(TEXT + "\n" + PETER + ENOCH, [enoch, peter]) == (TEXT, [peter, enoch])
    assert notes.verify(SPEC_NOTE, [spec]) == ("This is an example message.\n", [spec])


def test_the_published_key_signs_the_same_bytes() -> None:
    made = notes.Signer("PeterNeumann", Ed25519PrivateKey.from_private_bytes(SEED))
    assert made.verifier.vkey == VKEY
    assert notes.sign(TEXT, made) == TEXT + "\n" + PETER


def test_the_published_cosigned_checkpoint_reads() -> None:
    note = notes.parse(COSIGNED)
    head = notes.read_checkpoint(note.text)
    assert (head.origin, head.size, len(head.root)) == ("example.com/behind-the-sofa", 20852163, 32)
    assert notes.moment_of(note.signatures[1].signed) == 1679315147


@given(st.text(st.characters(codec="utf-8", min_codepoint=32), min_size=1), st.integers(0, 2**40))
def test_what_is_signed_opens_and_a_changed_letter_does_not(words: str, moment: int) -> None:
    log, witness = signer(), signer("witness.example", kind=notes.COSIGNATURE)
    text = words + "\n"
    note = notes.sign(text, log, witness, moment=moment)
    assert notes.verify(note, [log.verifier, witness.verifier]) == (text, [log.verifier, witness.verifier])
    for each in (log, witness):
        with pytest.raises(notes.BadNote, match="is false"):
            notes.verify(f"x{note}", [each.verifier])
        assert notes.Verifier.parse(each.verifier.vkey) == each.verifier


def test_unknown_keys_are_ignored_and_never_enough() -> None:
    ours, other = signer(), signer("somebody.example")
    note = notes.sign("a\n", other, ours)
    assert notes.verify(note, [ours.verifier]) == ("a\n", [ours.verifier])
    with pytest.raises(notes.BadNote, match="none of the known keys"):
        notes.verify(notes.sign("a\n", other), [ours.verifier])
    impostor = signer(ours.name)  # the same name, another key
    with pytest.raises(notes.BadNote, match="none of the known keys"):
        notes.verify(notes.sign("a\n", impostor), [ours.verifier])


@pytest.mark.parametrize(
    "note",
    [
        "",
        "text\n",
        "text\n\n",
        "text\n\n— name AAAAAAAA",
        "text\n\nname AAAAAAAA\n",
        "text\n\n— na+me AAAAAAAA\n",
        "text\n\n— name AAAA\n",
        "text\n\n— name AAAAAAB=\n",
        "text\n\n— name AAA AAAAA\n",
        "te\x07xt\n\n— name AAAAAAAA\n",
        "text\r\n\n— name AAAAAAAA\n",
        "\n\n— name AAAAAAAA\n",
        "text\n\n" + "— name AAAAAAAA\n" * 65,
        "x" * 1_000_001,
    ],
)
def test_malformed_notes_are_refused(note: str) -> None:
    with pytest.raises(notes.BadNote):
        notes.parse(note)


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "name",
        "name+c74f20a3",
        VKEY.replace("c74f20a3", "c74f20a4"),
        VKEY.replace("c74f20a3", "C74F20A3"),
        VKEY.replace("PeterNeumann", "Peter Neumann"),
        VKEY[:-1],
        VKEY + "=",
        VKEY.replace("+ARpc", "+Ahpc"),
    ],
)
def test_malformed_keys_are_refused(vkey: str) -> None:
    with pytest.raises(notes.BadNote):
        notes.Verifier.parse(vkey)


@pytest.mark.parametrize(
    "text",
    [
        "origin\n5\n",
        "origin\n05\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "origin\n-5\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "origin\n٥\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "\n5\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "origin\n5\nCsUY\n",
        "origin\n5\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=",
        "origin\n5\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n",
    ],
)
def test_malformed_checkpoints_are_refused(text: str) -> None:
    with pytest.raises(notes.BadNote):
        notes.read_checkpoint(text)


def test_a_checkpoint_says_origin_size_and_root() -> None:
    text = notes.checkpoint_text("log.example/one", 7, bytes(range(32)))
    assert text == "log.example/one\n7\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
    assert notes.read_checkpoint(text) == notes.Head("log.example/one", 7, bytes(range(32)))


def test_what_cannot_be_a_note_is_not_signed() -> None:
    for text in ("no newline", "\n", "bell\x07\n"):
        with pytest.raises(notes.BadNote):
            notes.sign(text, signer())
    with pytest.raises(notes.BadNote):
        notes.sign("a\n", signer("two words"))

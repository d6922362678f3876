"""What a pack says it holds: manifest.json with the hash of every file, its signature, the README and the verifier.

The manifest lists the PDF as it was bound; its PAdES signature is appended to that, so the manifest is the same in every
build. `manifest.sig` signs the manifest's hash and the hash of the signed PDF.
"""

from pathlib import Path
from typing import Any

from governance.core import digest
from governance.packs.collecting.work import Work, sums
from governance.packs.models import Pack
from governance.proofs import keys, notes

FORMAT = "plumbline-pack/1"
MANIFEST, SIGNATURE, README, VERIFIER, PDF = "manifest.json", "manifest.sig", "README.txt", "verify.py", "pack.pdf"
FIRST = (README, VERIFIER, MANIFEST, SIGNATURE, PDF)
PROGRAM = Path(__file__).resolve().parent / "verifier" / "verify.py"

WORDS = """{title}
{rule}

{company}: an audit pack of {about}
Period     {start} to {end} (whole UTC days, both included)
Edition    {edition}
As of      {as_of}, entry {size:,} of the ledger

Check it yourself, without our server:

    pip install cryptography            (once; for signatures)
    python3 verify.py PACK.zip          (or `python3 verify.py` where this file lies)

verify.py is one file that you can read in ten minutes; its first lines say what it checks. It ends with "Everything holds.",
or names each file and entry that does not. Ask {company} for its ledger key and give it with --key, so that the signature
does not rest on what lies in here. If you kept an older checkpoint, give it with --older: it shows that nothing was rewritten.

    pack.pdf                  the pack to read; the tables lie inside as attachments, too
    records/                  every table as JSON and CSV; records/history/ holds history rows as the ledger bound them
    evidence/, evidence.json  files by their SHA-256, and what they are called
    ledger/entries.jsonl      what happened, word for word; heads.jsonl shows that none about the scope was left out
    ledger/withheld.jsonl     entries that are shown by their head alone, with why
    ledger/checkpoint.txt     the signed checkpoint; leaves.bin holds the tree under it, keys.json the keys
    manifest.json             the SHA-256 of every file; manifest.sig signs it
"""


def write_texts(work: Work, pack: Pack, facts: dict[str, Any], company: str, about: str) -> None:
    """Write the README and the verifier into the pack."""
    text = WORDS.format(
        title=pack.title,
        rule="=" * len(pack.title),
        company=company,
        about=about,
        start=pack.starts_on,
        end=pack.ends_on,
        edition=pack.get_edition_display(),
        as_of=facts["as_of"],
        size=facts["size"],
    )
    work.write(README, text.encode())
    work.write(VERIFIER, PROGRAM.read_bytes())


def write_manifest(work: Work, pack: Pack, facts: dict[str, Any], company: str, printed: dict[str, Any]) -> dict[str, Any]:
    """Write the manifest and its signature. Returns it; `printed` is the PDF's hash and size before and after signing."""
    files = []
    for name in work.names():
        if name in (MANIFEST, SIGNATURE):
            continue
        sha256, size = (printed["sha256"], printed["size"]) if name == PDF else sums(work.files / name)
        files.append({"path": name, "sha256": sha256, "size": size})
    manifest = {
        "format": FORMAT,
        "title": pack.title,
        "company": company,
        "scope": {"kind": pack.scope, "label": facts["label"], "subjects": [each[2] or each[1] for each in pack.subjects]},
        "period": {"start": pack.starts_on, "end": pack.ends_on},
        "edition": pack.edition,
        "redacted": sorted(pack.redact),
        "as_of": facts["as_of"],
        "checkpoint": {"size": facts["size"], "root": facts["root"]},
        "counts": {name: facts[name] for name in ("about", "withheld", "rows", "unexplained", "cited")},
        "missing_evidence": facts["missing_evidence"],
        "records": [
            {"key": each["key"], "label": each["label"], "section": each["section"], "rows": each["count"]}
            for each in facts["tables"]
        ],
        "files": files,
    }
    raw = digest.canonical(manifest) + b"\n"
    work.write(MANIFEST, raw)
    signed = f"plumbline pack manifest 1\n{digest.sha256(raw)}\n{printed['signed_sha256']} {printed['signed_size']}\n"
    work.write(SIGNATURE, sign(signed).encode())
    return manifest


def sign(text: str) -> str:
    """Return a text signed by the ledger's key."""
    return notes.sign(text, keys.signer())


def order(names: list[str]) -> list[str]:
    """Return names in the order of the archive: what one reads first, then all else by name."""
    return [*(name for name in FIRST if name in names), *(name for name in names if name not in FIRST)]


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Return the files that differ between two manifests, by name."""
    known = {each["path"]: each["sha256"] for each in before["files"]}
    found = {each["path"]: each["sha256"] for each in after["files"]}
    return sorted(name for name in known.keys() | found.keys() if known.get(name) != found.get(name))

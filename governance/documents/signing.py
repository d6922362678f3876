"""PAdES signatures on PDFs that our press has set: invisible, and without breaking PDF/A-3a or PDF/UA-1.

The signature is appended: the file as it was before is the beginning of the signed one, so both hashes can be shown. With a
time-stamping authority (PLUMBLINE_TSA_URL) it is PAdES-B-T, otherwise PAdES-B-B. Each certificate is recorded in the ledger
before it signs for the first time, so that a stranger can learn which certificates are ours.
"""

import hashlib
import io
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from governance.core import company, digest
from governance.documents import actions, certificates
from governance.documents.models import SigningCertificate
from governance.people.system import system_actor


@dataclass(frozen=True)
class Signed:
    """A signed file: its bytes and hash, those of the file before it was signed (its beginning), and the certificate.

    `stamped` says whether a time-stamping authority vouches for the moment.
    """

    sha256: str
    size: int
    unsigned_sha256: str
    unsigned_size: int
    certificate: SigningCertificate
    stamped: bool


def sign(source: Path, target: Path, *, reason: str, moment: datetime) -> Signed:
    """Sign `source` into `target`. Raises Unavailable when there is no usable key, or no time-stamp where one is wanted.

    `moment` is now: the signing time that the signature claims, and a time-stamp, where there is one, proves.
    """
    fresh = target.with_name(target.name + ".part")
    shutil.copyfile(source, fresh)
    with fresh.open("r+b") as file:
        certificate = _append(file, reason=reason, moment=moment)
    fresh.replace(target)
    return Signed(
        sha256=_digest_of(target),
        size=target.stat().st_size,
        unsigned_sha256=_digest_of(source),
        unsigned_size=source.stat().st_size,
        certificate=certificate,
        stamped=bool(settings.TSA_URL),
    )


def sign_bytes(data: bytes, *, reason: str, moment: datetime) -> tuple[bytes, Signed]:
    """Sign a small document in memory; see `sign`."""
    file = io.BytesIO(data)
    certificate = _append(file, reason=reason, moment=moment)
    signed = file.getvalue()
    told = Signed(
        sha256=digest.sha256(signed),
        size=len(signed),
        unsigned_sha256=digest.sha256(data),
        unsigned_size=len(data),
        certificate=certificate,
        stamped=bool(settings.TSA_URL),
    )
    return signed, told


def _append(file: BinaryIO, *, reason: str, moment: datetime) -> SigningCertificate:
    from governance.documents import pades  # pyHanko takes 0.8 s and 40 MB to load: only a process that signs pays for it

    identity = certificates.current(moment)
    certificate = actions.certificate_used(identity, actor=system_actor())
    pades.append(file, identity, name=str(company.current()), reason=reason, moment=moment, authority=settings.TSA_URL)
    return certificate


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

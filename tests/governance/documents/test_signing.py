"""Signing: appended, invisible, conforming; a stranger's tools accept it and every changed byte breaks it."""

import io
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.core.files.storage import default_storage
from django.urls import reverse
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from governance.charter import actions as charters
from governance.core import clock, digest, jobs
from governance.core.errors import Unavailable
from governance.core.models import Job
from governance.documents import actions, certificates, codes, pades, rendering, signing
from governance.documents.models import Document, SigningCertificate
from governance.ledger.models import Entry
from tests.governance.documents import pdfcheck, samples
from tests.world import World

REFUSAL = bytes.fromhex("30053003020102")  # a TimeStampResp whose status is "rejection", without a token


@pytest.fixture(autouse=True)
def own_keys(settings: Any, tmp_path: Path) -> None:
    """Keys and files of these tests lie in folders of their own."""
    settings.KEYS = tmp_path / "keys"
    own = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path, "base_url": None}}
    settings.STORAGES = {**settings.STORAGES, "default": own}


@pytest.fixture(scope="module")
def sheet() -> bytes:
    """A document as our press sets it."""
    source = samples.raci_sheet()
    files = [rendering.attach("source.json", source, "What this was made from")]
    context = {**source, "doc": samples.frame()}
    return rendering.fit("documents/raci_sheet.html", context, made=samples.MADE, pages=1, attachments=files).data


def found(data: bytes, *trusted: x509.Certificate) -> Any:
    """Return what pyHanko, as a reader that trusts these certificates, says of the only signature in a file."""
    reader = PdfFileReader(io.BytesIO(data))
    context = ValidationContext(trust_roots=[pades._as_asn1(each) for each in trusted], allow_fetching=False)
    (only,) = reader.embedded_signatures
    return validate_pdf_signature(only, context, ts_validation_context=context)


def of(certificate: SigningCertificate) -> x509.Certificate:
    return x509.load_pem_x509_certificate(certificate.pem.encode())


def test_a_signed_document_conforms_and_begins_with_the_unsigned_one(world: World, sheet: bytes) -> None:
    data, told = signing.sign_bytes(sheet, reason="Made from what we hold", moment=clock.now())
    assert pdfcheck.faults(data) == []
    assert data.startswith(sheet)
    assert (told.unsigned_sha256, told.unsigned_size) == (digest.sha256(sheet), len(sheet))
    assert (told.sha256, told.size, told.stamped) == (digest.sha256(data), len(data), False)
    assert pdfcheck.attachments(data) == pdfcheck.attachments(sheet)
    assert found(data, of(told.certificate)).bottom_line


def test_a_changed_byte_breaks_the_signature(world: World, sheet: bytes) -> None:
    data, told = signing.sign_bytes(sheet, reason="x", moment=clock.now())
    for at in (1_000, len(sheet) // 3, len(sheet) // 2, data.index(b"/Reason") + 9):
        changed = bytearray(data)
        changed[at] ^= 1
        said = found(bytes(changed), of(told.certificate))
        assert not said.intact
        assert not said.bottom_line


@pytest.mark.skipif(not shutil.which("pdfsig"), reason="no pdfsig; apt-get install poppler-utils")
def test_poppler_calls_it_valid(world: World, sheet: bytes, tmp_path: Path) -> None:
    (tmp_path / "sheet.pdf").write_bytes(sheet)
    signing.sign(tmp_path / "sheet.pdf", tmp_path / "signed.pdf", reason="Made from what we hold", moment=clock.now())
    said = subprocess.run(["pdfsig", tmp_path / "signed.pdf"], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid." in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
    assert "Certificate issuer is unknown." in said


def test_a_file_is_signed_like_bytes(world: World, sheet: bytes, tmp_path: Path) -> None:
    source, target = tmp_path / "sheet.pdf", tmp_path / "signed.pdf"
    source.write_bytes(sheet)
    told = signing.sign(source, target, reason="x", moment=clock.now())
    assert source.read_bytes() == sheet
    assert told.sha256 == digest.sha256(target.read_bytes())
    assert told.size == target.stat().st_size
    assert found(target.read_bytes(), of(told.certificate)).signer_reported_dt == told.certificate.first_used_at.replace(
        microsecond=0
    )


def test_the_key_is_made_once_kept_from_others_and_recorded_before_it_signs(world: World, sheet: bytes, settings: Any) -> None:
    first, again = (signing.sign_bytes(sheet, reason="x", moment=clock.now())[1] for _ in range(2))
    assert first.certificate == again.certificate
    path = settings.KEYS / certificates.FILE
    assert path.stat().st_mode & 0o777 == 0o600
    (entry,) = Entry.objects.filter(kind="certificate.used")
    assert first.certificate.fingerprint in entry.body
    assert of(first.certificate).extensions.get_extension_for_class(x509.BasicConstraints).value.ca is False


def test_a_certificate_that_is_about_to_end_is_followed_by_a_new_one(world: World, settings: Any) -> None:
    now = clock.now()
    old = certificates.current(now)
    later = now + certificates.LIFE - timedelta(days=29)
    new = certificates.current(later)
    assert new.fingerprint != old.fingerprint
    assert new.certificate.not_valid_after_utc > later
    kept = certificates._read(settings.KEYS / f"documents.{old.fingerprint[:16]}.pem")
    assert kept.fingerprint == old.fingerprint


def test_the_database_refuses_to_change_which_certificates_were_used(world: World, sheet: bytes) -> None:
    _, told = signing.sign_bytes(sheet, reason="x", moment=clock.now())
    with pytest.raises(Exception, match="append-only"):
        SigningCertificate.objects.filter(pk=told.certificate.pk).update(subject="Somebody else")


def packed(path: Path, key: Any, *, days: int = 90, password: bytes = b"secret") -> x509.Certificate:
    """Write a PKCS#12 as a company would bring it."""
    now = clock.now()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Northwind Health, seal")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=100))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(
            x509.KeyUsage(True, True, False, False, False, False, False, False, False), critical=True
        )
        .sign(key, None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256())
    )  # fmt: skip
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"seal", key, made, None, BestAvailableEncryption(password)))
    return made


def test_the_companys_own_certificate_signs_where_it_is_given(world: World, sheet: bytes, settings: Any, tmp_path: Path) -> None:
    key = rsa.generate_private_key(65_537, 2048)
    theirs = packed(tmp_path / "seal.p12", key)
    settings.SIGNING_P12, settings.SIGNING_PASSWORD = str(tmp_path / "seal.p12"), "secret"
    data, told = signing.sign_bytes(sheet, reason="x", moment=clock.now())
    assert told.certificate.own is False
    assert of(told.certificate) == theirs
    assert found(data, theirs).bottom_line
    assert not (settings.KEYS / certificates.FILE).exists()


@pytest.mark.parametrize(
    ("key", "days", "password", "said"),
    [
        (ec.generate_private_key(ec.SECP256R1()), 90, b"other", "password"),
        (ec.generate_private_key(ec.SECP256R1()), -1, b"secret", "not now"),
        (ed25519.Ed25519PrivateKey.generate(), 90, b"secret", "no RSA or ECDSA key"),
    ],
)
def test_a_certificate_that_cannot_be_used_is_refused_with_what_to_do(
    key: Any, days: int, password: bytes, said: str, settings: Any, tmp_path: Path
) -> None:
    packed(tmp_path / "seal.p12", key, days=days, password=password)
    settings.SIGNING_P12, settings.SIGNING_PASSWORD = str(tmp_path / "seal.p12"), "secret"
    with pytest.raises(Unavailable, match=said) as refused:
        certificates.current(clock.now())
    assert "PLUMBLINE_SIGNING_P12" in refused.value.fix


def test_a_missing_or_broken_key_file_is_told(settings: Any, tmp_path: Path) -> None:
    settings.SIGNING_P12 = str(tmp_path / "nowhere.p12")
    with pytest.raises(Unavailable, match="cannot be read"):
        certificates.current(clock.now())
    settings.SIGNING_P12 = ""
    settings.KEYS.mkdir()
    (settings.KEYS / certificates.FILE).write_text("not a key")
    with pytest.raises(Unavailable, match="holds no key"):
        certificates.current(clock.now())


@pytest.fixture
def authority() -> Iterator[Callable[..., Any]]:
    """A time-stamping authority on a socket of this machine; `authority(answer)` starts one and returns its address."""
    servers = []

    def start(answer: Callable[[bytes], tuple[int, bytes]]) -> str:
        class Handler(BaseHTTPRequestHandler):
            """Answers time-stamp requests."""

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                assert self.headers["Content-Type"] == "application/timestamp-query"
                status, data = answer(body)
                self.send_response(status)
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        server = HTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/tsa"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_an_authority_vouches_for_the_moment(world: World, sheet: bytes, settings: Any, authority: Callable[..., Any]) -> None:
    key = rsa.generate_private_key(65_537, 2048)
    now, name = clock.now(), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Time")])
    trusted = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(9)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(key, hashes.SHA256())
    )
    identity = certificates.Identity(key, trusted)
    signer = pades._signer(identity)
    clockwork = DummyTimeStamper(signer.signing_cert, signer.signing_key)
    settings.TSA_URL = authority(lambda body: (200, clockwork.request_tsa_response(tsp.TimeStampReq.load(body)).dump()))
    data, told = signing.sign_bytes(sheet, reason="x", moment=now)
    assert told.stamped
    said = found(data, of(told.certificate), trusted)
    assert said.bottom_line
    assert said.timestamp_validity.valid
    assert pdfcheck.faults(data) == []


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [(500, b"", "status 500"), (200, b"<html>", "no time-stamp"), (200, REFUSAL, "refused: rejection")],
)
def test_an_authority_that_fails_is_an_error_and_leaves_nothing(
    world: World, sheet: bytes, settings: Any, tmp_path: Path, authority: Callable[..., Any], status: int, body: bytes, said: str
) -> None:
    settings.TSA_URL = authority(lambda _: (status, body))
    (tmp_path / "sheet.pdf").write_bytes(sheet)
    with pytest.raises(Unavailable, match=said) as refused:
        signing.sign(tmp_path / "sheet.pdf", tmp_path / "signed.pdf", reason="x", moment=clock.now())
    assert "PLUMBLINE_TSA_URL" in refused.value.fix
    assert not (tmp_path / "signed.pdf").exists()


@pytest.mark.parametrize("url", ["ftp://example.org", "127.0.0.1:1", "http://127.0.0.1:1/"])
def test_an_address_that_is_none_or_does_not_answer_is_told(url: str, world: World, sheet: bytes, settings: Any) -> None:
    settings.TSA_URL = url
    with pytest.raises(Unavailable, match=r"time-stamp service|PLUMBLINE_TSA_URL"):
        signing.sign_bytes(sheet, reason="x", moment=clock.now())


def test_single_documents_are_signed_where_the_company_wishes_and_the_check_page_says_so(
    world: World, sheet: bytes, settings: Any, monkeypatch: pytest.MonkeyPatch, client: Any, api_as: Callable[..., Any]
) -> None:
    monkeypatch.setattr(rendering, "fit", lambda *_, **__: rendering.Printed(sheet, 1, 0, False))
    charter = charters.draft_charter(actor=world.rosa, owner=world.ingrid)
    made = []
    for wish in (False, True):
        settings.SIGN_DOCUMENTS = wish
        job = actions.request_document("charter", charter, actor=world.rosa)
        jobs.run_pending()
        job.refresh_from_db()
        assert job.state == Job.State.DONE, job.error
        made.append(Document.objects.get(job=str(job.pk)))
    plain, signed = made
    assert (plain.certificate, plain.unsigned_digest) == (None, "")
    data = default_storage.open(signed.file).read()
    assert digest.sha256(data) == signed.file_digest
    assert signed.certificate is not None
    assert found(data, of(signed.certificate)).bottom_line
    assert signed.unsigned_digest in Entry.objects.filter(kind="document.made").order_by("-seq")[0].body
    page = client.get(reverse("check", args=[codes.spoken(signed.code)])).content.decode()
    assert signed.certificate.fingerprint in page
    assert "pdfsig" in page
    assert "certificate" not in client.get(reverse("check", args=[codes.spoken(plain.code)])).content.decode()
    told = client.get(reverse("check-json", args=[signed.code])).json()
    assert told["signature"]["unsigned_digest"] == digest.sha256(sheet)
    assert client.get(reverse("certificates")).content.decode() == of(signed.certificate).public_bytes(Encoding.PEM).decode()
    rows = api_as(world.rosa).get("/api/v1/documents").json()["results"]
    assert [row["certificate"] for row in rows] == [signed.certificate.fingerprint, None]

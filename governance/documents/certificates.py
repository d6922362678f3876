"""The key and the certificate that documents are signed with: the company's own PKCS#12, or made here at first use.

What is made here lies in the keys' folder as `documents.pem`, private key and certificate in one file that is written once;
it is replaced by a new one a month before it ends. ECDSA on P-256, because every reader of PDFs can check it.
"""

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier
from django.conf import settings

from governance.core import company
from governance.core.errors import Unavailable

FILE = "documents.pem"
LIFE, BEFORE_THE_END = timedelta(days=3650), timedelta(days=30)
DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336; readers that do not know it yet look for mail's
NAME_HOLDS = 64  # characters that X.520 lets a name have
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Identity:
    """What we sign with: the private key, its certificate, those that lead to its issuer, and whether we made it."""

    key: Key
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()
    own: bool = True

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the certificate, by which it can be told from any other."""
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    @property
    def pem(self) -> str:
        """The certificate as text."""
        return self.certificate.public_bytes(Encoding.PEM).decode()

    @property
    def subject(self) -> str:
        """Whom the certificate names."""
        return self.certificate.subject.rfc4514_string()


def current(now: datetime) -> Identity:
    """Return what documents are signed with now, making it where there is none. Raises Unavailable when it cannot be used."""
    if settings.SIGNING_P12:
        return _given(Path(settings.SIGNING_P12), now)
    path = Path(settings.KEYS) / FILE
    if path.exists():
        found = _read(path)
        if now < found.certificate.not_valid_after_utc - BEFORE_THE_END:
            return found
        path.replace(path.with_name(f"documents.{found.fingerprint[:16]}.pem"))
    return _make(path, now)


def _given(path: Path, now: datetime) -> Identity:
    """Read the company's own PKCS#12."""
    wrong = "Set PLUMBLINE_SIGNING_P12 and PLUMBLINE_SIGNING_PASSWORD to a PKCS#12 file with a key and its certificate."
    try:
        found = pkcs12.load_pkcs12(path.read_bytes(), settings.SIGNING_PASSWORD.encode() or None)
    except OSError as error:
        raise Unavailable(f"The file to sign documents with cannot be read: {error.strerror}.", fix=wrong) from error
    except ValueError as error:
        raise Unavailable("The file to sign documents with cannot be opened with its password.", fix=wrong) from error
    if not isinstance(found.key, Key) or found.cert is None:
        raise Unavailable("The file to sign documents with holds no RSA or ECDSA key with its certificate.", fix=wrong)
    certificate = found.cert.certificate
    if not certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc:
        last = certificate.not_valid_after_utc
        raise Unavailable(f"The certificate to sign documents with holds until {last:%Y-%m-%d}, not now.", fix=wrong)
    chain = tuple(each.certificate for each in found.additional_certs)
    return Identity(found.key, certificate, chain, own=False)


def _read(path: Path) -> Identity:
    data = path.read_bytes()
    try:
        key, certificate = load_pem_private_key(data, None), x509.load_pem_x509_certificate(data)
    except ValueError as error:
        raise _broken(path) from error
    if not isinstance(key, Key) or key.public_key() != certificate.public_key():
        raise _broken(path)
    return Identity(key, certificate)


def _broken(path: Path) -> Unavailable:
    return Unavailable(
        f"{path.name} in the keys' folder holds no key with its certificate.",
        fix="Bring the keys' folder back from the backup; or move the file away, and a new one is made.",
    )


def _make(path: Path, now: datetime) -> Identity:
    """Make a key and its certificate. Where another process was first, its file holds."""
    key = ec.generate_private_key(ec.SECP256R1())
    made = Identity(key, certify(key, str(company.current()), now))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.{made.fingerprint[:8]}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + made.pem.encode())
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(fresh, path)
    fresh.unlink()
    return _read(path)


def certify(key: ec.EllipticCurvePrivateKey, name: str, now: datetime) -> x509.Certificate:
    """Return a certificate by which a key vouches for itself, for signing documents, for ten years."""
    attributes = [
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, name[:NAME_HOLDS]),
        x509.NameAttribute(NameOID.COMMON_NAME, f"{name[: NAME_HOLDS - 10]} documents"),
    ]
    usage = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
        False,
    )
    start = now.replace(microsecond=0) - timedelta(minutes=5)  # clocks differ
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name(attributes))
        .issuer_name(x509.Name(attributes))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + LIFE)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True)
        .add_extension(x509.ExtendedKeyUsage([DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return builder.sign(key, hashes.SHA256())

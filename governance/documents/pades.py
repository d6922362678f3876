"""How a signature gets into a PDF, by pyHanko: the one place that knows that library and its traps."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, BinaryIO

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from governance.documents.certificates import Identity
from governance.documents.timestamps import Authority

FIELD, READABLE = "Seal", "Seal of the company"


class _Signer(signers.PdfSigner):  # type: ignore[misc]
    """pyHanko's signer with the moment given, because whoever asks for a signature says when it is."""

    moment: datetime

    def init_signing_session(self, *args: Any, **kwargs: Any) -> Any:
        """Begin a session at the given moment."""
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self.moment
        return session


def append(file: BinaryIO, identity: Identity, *, name: str, reason: str, moment: datetime, authority: str = "") -> None:
    """Append a signature to a PDF that is open for reading and writing.

    `name` is who signs, `authority` the address of a time-stamping authority. Raises Unavailable when that does not answer.
    """
    writer = IncrementalPdfFileWriter(file)
    writer._update_meta = lambda: None  # type: ignore[method-assign]  # it would write the metadata anew, compressed and without our claims
    invisible = fields.InvisSigSettings(box_out_of_bounds=True)  # a box of no size would break PDF/UA
    place = fields.SigFieldSpec(FIELD, readable_field_name=READABLE, invis_sig_settings=invisible)
    told = signers.PdfSignatureMetadata(
        field_name=FIELD, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES, reason=reason, name=name
    )
    stamper = Authority(authority) if authority else None
    signer = _Signer(told, signer=_signer(identity), timestamper=stamper, new_field_spec=place)
    signer.moment = moment.astimezone(UTC)
    # pyHanko runs an event loop of its own, which a thread that runs one already must not
    with ThreadPoolExecutor(1) as aside:
        aside.submit(signer.sign_pdf, writer, in_place=True).result()


def _signer(identity: Identity) -> signers.SimpleSigner:
    """Turn our key and certificate into pyHanko's kind."""
    private = identity.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    own = _as_asn1(identity.certificate)
    return signers.SimpleSigner(
        signing_cert=own,
        signing_key=asn1_keys.PrivateKeyInfo.load(private),
        cert_registry=SimpleCertificateStore.from_certs([own, *map(_as_asn1, identity.chain)]),
    )


def _as_asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))

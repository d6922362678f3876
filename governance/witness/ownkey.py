"""The key by which this installation cosigns for other logs: a file `witness.pem` beside the ledger's keys.

It is made with the first log that is trusted. It is not replaced: who pinned it would have to be told one by one.
"""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from django.conf import settings

from governance.core.errors import Unavailable
from governance.ledger import tags
from governance.proofs import notes
from governance.proofs.keys import MISSING


def path() -> Path:
    """Return where the private half lies."""
    found: Path = settings.KEYS / "witness.pem"
    return found


def exists() -> bool:
    """Whether a key was made here."""
    return path().exists()


def signer() -> notes.Signer:
    """Return the key that cosigns. Raises Unavailable when there is none, or none that can be read."""
    try:
        private = load_pem_private_key(path().read_bytes(), None)
    except OSError as error:
        raise Unavailable(f"The key of this witness is not in {path()}.", fix=MISSING) from error
    except ValueError as error:
        raise Unavailable(f"{path()} holds no key.", fix=MISSING) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise Unavailable(f"{path()} holds a key of another kind.", fix=MISSING)
    return notes.Signer(f"{tags.found().origin}/witness", private, notes.COSIGNATURE)


def make() -> notes.Signer:
    """Make the key unless there is one; return what signs."""
    data = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    settings.KEYS.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path().with_suffix(f".{os.getpid()}.{os.urandom(4).hex()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path())  # whole or not at all, and never over one that is there
    except FileExistsError:
        pass  # somebody was quicker: theirs is the key
    finally:
        draft.unlink()
    return signer()

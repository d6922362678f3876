"""The keys that sign checkpoints: private halves in files outside the database, public halves and their spans inside.

A key file is `ledger_<id>.pem` (PKCS#8, mode 0600) in the keys' folder. The database knows which keys are current; what
it cannot do is sign.
"""

import os
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from django.conf import settings

from governance.core.errors import Unavailable
from governance.ledger import tags
from governance.proofs import notes
from governance.proofs.models import LedgerKey

MISSING = "Bring the keys' folder back from the backup, or replace the key (docs/ledger.md)."


def current() -> list[LedgerKey]:
    """Return the keys that sign now, oldest first: one, or two while a key is being replaced."""
    return list(LedgerKey.objects.filter(retired_at=None).order_by("pk"))


def signer() -> notes.Signer:
    """Return the key that signs now (the newest). Raises Unavailable when its file is not on this machine."""
    held = current()
    if not held:
        raise Unavailable("The ledger has no key yet.", fix="It is made with the first checkpoint; is a worker running?")
    return load(held[-1])


def signers() -> list[notes.Signer]:
    """Return all current keys whose files are here. Raises Unavailable when the newest one's is not."""
    *older, newest = current()
    return [*(load(key) for key in older if path_of(key.key).exists()), load(newest)]


def verifiers() -> list[notes.Verifier]:
    """Return what checks the signatures of all keys there ever were, newest first."""
    return [key.verifier for key in LedgerKey.objects.all()]


def published() -> list[dict[str, Any]]:
    """Return all public keys with the sizes of the first and last checkpoints that they may sign, oldest first."""
    return [
        {"vkey": key.vkey, "from_size": key.from_size, "until_size": key.until_size} for key in LedgerKey.objects.order_by("pk")
    ]


def load(key: LedgerKey) -> notes.Signer:
    """Return the signer of a key. Raises Unavailable when its file is missing, unreadable or of another key."""
    path = path_of(key.key)
    try:
        private = load_pem_private_key(path.read_bytes(), None)
    except OSError as error:
        raise Unavailable(f"The private half of the ledger's key {key.key} is not in {path}.", fix=MISSING) from error
    except ValueError as error:
        raise Unavailable(f"{path} holds no key.", fix=MISSING) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise Unavailable(f"{path} holds a key of another kind.", fix=MISSING)
    made = notes.Signer(key.verifier.name, private)
    if made.verifier != key.verifier:
        raise Unavailable(f"{path} holds another key than the one it is named after.", fix=MISSING)
    return made


def make() -> notes.Signer:
    """Make a key and store its private half; the caller records it, or calls `forget` when that fails."""
    made = notes.Signer(tags.found().origin, Ed25519PrivateKey.generate())
    data = made.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    settings.KEYS.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path_of(made.verifier.key_id.hex()), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return made


def forget(key_id: str) -> None:
    """Delete the private half of a key, so that nobody can sign by it any more."""
    path_of(key_id).unlink(missing_ok=True)


def path_of(key_id: str) -> Path:
    """Return where the private half of a key lies."""
    path: Path = settings.KEYS / f"ledger_{key_id}.pem"
    return path

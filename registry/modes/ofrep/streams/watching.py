"""What flags rest on, read by plain SQL: a digest that differs once any answer could differ.

No model is imported, so that the process that streams starts in a moment and stays small.
"""

import hashlib
import warnings

from django.db import connection

# Django warns of queries before its models are loaded; here they never are.
warnings.filterwarnings("ignore", message="Accessing the database during app initialization", category=RuntimeWarning)

HEAD = "SELECT digest FROM governance_entry ORDER BY seq DESC LIMIT 1"
SURFACES = "SELECT id, mode, state, tier, in_force_id FROM registry_surface ORDER BY id"
QUARANTINES = "SELECT id FROM registry_quarantine WHERE lifted_at IS NULL ORDER BY id"


class Watch:
    """Reads the digest; as long as the ledger's newest entry is the one it saw last, one small statement says so."""

    def __init__(self) -> None:
        self._head: str | None = None
        self._stamp = ""

    def read(self) -> str:
        """Return the digest of what flags rest on. Raises django.db.Error, and reads on a new connection the next time."""
        try:
            return self._read()
        except Exception:
            connection.close()
            raise

    def _read(self) -> str:
        with connection.cursor() as cursor:
            cursor.execute(HEAD)
            found = cursor.fetchone()
            head = str(found[0]) if found else ""
            if head != self._head or not self._stamp:
                hashed = hashlib.sha256()
                for statement in (SURFACES, QUARANTINES):
                    cursor.execute(statement)
                    for row in cursor.fetchall():
                        hashed.update(repr(row).encode())
                    hashed.update(b"\n")
                self._stamp, self._head = hashed.hexdigest()[:32], head
        return self._stamp

"""Tables of the tree: full tiles, signed checkpoints, and the keys that sign them."""

import base64

from django.db import models
from django.db.models import Q

from governance.core import clock
from governance.ledger.appendonly import checked_by_itself
from governance.ledger.models import Governed
from governance.proofs import notes


@checked_by_itself
class Tile(models.Model):
    """256 neighbouring hashes of one height of the tree: level 0 holds leaf hashes, level n the roots of tiles below.

    Only full tiles are stored; what is not yet a tile is computed from the last few entries. `root` is the root over the
    256 hashes, so that the hashes one level up are read without opening 256 tiles.
    """

    level = models.PositiveSmallIntegerField()
    number = models.PositiveBigIntegerField()
    hashes = models.BinaryField()
    root = models.BinaryField()

    class Meta:
        app_label = "governance"
        constraints = [models.UniqueConstraint(fields=["level", "number"], name="tile_once")]

    def __str__(self) -> str:
        return f"tile {self.level}/{self.number}"


@checked_by_itself
class Checkpoint(models.Model):
    """The tree over the first `size` entries had this root, signed: from then on none of them can be changed unseen.

    `note` is the C2SP signed note as it goes out; `root` the same root as 64 hex digits.
    """

    size = models.PositiveBigIntegerField(unique=True)
    root = models.CharField(max_length=64)
    note = models.TextField()
    sealed_at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        app_label = "governance"
        ordering = ["-size"]

    def __str__(self) -> str:
        return f"checkpoint {self.size}"

    @property
    def root_bytes(self) -> bytes:
        """The root as the proofs need it."""
        return bytes.fromhex(self.root)

    @property
    def root_base64(self) -> str:
        """The root as the note says it."""
        return base64.b64encode(self.root_bytes).decode()


class LedgerKey(Governed):
    """A key that signs checkpoints, or once did: its public half, and from which to which size it signed.

    The private half is a file in the keys' folder and never in the database. While a key is being replaced, the old and
    the new one are both current, and checkpoints bear both signatures.
    """

    vkey = models.CharField(max_length=300, unique=True)
    from_size = models.PositiveBigIntegerField()
    until_size = models.PositiveBigIntegerField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "governance"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True, until_size__isnull=True)
                | Q(retired_at__isnull=False, until_size__gte=models.F("from_size")),
                name="retired_key_says_until_when",
            )
        ]

    def __str__(self) -> str:
        return f"ledger key {self.key}"

    @property
    def key(self) -> str:
        """Its id: eight hex digits."""
        return self.vkey.split("+", 2)[1] if "+" in self.vkey else ""

    @property
    def is_current(self) -> bool:
        """Whether it signs now."""
        return self.retired_at is None

    @property
    def verifier(self) -> notes.Verifier:
        """What checks its signatures."""
        return notes.Verifier.parse(self.vkey)

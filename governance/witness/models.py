"""Targets of publication, witnesses with their cosignatures, and the logs that we cosign with what we cosigned."""

from datetime import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from governance.channels.models import Channel
from governance.core import clock
from governance.core.text import NameField, ProseField
from governance.ledger.appendonly import checked_by_itself, guard
from governance.ledger.models import Governed, Versioned, actor_history
from governance.people.rows import LedgerReaderRows
from governance.proofs import notes
from governance.proofs.models import Checkpoint

MOST_MINUTES = 7 * 24 * 60


class Standing(models.TextChoices):
    """Whether something is used."""

    ACTIVE = "active", "Active"
    PAUSED = "paused", "Paused"
    RETIRED = "retired", "Retired"


class Publication(Versioned):
    """A place outside the database to which new checkpoints go, at most one each `every_minutes`.

    `place` is a folder below PLUMBLINE_PUBLISH_FOLDER or a prefix in the object store; e-mail and webhooks go through a
    `channel`, which keeps address and secret. What was delivered last is no governed state.
    """

    class Kind(models.TextChoices):
        """How it gets there."""

        FILE = "file", "Folder"
        EMAIL = "email", "E-mail"
        WEBHOOK = "webhook", "Signed webhook"
        OBJECT_STORE = "object_store", "Object store"

    State = Standing
    name = NameField(max_length=200)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    place = NameField(max_length=200, blank=True)
    channel = models.ForeignKey(Channel, null=True, blank=True, on_delete=models.PROTECT, related_name="publications")
    every_minutes = models.PositiveIntegerField(default=60, validators=[MinValueValidator(1), MaxValueValidator(MOST_MINUTES)])
    state = models.CharField(max_length=8, choices=Standing.choices, default=Standing.ACTIVE)
    last_size = models.PositiveBigIntegerField(default=0, editable=False)
    last_ok_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_error = models.CharField(max_length=400, blank=True, editable=False)
    next_at = models.DateTimeField(null=True, blank=True, editable=False)

    history = actor_history(excluded_fields=["last_size", "last_ok_at", "last_error", "next_at"])
    objects = LedgerReaderRows.as_manager()

    class Meta:
        app_label = "governance"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=~Q(state="retired"),
                name="publication_name_once",
                violation_error_message="There is a target of this name already.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["email", "webhook"], channel__isnull=False, place="")
                | Q(kind__in=["file", "object_store"], channel__isnull=True),
                name="publication_goes_somewhere",
                violation_error_message="E-mail and webhooks need a channel, folders and object stores a place.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("publication", args=[self.key])

    @property
    def key(self) -> str:
        """CP-1."""
        return f"CP-{self.pk}" if self.pk else ""

    @property
    def goes_to(self) -> str:
        """Where checkpoints end up, in words."""
        return self.channel.name if self.channel else f"{self.place or '.'}/"


class Witness(Versioned):
    """Somebody else's machine that cosigns our checkpoints, after it saw that each extends those before it.

    `alarm` is what it said when it had seen another ledger than ours; nothing is sent to it until an administrator has
    looked into that. What it cosigned last is no governed state: it stands in `Cosignature`.
    """

    State = Standing
    name = NameField(max_length=200)
    vkey = NameField(max_length=300)
    url = NameField(max_length=400)
    state = models.CharField(max_length=8, choices=Standing.choices, default=Standing.ACTIVE)
    alarm = NameField(max_length=400, blank=True)
    last_size = models.PositiveBigIntegerField(default=0, editable=False)
    last_ok_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_error = models.CharField(max_length=400, blank=True, editable=False)
    next_at = models.DateTimeField(null=True, blank=True, editable=False)

    history = actor_history(excluded_fields=["last_size", "last_ok_at", "last_error", "next_at"])
    objects = LedgerReaderRows.as_manager()

    class Meta:
        app_label = "governance"
        ordering = ["name", "pk"]
        verbose_name_plural = "witnesses"
        constraints = [
            models.UniqueConstraint(
                fields=["vkey"],
                condition=~Q(state="retired"),
                name="witness_key_once",
                violation_error_message="There is a witness with this key already.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("witness", args=[self.key])

    @property
    def key(self) -> str:
        """WT-1."""
        return f"WT-{self.pk}" if self.pk else ""

    @property
    def verifier(self) -> notes.Verifier:
        """What checks its cosignatures."""
        return notes.Verifier.parse(self.vkey)


@checked_by_itself
class Cosignature(models.Model):
    """A witness vouched that this checkpoint extends all that it had seen of our ledger before. Proved by its signature."""

    witness = models.ForeignKey(Witness, on_delete=models.PROTECT, related_name="cosignatures")
    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="cosignatures")
    line = models.CharField(max_length=600)
    signed_at = models.DateTimeField()
    kept_at = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "governance"
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["witness", "checkpoint"], name="cosignature_once")]

    def __str__(self) -> str:
        return f"{self.witness} on {self.checkpoint}"

    @property
    def size(self) -> int:
        """Over how many entries."""
        return self.checkpoint.size

    @property
    def says(self) -> str:
        """By which key, and when the witness signed."""
        return f"key {self.witness.verifier.key_id.hex()}, {self.signed_at:%Y-%m-%d %H:%M} UTC"

    @property
    def wrong(self) -> str:
        """What is wrong with it, checked now; nothing when it holds."""
        try:
            notes.verify(self.checkpoint.note + self.line, [self.witness.verifier])
        except notes.BadNote as error:
            return str(error)
        return ""


class WatchedLog(Governed):
    """A log of somebody else whose checkpoints we cosign, as long as each extends the last one that we cosigned.

    It is paused and never removed: who forgot what was cosigned could cosign a fork. `vkeys` holds its keys, one a line.
    """

    class State(models.TextChoices):
        """Whether we cosign."""

        ACTIVE = "active", "Cosigned"
        PAUSED = "paused", "Paused"

    origin = NameField(max_length=200, unique=True)
    name = NameField("whose it is", max_length=200)
    vkeys = ProseField(max_length=4000)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ACTIVE)

    objects = LedgerReaderRows.as_manager()

    class Meta:
        app_label = "governance"
        ordering = ["origin", "pk"]

    def __str__(self) -> str:
        return self.origin

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("watched-log", args=[self.key])

    @property
    def key(self) -> str:
        """WL-1."""
        return f"WL-{self.pk}" if self.pk else ""

    @property
    def verifiers(self) -> list[notes.Verifier]:
        """What checks its signatures."""
        return [notes.Verifier.parse(line) for line in self.vkeys.splitlines()]

    @property
    def last(self) -> "Cosigned | None":
        """What we cosigned last of it."""
        found: Cosigned | None = self.cosigned.order_by("-size").first()
        return found

    @property
    def last_size(self) -> int:
        """Over how many of its entries we cosigned last; lists bring it with them (queries.logs)."""
        if "newest_size" in self.__dict__:
            return self.__dict__["newest_size"] or 0
        return self.last.size if self.last else 0

    @property
    def last_ok_at(self) -> datetime | None:
        """When we cosigned last; lists bring it with them."""
        if "newest_at" in self.__dict__:
            found: datetime | None = self.__dict__["newest_at"]
            return found
        return self.last.made_at if self.last else None


@checked_by_itself
class Cosigned(models.Model):
    """We cosigned this checkpoint of a watched log, which extended the one over `previous` entries. Proved by signatures.

    The rows of a log are one chain: each `previous` stands once, and is the size of the row before it. So two requests at
    once can never have two continuations cosigned.
    """

    log = models.ForeignKey(WatchedLog, on_delete=models.PROTECT, related_name="cosigned")
    previous = models.PositiveBigIntegerField()
    size = models.PositiveBigIntegerField()
    root = models.CharField(max_length=64)
    note = models.TextField()
    line = models.CharField(max_length=600)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "governance"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["log", "previous"], name="cosigned_one_continuation"),
            models.UniqueConstraint(fields=["log", "size"], name="cosigned_size_once"),
            models.CheckConstraint(condition=Q(size__gt=models.F("previous")), name="cosigned_grows"),
        ]

    def __str__(self) -> str:
        return f"{self.log} up to {self.size}"


guard(
    "cosigned_follows_the_last",
    Cosigned,
    "INSERT",
    "NEW.previous <> (SELECT COALESCE(MAX(c.size), 0) FROM governance_cosigned c WHERE c.log_id = NEW.log_id)",
    "a cosigned checkpoint extends the one that was cosigned last",
)
guard(
    "watched_log_keeps_its_origin",
    WatchedLog,
    "UPDATE",
    "NEW.origin <> OLD.origin",
    "a watched log is one log for as long as it lives",
)
for _name, _model in (("publication", Publication), ("witness", Witness)):
    guard(
        f"{_name}_stays_retired",
        _model,
        "UPDATE",
        "OLD.state = 'retired' AND NEW.state <> OLD.state",
        "what was retired is not used again; add a new one",
    )

"""The ledger's tables, and the base of every governed record."""

from typing import Any, ClassVar

from django.db import models
from simple_history.models import HistoricalRecords

from governance.core import clock
from governance.core.errors import StaleState
from governance.ledger import journal
from governance.ledger.appendonly import checked_by_itself, guard


def _history_actor(historical_instance: Any) -> str | None:
    return historical_instance.history_user_id


def _set_history_actor(historical_instance: Any, ref: str | None) -> None:
    historical_instance.history_user_id = ref


def actor_history(**options: Any) -> HistoricalRecords:
    """Return the history of a model, written under the acting person's pseudonymous reference (never a name)."""
    return HistoricalRecords(
        history_user_id_field=models.CharField(max_length=40, null=True, blank=True),
        history_user_getter=_history_actor,
        history_user_setter=_set_history_actor,
        get_user=lambda **kwargs: journal.acting_ref(),
        history_change_reason_field=models.TextField(null=True, blank=True),
        **options,
    )


class Versioned(models.Model):
    """A record that is written by actions only, each time against the version its writer saw.

    `ledger_encloses` says that entries about what belongs to such a record concern the record as well, so that they are
    found and proved complete for it: see `journal.enclosing`.
    """

    ledger_encloses: ClassVar[bool] = False
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save by compare-and-set on `version`. Raises StaleState when somebody else was first, OutsideAction outside one."""
        journal.require_open(self)
        self.updated_at = self._history_date = clock.now()
        if self._state.adding:
            super().save(*args, **kwargs)
            return
        self._seen_version = self.version
        self.version += 1
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "version", "updated_at"}
        try:
            super().save(*args, **(kwargs | {"force_update": True}))
        except StaleState:
            self.version = self._seen_version
            raise

    def _do_update(self, base_qs: Any, using: Any, pk_val: Any, values: Any, update_fields: Any, forced: bool) -> bool:
        # Django's own UPDATE, narrowed to the version the writer saw: a lost race updates no row.
        updated = super()._do_update(  # type: ignore[misc]
            base_qs.filter(version=self._seen_version), using, pk_val, values, update_fields, forced
        )
        if not updated:
            raise StaleState(
                f"{self} was changed by somebody else in the meantime.",
                fix="Reload it, look at what changed, and decide again. What you typed is kept.",
            )
        return updated

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete inside an action; the history stays."""
        journal.require_open(self)
        return super().delete(*args, **kwargs)


class Governed(Versioned):
    """A versioned record with full history."""

    history = actor_history(inherit=True)

    class Meta:
        abstract = True


@checked_by_itself
class LedgerIdentity(models.Model):
    """Which log this is: the name under which its checkpoints are signed, and the secret that blinds its tags. One row."""

    origin = models.CharField(max_length=200)
    blinding = models.CharField(max_length=64)

    class Meta:
        app_label = "governance"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_ledger_identity")]

    def __str__(self) -> str:
        return self.origin


@checked_by_itself
class Entry(models.Model):
    """One thing that happened, for good: who did what to which thing, and the digests of all it wrote.

    `about` are the blinded tags of all it concerns; `mac` tells it, until it is sealed, from one that somebody wrote
    past this application. Both have a default in the database, so that an older release can go on writing meanwhile.
    """

    seq = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=80)
    actor_ref = models.CharField(max_length=40, db_index=True)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    subject_key = models.CharField(max_length=120, blank=True)
    body = models.TextField()
    digest = models.CharField(max_length=64)
    about = models.TextField(default="", db_default="")
    mac = models.CharField(max_length=64, default="", db_default="")

    class Meta:
        app_label = "governance"
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "-seq"], name="entry_subject"),
            models.Index(fields=["kind", "-seq"], name="entry_kind"),
        ]

    def __str__(self) -> str:
        return f"entry {self.seq}"


@checked_by_itself
class Mention(models.Model):
    """A further thing that an entry touches beside its subject, so that the other's activity shows it too."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="mentions")
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)

    class Meta:
        app_label = "governance"
        indexes = [models.Index(fields=["subject_type", "subject_id", "-entry"], name="mention_subject")]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id} in entry {self.entry_id}"


class PersonalPayload(models.Model):
    """The part of an entry that may be forgotten: the entry keeps its salted digest, this row the words and the salt."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="personal_payloads")
    name = models.CharField(max_length=60)
    salt = models.CharField(max_length=64)
    value = models.JSONField()

    class Meta:
        app_label = "governance"
        constraints = [models.UniqueConstraint(fields=["entry", "name"], name="personal_payload_once")]

    def __str__(self) -> str:
        return f"{self.name} of entry {self.entry_id}"


guard(
    "entry_without_gap",
    Entry,
    "INSERT",
    "NEW.seq <> (SELECT COALESCE(MAX(e.seq), 0) + 1 FROM governance_entry e)",
    "ledger entries are numbered without a gap",
)

"""Audit packs that were asked for, and each time that one was built. A frozen pack's scope and hashes never change."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from governance.core import clock
from governance.core.text import NameField
from governance.ledger.appendonly import guard, protect
from governance.ledger.models import Governed
from governance.ledger.rows import AppendOnly
from governance.packs import sections
from governance.people import roles


class PackRows(models.QuerySet[Any]):
    """Packs."""

    def visible_to(self, user: Any) -> "PackRows":
        """Return all for readers of all; for others those they asked for and those they were given."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if roles.reads_all(user):
            return self
        return self.filter(Q(asked_by=user) | Q(pk__in=PackReader.objects.filter(person=user, ended_at=None).values("pack")))


class Pack(Governed):
    """One audit pack: a scope and a period, in one edition, as they stood at one checkpoint of the ledger.

    `subjects` are what was chosen, as [type, id, key, name]; none for the whole company. The files lie in the storage under
    their hashes; `size` and `root` are the checkpoint's.
    """

    class Scope(models.TextChoices):
        """What the pack is about."""

        COMPANY = sections.COMPANY, "The whole company"
        TEAM = sections.TEAM, "A team"
        SURFACES = sections.SURFACES, "Surfaces"
        VENDOR = sections.VENDOR, "A vendor"
        INCIDENT = sections.INCIDENT, "An incident"

    class Edition(models.TextChoices):
        """For whose eyes."""

        FULL = sections.FULL, "Full"
        AUDITOR = sections.AUDITOR, "Auditor's"
        BUYER = sections.BUYER, "Buyer's"

    class State(models.TextChoices):
        """Where the pack stands."""

        ASKED = "asked", "Being built"
        READY = "ready", "Frozen"
        FAILED = "failed", "Not built"
        DISCARDED = "discarded", "Files discarded"

    title = NameField(max_length=200)
    scope = models.CharField(max_length=10, choices=Scope.choices)
    subjects = models.JSONField(default=list, blank=True)
    starts_on = models.DateField("first day")
    ends_on = models.DateField("last day")
    edition = models.CharField(max_length=10, choices=Edition.choices, default=Edition.FULL)
    redact = models.JSONField(default=list, blank=True)
    classification = NameField(max_length=60, blank=True)
    asked_by = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="packs")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    trouble = models.TextField(blank=True)
    size = models.PositiveBigIntegerField("entries up to the checkpoint", null=True, blank=True)
    root = models.CharField(max_length=64, blank=True)
    as_of = models.DateTimeField(null=True, blank=True)
    contents = models.JSONField(default=dict, blank=True)
    manifest_digest = models.CharField(max_length=64, blank=True)
    zip_file = models.CharField(max_length=200, blank=True)
    zip_digest = models.CharField(max_length=64, blank=True)
    zip_size = models.PositiveBigIntegerField(default=0)
    pdf_file = models.CharField(max_length=200, blank=True)
    pdf_digest = models.CharField(max_length=64, blank=True)
    pdf_size = models.PositiveBigIntegerField(default=0)
    pages = models.PositiveIntegerField(default=0)
    frozen_at = models.DateTimeField(null=True, blank=True)

    objects = PackRows.as_manager()

    class Meta:
        app_label = "governance"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="pack_period_runs_forward",
                violation_error_message="A period ends on the day it begins, or later.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("ready", "discarded"))
                | (Q(size__isnull=False, as_of__isnull=False, frozen_at__isnull=False) & ~Q(manifest_digest="") & ~Q(root="")),
                name="frozen_pack_has_its_hashes",
                violation_error_message="A frozen pack has its checkpoint and its hashes.",
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | (~Q(zip_file="") & ~Q(zip_digest="")),
                name="frozen_pack_has_its_files",
                violation_error_message="A frozen pack has its files.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("pack", args=[self.key])

    @property
    def key(self) -> str:
        """PK-3."""
        return f"PK-{self.pk}" if self.pk else ""

    @property
    def is_ready(self) -> bool:
        """Whether its files can be taken."""
        return self.state == self.State.READY


class PackReader(Governed):
    """Somebody to whom a pack was given, who would not see it by role: a colleague, a guest auditor. It ends; the row stays."""

    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="readers")
    person = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="packs_given")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "governance"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pack", "person"],
                condition=Q(ended_at__isnull=True),
                name="pack_given_once",
                violation_error_message="They have it already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} for {self.pack}"


@protect
class PackBuild(AppendOnly):
    """One time that a pack was built, and what came out: the first freezes it, later ones show that it comes out the same.

    `differs` names the files that came out otherwise than when the pack was frozen.
    """

    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="builds")
    number = models.PositiveIntegerField()
    made_at = models.DateTimeField(default=clock.now, editable=False)
    made_by = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="+")
    manifest_digest = models.CharField(max_length=64)
    zip_digest = models.CharField(max_length=64, blank=True)
    differs = models.JSONField(default=list)
    seconds = models.PositiveIntegerField(default=0)
    job = models.CharField(max_length=40)

    class Meta:
        app_label = "governance"
        ordering = ["pack", "number"]
        constraints = [
            models.UniqueConstraint(fields=["pack", "number"], name="pack_build_numbered_once"),
            models.UniqueConstraint(fields=["job"], name="pack_build_job_once"),
        ]

    def __str__(self) -> str:
        return f"build {self.number} of {self.pack}"

    @property
    def same(self) -> bool:
        """Whether every file came out as when the pack was frozen."""
        return not self.differs


guard(
    "frozen_pack_stays",
    Pack,
    "UPDATE",
    "OLD.state IN ('ready', 'discarded') AND (NEW.manifest_digest <> OLD.manifest_digest OR NEW.zip_digest <> OLD.zip_digest"
    " OR NEW.pdf_digest <> OLD.pdf_digest OR NEW.size <> OLD.size OR NEW.root <> OLD.root"
    " OR NEW.scope <> OLD.scope"
    " OR NEW.starts_on <> OLD.starts_on OR NEW.ends_on <> OLD.ends_on"
    " OR NEW.edition <> OLD.edition OR NEW.state IN ('asked', 'failed'))",
    "a frozen pack never changes; ask for another one",
)

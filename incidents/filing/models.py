"""Share links, what was answered when a problem was reported, and the alerts of other systems by which one was."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from governance.core import clock
from governance.core.text import NameField, ProseField
from governance.ledger.appendonly import guard, protect
from governance.ledger.models import Governed
from governance.ledger.rows import AppendOnly
from registry.surfaces.models import Surface


class ReportLink(Governed):
    """An address that lets anybody who holds it report a problem without an account, until a day, and nothing else.

    The secret part of the address is not stored: it is computed from `nonce` with the installation's key (`doors.py`).
    """

    class State(models.TextChoices):
        """Whether it still opens the form; a day that has passed closes it as well."""

        ACTIVE = "active", "Open"
        REVOKED = "revoked", "Revoked"

    name = NameField("where it is handed out", max_length=200)
    surface = models.ForeignKey(Surface, null=True, blank=True, on_delete=models.PROTECT, related_name="report_links")
    team = models.ForeignKey("governance.Team", null=True, blank=True, on_delete=models.PROTECT, related_name="report_links")
    owner = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="report_links")
    nonce = models.CharField(max_length=32, unique=True, editable=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ACTIVE)
    expires_at = models.DateTimeField()
    ended_because = ProseField("why it was revoked", max_length=2000, blank=True)

    class Meta:
        app_label = "incidents"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "expires_at"], name="report_link_open")]
        constraints = [
            models.CheckConstraint(condition=~Q(nonce=""), name="report_link_has_secret"),
            models.CheckConstraint(condition=Q(state__in=("active", "revoked")), name="report_link_state"),
            models.CheckConstraint(
                condition=~Q(state="revoked") | ~Q(ended_because=""),
                name="report_link_revoked_with_reason",
                violation_error_message="Say why it is revoked.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """RL-3."""
        return f"RL-{self.pk}" if self.pk else ""

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("report-link", args=[self.key])

    @property
    def ledger_touches(self) -> tuple[Surface | None]:
        """What an entry about it also touches."""
        return (self.surface,)


@protect
class Report(AppendOnly):
    """What somebody answered when they reported one incident, and the secret under which they follow it.

    Kept as it was said, beside the incident that responders go on to change. `nonce` makes the address of the tracking
    page, as it does for links.
    """

    class Harm(models.TextChoices):
        """How bad it is, in words that need no explanation."""

        HARMED = "harmed", "Someone was harmed, or data reached the wrong person"
        WRONG = "wrong", "Members or customers got something wrong"
        CAUGHT = "caught", "We noticed before it got out"
        ODD = "odd", "It is odd, nothing more"
        UNSAID = "unsaid", "Not said"

    incident = models.OneToOneField("incidents.Incident", on_delete=models.PROTECT, related_name="report")
    link = models.ForeignKey(ReportLink, null=True, blank=True, on_delete=models.PROTECT, related_name="reports")
    harm = models.CharField(max_length=8, choices=Harm.choices, default=Harm.UNSAID)
    nonce = models.CharField(max_length=32, unique=True)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "incidents"
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=~Q(nonce=""), name="report_has_secret")]

    def __str__(self) -> str:
        return f"report of {self.incident}"


class SignalGroup(models.Model):
    """Alerts that another system sends under one key: while the incident it opened is open, all of them belong to it.

    `digest` is the SHA-256 over who sends and their group key, so that two senders never share a group.
    """

    digest = models.CharField(max_length=64, unique=True)
    incident = models.ForeignKey(
        "incidents.Incident", null=True, blank=True, on_delete=models.PROTECT, related_name="signal_groups"
    )
    made_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        app_label = "incidents"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"signal group {self.digest[:12]}"


class Signal(models.Model):
    """One alert of another system from when it began to fire; sent again, it is the same row."""

    group = models.ForeignKey(SignalGroup, on_delete=models.PROTECT, related_name="signals")
    incident = models.ForeignKey("incidents.Incident", on_delete=models.PROTECT, related_name="signals")
    fingerprint = models.CharField(max_length=64)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "incidents"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["group", "fingerprint", "started_at"], name="signal_once")]

    def __str__(self) -> str:
        return f"signal {self.fingerprint}"


guard(
    "report_link_stays_revoked",
    ReportLink,
    "UPDATE",
    "OLD.state = 'revoked' AND (NEW.state <> OLD.state OR NEW.nonce <> OLD.nonce)",
    "a link that was revoked never opens again; make a new one",
)
guard(
    "report_link_names_what_it_named",
    ReportLink,
    "UPDATE",
    "COALESCE(NEW.surface_id, 0) <> COALESCE(OLD.surface_id, 0) OR COALESCE(NEW.team_id, 0) <> COALESCE(OLD.team_id, 0)",
    "what a link names never changes: it hangs on walls; make a new one",
)

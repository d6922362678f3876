"""Guests' access, the terms it was decided under, and auditors' questions with what was said to them."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from governance.core import clock
from governance.core.text import NameField, ProseField
from governance.ledger.appendonly import guard, protect
from governance.ledger.models import Governed
from governance.ledger.rows import AppendOnly
from governance.people.models import Invitation, User
from registry.surfaces.models import Surface


class GuestAccess(Governed):
    """One guest auditor's look at the company: a scope, a period of whole UTC days, and an end.

    The scope is the surfaces that are named (`GuestSurface`), fixed when it is decided; `scope` says in words how they were
    chosen. `person` is empty until the invitation is accepted. `number` counts the decisions (`GuestTerm`) so far.
    """

    class State(models.TextChoices):
        """Where it stands."""

        INVITED = "invited", "Invited"
        ACTIVE = "active", "Active"
        ENDED = "ended", "Ended"

    purpose = NameField("what for", max_length=200)
    scope = NameField(max_length=400)
    person = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="guest_accesses")
    invitation = models.OneToOneField(Invitation, null=True, blank=True, on_delete=models.PROTECT, related_name="guest_access")
    contact = models.ForeignKey(User, on_delete=models.PROTECT, related_name="guests_hosted")
    period_from = models.DateField()
    period_until = models.DateField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.INVITED)
    ended_because = ProseField("why it ended", max_length=2000, blank=True)
    number = models.PositiveIntegerField(default=1)

    class Meta:
        app_label = "registry"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "ends_at"], name="guest_access_ends")]
        constraints = [
            models.CheckConstraint(
                condition=Q(period_until__gte=F("period_from")),
                name="guest_period_in_order",
                violation_error_message="The period's last day is before its first.",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(invitation__isnull=False),
                name="guest_access_of_somebody",
                violation_error_message="Say who the guest is.",
            ),
            models.CheckConstraint(condition=~Q(state="active") | Q(person__isnull=False), name="active_guest_is_somebody"),
            models.UniqueConstraint(
                fields=["person"],
                condition=~Q(state="ended"),
                name="one_access_of_a_guest",
                violation_error_message="This guest has a scope already. End it first.",
            ),
        ]

    def __str__(self) -> str:
        return self.purpose

    @property
    def key(self) -> str:
        """GA-3."""
        return f"GA-{self.pk}" if self.pk else ""

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("guest", args=[self.key])


@protect
class GuestSurface(AppendOnly):
    """One surface that lies in a guest's scope, from the first decision on."""

    access = models.ForeignKey(GuestAccess, on_delete=models.PROTECT, related_name="surface_rows")
    surface = models.ForeignKey(Surface, on_delete=models.PROTECT, related_name="guest_rows")

    class Meta:
        app_label = "registry"
        ordering = ["surface"]
        constraints = [models.UniqueConstraint(fields=["access", "surface"], name="guest_surface_once")]

    def __str__(self) -> str:
        return f"surface {self.surface_id} for {self.access_id}"


@protect
class GuestTerm(AppendOnly):
    """One decision on a guest's access: the period, the end, who decided and why. An extension is another row."""

    access = models.ForeignKey(GuestAccess, on_delete=models.PROTECT, related_name="terms")
    number = models.PositiveIntegerField()
    period_from = models.DateField()
    period_until = models.DateField()
    ends_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=clock.now)
    reason = ProseField(max_length=2000)

    class Meta:
        app_label = "registry"
        ordering = ["access", "number"]
        constraints = [
            models.UniqueConstraint(fields=["access", "number"], name="guest_term_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="guest_term_has_reason"),
        ]

    def __str__(self) -> str:
        return f"decision {self.number} on GA-{self.access_id}"


class AuditQuestion(Governed):
    """What an auditor wants to know of one object: a task with an owner and a day, until the asker accepts the answer."""

    class State(models.TextChoices):
        """Whose turn it is."""

        OPEN = "open", "Waits for an answer"
        ANSWERED = "answered", "Answered"
        ACCEPTED = "accepted", "Accepted"

    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    subject_key = models.CharField(max_length=120, blank=True)
    subject_name = NameField(blank=True)
    surface = models.ForeignKey(Surface, null=True, blank=True, on_delete=models.PROTECT, related_name="audit_questions")
    text = ProseField("question", max_length=4000)
    asker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="audit_questions_asked")
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="audit_questions")
    due_on = models.DateField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    answered_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "registry"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["state", "due_on"], name="audit_question_due"),
            models.Index(fields=["subject_type", "subject_id"], name="audit_question_subject"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="audit_question_asks"),
            models.CheckConstraint(condition=Q(state="open") | Q(answered_at__isnull=False), name="answered_question_has_moment"),
            models.CheckConstraint(
                condition=(Q(state="accepted") & Q(accepted_at__isnull=False))
                | (~Q(state="accepted") & Q(accepted_at__isnull=True)),
                name="accepted_question_has_moment",
            ),
        ]

    def __str__(self) -> str:
        first = self.text.strip().splitlines()[0] if self.text.strip() else self.key
        return first if len(first) <= 90 else f"{first[:89].rstrip()}…"

    @property
    def key(self) -> str:
        """AQ-5."""
        return f"AQ-{self.pk}" if self.pk else ""

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("audit-question", args=[self.key])

    @property
    def ledger_touches(self) -> tuple[Surface | None]:
        """What an entry about it also touches."""
        return (self.surface,)


@protect
class AuditReply(AppendOnly):
    """One step of the talk about a question, kept as said: an answer, a reopening, the acceptance."""

    class Verb(models.TextChoices):
        """What was done by it."""

        ANSWER = "answer", "answered"
        REOPEN = "reopen", "asked again"
        ACCEPT = "accept", "accepted the answer"

    question = models.ForeignKey(AuditQuestion, on_delete=models.PROTECT, related_name="replies")
    verb = models.CharField(max_length=6, choices=Verb.choices)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="audit_replies")
    text = ProseField(max_length=8000, blank=True)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "registry"
        ordering = ["question", "pk"]
        constraints = [models.CheckConstraint(condition=Q(verb="accept") | ~Q(text=""), name="audit_reply_says_something")]

    def __str__(self) -> str:
        return f"{self.get_verb_display()} AQ-{self.question_id}"


guard(
    "guest_access_stays_ended",
    GuestAccess,
    "UPDATE",
    "OLD.state = 'ended' AND NEW.state <> OLD.state",
    "a guest's access that ended stays ended; decide on a new one",
)
guard(
    "guest_access_by_decision",
    GuestAccess,
    "UPDATE",
    "(NEW.ends_at <> OLD.ends_at OR NEW.period_from <> OLD.period_from OR NEW.period_until <> OLD.period_until) AND NOT EXISTS"
    " (SELECT 1 FROM registry_guestterm t WHERE t.access_id = NEW.id AND t.number = NEW.number AND t.ends_at = NEW.ends_at"
    " AND t.period_from = NEW.period_from AND t.period_until = NEW.period_until)",
    "a guest's period and end change by a decision only",
)
guard(
    "audit_question_stays_asked",
    AuditQuestion,
    "UPDATE",
    "NEW.text <> OLD.text OR NEW.asker_id <> OLD.asker_id OR NEW.subject_type <> OLD.subject_type"
    " OR NEW.subject_id <> OLD.subject_id",
    "what was asked, by whom and about what never changes; ask anew",
)

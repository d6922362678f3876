"""Reviews, their frozen agendas, who was there, what was decided."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from governance.core.text import NameField, ProseField
from governance.ledger.appendonly import guard, protect
from governance.ledger.models import Governed
from governance.ledger.rows import AppendOnly


def _person(related_name: str = "+", null: bool = False) -> Any:
    return models.ForeignKey("governance.User", null=null, blank=null, on_delete=models.PROTECT, related_name=related_name)


class Review(Governed):
    """One sitting in which what happened between two days (both included) is looked at, and decided upon.

    `owner` leads it. `subject_*` name the one thing that it looks at, empty where it looks at everything. `before` is the
    review of the same kind and thing before this one: what became of its decisions stands first. The agenda is made from
    what is held for as long as it is planned, and frozen when it begins. `outcome` is what a review of one thing comes to.
    `digest` is SHA-256 over the canonical JSON of agenda, attendance, notes and decisions (`queries.content`) once held.
    """

    class Kind(models.TextChoices):
        """What it looks at."""

        EVAL = "eval", "Weekly eval review"
        VENDOR = "vendor", "Vendor review"
        OPERATIONS = "operations", "Operations checklist"

    class State(models.TextChoices):
        """How far it is."""

        PLANNED = "planned", "Planned"
        OPEN = "open", "Under way"
        HELD = "held", "Held"
        CANCELLED = "cancelled", "Called off"

    class Outcome(models.TextChoices):
        """What the review of one thing comes to."""

        KEEP = "keep", "Keep"
        CONDITIONS = "conditions", "Keep, with conditions"
        EXIT = "exit", "Exit"

    PENDING = ("planned", "open")
    """Not over."""

    kind = models.CharField(max_length=10, choices=Kind.choices)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=40, blank=True)
    subject_label = NameField(max_length=300, blank=True)
    owner = _person("reviews_led")
    planned_on = models.DateField()
    since = models.DateField("first day looked at")
    until = models.DateField("last day looked at")
    before = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    scheduled = models.BooleanField(default=False)
    state = models.CharField(max_length=9, choices=State.choices, default=State.PLANNED)
    begun_at = models.DateTimeField(null=True, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    notes = ProseField(blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    outcome_why = ProseField("why", max_length=4000, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    ended_because = ProseField("why it was called off", max_length=2000, blank=True)

    class Meta:
        app_label = "governance"
        ordering = ["-planned_on", "-pk"]
        indexes = [
            models.Index(fields=["state", "planned_on"], name="review_planned"),
            models.Index(fields=["kind", "subject_id", "-planned_on"], name="review_of"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_type", "subject_id"],
                condition=Q(state__in=("planned", "open")),
                name="one_pending_review",
                violation_error_message="Such a review is planned or under way already.",
            ),
            models.CheckConstraint(condition=Q(until__gte=models.F("since")), name="review_looks_at_days"),
            models.CheckConstraint(
                condition=Q(subject_type="", subject_id="") | (~Q(subject_type="") & ~Q(subject_id="")),
                name="review_subject_whole",
            ),
            models.CheckConstraint(
                condition=(Q(state="held") & Q(held_at__isnull=False, begun_at__isnull=False) & ~Q(digest=""))
                | (~Q(state="held") & Q(held_at__isnull=True, digest="")),
                name="held_review_has_digest",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(ended_because=""),
                name="review_cancelled_with_reason",
                violation_error_message="Say why it is called off.",
            ),
            models.CheckConstraint(
                condition=Q(outcome="") | ~Q(outcome_why=""),
                name="review_outcome_with_reason",
                violation_error_message="Say why.",
            ),
        ]

    def __str__(self) -> str:
        what = f"{self.get_kind_display()}: {self.subject_label}" if self.subject_label else self.get_kind_display()
        return f"{what}, {self.planned_on:%-d %B %Y}"

    @property
    def key(self) -> str:
        """RV-3."""
        return f"RV-{self.pk}" if self.pk else ""

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("review", args=[self.key])


@protect
class AgendaEntry(AppendOnly):
    """One line of a review's agenda, frozen when the review began. `owner` answers for it; the texts name no person."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="agenda")
    place = models.IntegerField()
    section = models.CharField(max_length=60)
    label = NameField(max_length=200)
    text = NameField(max_length=400)
    value = NameField(max_length=120, blank=True)
    detail = NameField(max_length=400, blank=True)
    url = models.CharField(max_length=600, blank=True)
    level = models.CharField(max_length=5, blank=True)
    about_type = models.CharField(max_length=60, blank=True)
    about_id = models.CharField(max_length=40, blank=True)
    owner = _person(null=True)

    class Meta:
        app_label = "governance"
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["review", "place"], name="agenda_place_once")]

    def __str__(self) -> str:
        return self.text


class Attendance(Governed):
    """Somebody is asked to a review; `came` says that they were there."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="attendance")
    person = _person("review_attendance")
    came = models.BooleanField(default=False)

    class Meta:
        app_label = "governance"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "person"], name="asked_to_review_once", violation_error_message="They are asked already."
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.review_id}"

    @property
    def ledger_touches(self) -> tuple[Any, ...]:
        """What an entry about this also touches."""
        return (self.review,)


class ReviewDecision(Governed):
    """What a review decided: to be done by one person until a day. The next review begins with what became of it.

    `entry` is the line of the agenda that it answers. It counts as overdue from the day after `due_on` while it is open.
    """

    class State(models.TextChoices):
        """How far it is."""

        OPEN = "open", "To do"
        DONE = "done", "Done"
        DROPPED = "dropped", "Dropped"

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="decisions")
    entry = models.ForeignKey(AgendaEntry, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions")
    text = NameField("what is decided")
    detail = ProseField(max_length=4000, blank=True)
    owner = _person("review_decisions")
    due_on = models.DateField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = _person(null=True)
    ended_note = ProseField("what came of it", max_length=4000, blank=True)

    class Meta:
        app_label = "governance"
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["state", "due_on"], name="review_decision_due"),
            models.Index(fields=["owner", "state"], name="review_decision_owner"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="review_decision_says_what"),
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True, ended_by__isnull=True)
                | (~Q(state="open") & Q(ended_at__isnull=False, ended_by__isnull=False)),
                name="review_decision_ended_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="dropped") | ~Q(ended_note=""),
                name="review_decision_dropped_for_a_reason",
                violation_error_message="Say why it is dropped.",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def key(self) -> str:
        """RD-4."""
        return f"RD-{self.pk}" if self.pk else ""

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("review-decision", args=[self.key])

    @property
    def ledger_touches(self) -> tuple[Any, ...]:
        """What an entry about this decision also touches."""
        return (self.review,)


guard(
    "review_stays_held",
    Review,
    "UPDATE",
    "OLD.state IN ('held', 'cancelled')",
    "a review that was held or called off never changes; plan another one",
)
guard(
    "agenda_of_begun_review",
    AgendaEntry,
    "INSERT",
    "NOT EXISTS (SELECT 1 FROM governance_review r WHERE r.id = NEW.review_id AND r.state = 'open')",
    "an agenda is frozen when its review begins",
)

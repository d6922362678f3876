"""Postmortems, their texts and causes, action items, and cases asked for. R11 is held by triggers (guards.py)."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from governance.core.text import NameField, ProseField
from governance.ledger.models import Governed
from incidents.cases.models import Incident
from registry.evals.models import EvalRun, EvalSuite, refuse_secrets

LONGEST_TEXT = 20_000


def _person(related_name: str = "+", null: bool = False) -> Any:
    return models.ForeignKey("governance.User", null=null, blank=null, on_delete=models.PROTECT, related_name=related_name)


class Postmortem(Governed):
    """What one incident taught: how it was seen, why it could happen, and what changes. It blames nobody.

    `moments` are ids of timeline entries that are drawn into it. `content` is the whole of it as it was put before its
    approvers, `digest` the SHA-256 over that in canonical JSON; both are empty until then.
    """

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", "Being written"
        REVIEW = "review", "Waiting for approval"
        APPROVED = "approved", "Approved"

    incident = models.OneToOneField(Incident, on_delete=models.PROTECT, related_name="postmortem")
    title = NameField()
    author = _person("postmortems")
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    moments = models.JSONField(default=list, blank=True)
    content = models.JSONField(default=dict, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    request = models.OneToOneField(
        "governance.ApprovalRequest", null=True, blank=True, on_delete=models.PROTECT, related_name="postmortem"
    )
    approved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "incidents"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "-created_at"], name="postmortem_state")]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="postmortem_has_title"),
            models.CheckConstraint(
                condition=(Q(state="approved") & Q(approved_at__isnull=False))
                | (~Q(state="approved") & Q(approved_at__isnull=True)),
                name="postmortem_approved_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def key(self) -> str:
        """PM-3; also its address."""
        return f"PM-{self.pk}" if self.pk else ""

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("postmortem", args=[self.key])

    @property
    def ledger_touches(self) -> tuple[Any, ...]:
        """What an entry about this postmortem also touches."""
        return (self.incident, *self.incident.ledger_touches)


class PostmortemSection(Governed):
    """One text of a postmortem, with a version of its own: several people write at once, each on another text.

    `kind`, `heading` and whether it may stay empty come from the policy's template when the postmortem is begun, and stay.
    """

    postmortem = models.ForeignKey(Postmortem, on_delete=models.CASCADE, related_name="sections")
    kind = models.CharField(max_length=40)
    heading = NameField(max_length=120)
    hint = ProseField(max_length=1000, blank=True)
    number = models.PositiveSmallIntegerField()
    demanded = models.BooleanField(default=True)
    text = ProseField(max_length=LONGEST_TEXT, blank=True)
    written_by = _person(null=True)

    class Meta:
        app_label = "incidents"
        ordering = ["postmortem", "number"]
        constraints = [models.UniqueConstraint(fields=["postmortem", "kind"], name="postmortem_section_once")]

    def __str__(self) -> str:
        return f"{self.heading} of PM-{self.postmortem_id}"

    @property
    def key(self) -> str:
        """PM-3 impact."""
        return f"PM-{self.postmortem_id} {self.kind}"

    @property
    def ledger_touches(self) -> tuple[Any, ...]:
        """What an entry about this text also touches."""
        return (self.postmortem, self.postmortem.incident)


class PostmortemCause(Governed):
    """An incident could happen also because of this: a cause of the policy's list, with a word on how."""

    postmortem = models.ForeignKey(Postmortem, on_delete=models.CASCADE, related_name="causes")
    cause = models.CharField(max_length=60)
    note = ProseField(max_length=2000, blank=True)

    class Meta:
        app_label = "incidents"
        ordering = ["postmortem", "pk"]
        indexes = [models.Index(fields=["cause"], name="postmortem_cause_key")]
        constraints = [
            models.UniqueConstraint(
                fields=["postmortem", "cause"],
                name="postmortem_cause_once",
                violation_error_message="This cause is named already; change its note.",
            )
        ]

    def __str__(self) -> str:
        return self.cause

    @property
    def ledger_touches(self) -> tuple[Any, ...]:
        """What an entry about this cause also touches."""
        return (self.postmortem, self.postmortem.incident)


class ActionItem(Governed):
    """Something that has to be done because of an incident, by one person until a day. Another person verifies it.

    `target_type`, `target_id` and `target_label` point at what in the system changes by it (see `targets`); blank for work
    that leaves the system as it is. It counts as overdue from the day after `due_on` until it is done.
    """

    class State(models.TextChoices):
        """How far it is."""

        OPEN = "open", "To do"
        DONE = "done", "Done, to be verified"
        VERIFIED = "verified", "Verified"
        DROPPED = "dropped", "Dropped"

    PENDING = ("open", "done")
    """Not over: somebody still has to do or to verify it."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="action_items")
    postmortem = models.ForeignKey(Postmortem, null=True, blank=True, on_delete=models.PROTECT, related_name="action_items")
    what = NameField("what is to be done")
    detail = ProseField(max_length=4000, blank=True)
    owner = _person("action_items")
    due_on = models.DateField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    target_type = models.CharField(max_length=12, blank=True)
    target_id = models.CharField(max_length=120, blank=True)
    target_label = NameField(max_length=300, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = _person(null=True)
    done_note = ProseField(max_length=4000, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = _person(null=True)
    verified_note = ProseField(max_length=4000, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_why = ProseField(max_length=4000, blank=True)
    overdue_told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "incidents"
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["state", "due_on"], name="action_item_due"),
            models.Index(fields=["due_on"], name="action_item_day"),
            models.Index(fields=["owner", "state"], name="action_item_owner"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(what=""), name="action_item_says_what"),
            models.CheckConstraint(
                condition=Q(state__in=("open", "dropped")) | Q(done_at__isnull=False, done_by__isnull=False),
                name="action_item_done_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="verified") | Q(verified_at__isnull=False, verified_by__isnull=False),
                name="action_item_verified_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True) | (~Q(verified_by=F("owner")) & ~Q(verified_by=F("done_by"))),
                name="action_item_verified_by_another",
                violation_error_message="Whoever answers for it, or did it, does not verify it.",
            ),
            models.CheckConstraint(
                condition=~Q(state="dropped") | (Q(dropped_at__isnull=False) & ~Q(dropped_why="")),
                name="action_item_dropped_for_a_reason",
                violation_error_message="Say why it is dropped.",
            ),
            models.CheckConstraint(
                condition=Q(target_type="", target_id="") | (~Q(target_type="") & ~Q(target_id="")),
                name="action_item_target_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def key(self) -> str:
        """AI-4; also its address."""
        return f"AI-{self.pk}" if self.pk else ""

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("action-item", args=[self.key])

    @property
    def ledger_touches(self) -> tuple[Any, ...]:
        """What an entry about this item also touches."""
        return (self.incident, *((self.postmortem,) if self.postmortem else ()))


class EvalCaseRequest(Governed):
    """A case asked for in an eval suite, so that what happened is tried from now on: words in, and what good would be.

    The case itself lives where the suite's cases live. `first_run` is the first run that carried a case of this name after
    it was asked for, set by itself; `first_outcome` says how the case came out there.
    """

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="eval_cases")
    postmortem = models.ForeignKey(Postmortem, null=True, blank=True, on_delete=models.PROTECT, related_name="eval_cases")
    suite = models.ForeignKey(EvalSuite, on_delete=models.PROTECT, related_name="case_requests")
    name = NameField("name of the case", max_length=300)
    words = ProseField("words that go in", max_length=8000)
    expected = ProseField("what good would be", max_length=4000)
    asked_by = _person()
    first_run = models.ForeignKey(EvalRun, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    first_outcome = models.CharField(max_length=5, blank=True)
    first_ran_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "incidents"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["suite", "name"],
                name="eval_case_asked_once",
                violation_error_message="A case of this name is asked for in this suite already.",
            ),
            models.CheckConstraint(
                condition=Q(first_run__isnull=True, first_ran_at__isnull=True, first_outcome="")
                | (Q(first_run__isnull=False, first_ran_at__isnull=False) & ~Q(first_outcome="")),
                name="eval_case_ran_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """EC-3; also its address."""
        return f"EC-{self.pk}" if self.pk else ""

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("eval-case", args=[self.key])

    def clean(self) -> None:
        """Refuse secrets wherever they are typed."""
        refuse_secrets({"words": self.words, "expected": self.expected})

    @property
    def ledger_touches(self) -> tuple[Any, ...]:
        """What an entry about this case also touches."""
        return (self.incident, self.suite, *((self.postmortem,) if self.postmortem else ()))

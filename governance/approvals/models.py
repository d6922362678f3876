"""Approval requests and what was decided. R7 and R8 are held by constraints and triggers as well as by rules."""

from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import F, Q

from governance.core.contributions import ApprovalKind, contribution
from governance.core.text import NameField, ProseField
from governance.ledger import journal
from governance.ledger.appendonly import guard, protect
from governance.ledger.models import Governed
from governance.ledger.rows import AppendOnly


class ApprovalRequest(Governed):
    """Somebody asks that a thing, as it is under one digest, be agreed to by the people whom policy names."""

    class State(models.TextChoices):
        """Where the request stands."""

        OPEN = "open", "Waiting"
        APPROVED = "approved", "Approved"
        REJECTED = "rejected", "Rejected"
        WITHDRAWN = "withdrawn", "Withdrawn"
        EXPIRED = "expired", "Expired"
        VOIDED = "voided", "Voided"

    subject_kind = models.CharField(max_length=30)
    subject_id = models.CharField(max_length=40)
    subject_key = models.CharField(max_length=120, blank=True)
    subject_digest = models.CharField(max_length=64)
    title = NameField()
    tier = models.PositiveSmallIntegerField(null=True, blank=True)
    change_kinds = models.JSONField(default=list, blank=True)
    lane = models.CharField(max_length=20, default="standard")
    in_order = models.BooleanField(default=False)
    requester = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="requests")
    policy_version = models.ForeignKey("governance.PolicyVersion", on_delete=models.PROTECT, related_name="requests")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    due_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "governance"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], name="request_subject"),
            models.Index(fields=["state", "due_at"], name="request_due"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id"],
                condition=Q(state="open"),
                name="one_open_request",
                violation_error_message="This already waits for approval.",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def key(self) -> str:
        """A-17."""
        return f"A-{self.pk}"

    @cached_property
    def thing(self) -> Any:
        """What is asked about, as its kind loads it."""
        return contribution(ApprovalKind, self.subject_kind).load(self.subject_id)

    def ledger_within(self) -> list[tuple[str, str]]:
        """What is said about the request concerns the thing, and what the thing belongs to."""
        return journal.around(self.thing)

    @property
    def tally(self) -> str:
        """How many of its places are filled with a yes: 2 of 5. Reads the steps."""
        steps = list(self.steps.all())
        return f"{sum(1 for step in steps if step.state == ApprovalStep.State.APPROVED)} of {len(steps)}"


class ApprovalStep(Governed):
    """One place at the table of a request: a position, to be filled by one person."""

    class State(models.TextChoices):
        """Where the step stands."""

        WAITING = "waiting", "Waiting"
        APPROVED = "approved", "Approved"
        REJECTED = "rejected", "Rejected"
        CLOSED = "closed", "Not needed any more"

    request = models.ForeignKey(ApprovalRequest, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField()
    position = models.ForeignKey("governance.Position", on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey("governance.Team", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    assignee = models.ForeignKey("governance.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    filled_by = models.ForeignKey("governance.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "governance"
        ordering = ["request", "number"]
        constraints = [
            models.UniqueConstraint(fields=["request", "number"], name="step_number_once"),
            models.UniqueConstraint(
                fields=["request", "filled_by"],
                condition=Q(filled_by__isnull=False),
                name="one_person_one_step",
                violation_error_message="This person has already filled another step of this request.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} on {self.request}"

    @property
    def key(self) -> str:
        """The request's key with the step's number."""
        return f"A-{self.request_id}.{self.number}"

    def ledger_within(self) -> list[tuple[str, str]]:
        """What its request lies within."""
        return self.request.ledger_within()


@protect
class Decision(AppendOnly):
    """What one person decided on one step, for one digest: never changed, never taken back, only followed by another."""

    class Verdict(models.TextChoices):
        """What was decided."""

        APPROVE = "approve", "Approved"
        CONDITIONS = "conditions", "Approved with conditions"
        REJECT = "reject", "Rejected"
        ABSTAIN = "abstain", "Abstained"
        DELEGATE = "delegate", "Delegated"

    request = models.ForeignKey(ApprovalRequest, on_delete=models.PROTECT, related_name="decisions")
    step = models.ForeignKey(ApprovalStep, on_delete=models.PROTECT, related_name="decisions")
    person = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="decisions")
    requester = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey("governance.User", null=True, on_delete=models.PROTECT, related_name="+")
    delegate_to = models.ForeignKey("governance.User", null=True, on_delete=models.PROTECT, related_name="+")
    position = models.ForeignKey("governance.Position", on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    comment = ProseField(blank=True)
    subject_digest = models.CharField(max_length=64)
    policy_version = models.ForeignKey("governance.PolicyVersion", on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        app_label = "governance"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(person=F("requester")),
                name="requester_never_approves",
                violation_error_message="Whoever asks never approves.",
            ),
            models.CheckConstraint(
                condition=~Q(verdict="reject") | ~Q(comment=""),
                name="rejection_has_reason",
                violation_error_message="A rejection needs a reason.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()} by {self.person}"

    @property
    def key(self) -> str:
        """D-204."""
        return f"D-{self.pk}"

    def ledger_within(self) -> list[tuple[str, str]]:
        """What the request lies within."""
        return self.request.ledger_within()


class Condition(Governed):
    """Something that an approver asks for along with a yes: an action item with an owner and a date."""

    class State(models.TextChoices):
        """Whether it is met."""

        OPEN = "open", "Open"
        MET = "met", "Met"

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="conditions")
    text = ProseField(max_length=2000)
    owner = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="conditions")
    due_on = models.DateField()
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    met_note = ProseField(max_length=2000, blank=True)
    met_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "governance"
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def key(self) -> str:
        """CO-9."""
        return f"CO-{self.pk}"

    def ledger_within(self) -> list[tuple[str, str]]:
        """What the request lies within on which it was asked."""
        return self.decision.request.ledger_within()


guard(
    "decision_for_this_request",
    Decision,
    "INSERT",
    "NOT EXISTS (SELECT 1 FROM governance_approvalrequest r JOIN governance_approvalstep s ON s.request_id = r.id"
    " WHERE r.id = NEW.request_id AND s.id = NEW.step_id AND r.state = 'open'"
    " AND r.subject_digest = NEW.subject_digest AND r.requester_id = NEW.requester_id)",
    "a decision belongs to an open request, its step, its requester and its digest",
)
guard(
    "one_person_one_step",
    Decision,
    "INSERT",
    "NEW.verdict IN ('approve', 'conditions') AND EXISTS (SELECT 1 FROM governance_approvalstep s"
    " WHERE s.request_id = NEW.request_id AND s.filled_by_id = NEW.person_id AND s.id <> NEW.step_id)",
    "one person fills one step of a request",
)
guard(
    "step_approved_by_decision",
    ApprovalStep,
    "UPDATE",
    "NEW.state = 'approved' AND (NEW.filled_by_id IS NULL OR NOT EXISTS (SELECT 1 FROM governance_decision d"
    " WHERE d.step_id = NEW.id AND d.person_id = NEW.filled_by_id AND d.verdict IN ('approve', 'conditions')))",
    "a step is approved by a decision and nothing else",
)
guard(
    "request_approved_by_steps",
    ApprovalRequest,
    "UPDATE",
    "NEW.state = 'approved' AND (NOT EXISTS (SELECT 1 FROM governance_approvalstep s WHERE s.request_id = NEW.id)"
    " OR EXISTS (SELECT 1 FROM governance_approvalstep s WHERE s.request_id = NEW.id AND s.state <> 'approved'))",
    "a request is approved when every step is, and never without steps",
)
guard(
    "request_keeps_its_digest",
    ApprovalRequest,
    "UPDATE",
    "NEW.subject_digest <> OLD.subject_digest OR NEW.subject_id <> OLD.subject_id"
    " OR NEW.subject_kind <> OLD.subject_kind OR NEW.requester_id <> OLD.requester_id"
    " OR (OLD.state <> 'open' AND NEW.state <> OLD.state)",
    "a request never changes its subject, digest or requester, and never reopens",
)
guard(
    "request_starts_open",
    ApprovalRequest,
    "INSERT",
    "NEW.state <> 'open'",
    "a request starts open",
)
guard(
    "step_starts_waiting",
    ApprovalStep,
    "INSERT",
    "NEW.state <> 'waiting' OR NEW.filled_by_id IS NOT NULL"
    " OR EXISTS (SELECT 1 FROM governance_approvalrequest r WHERE r.id = NEW.request_id AND r.state <> 'open')",
    "a step starts waiting, on an open request",
)

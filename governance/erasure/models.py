"""Requests to be erased."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse

from governance.core.text import NameField, ProseField
from governance.ledger.appendonly import guard
from governance.ledger.models import Versioned, actor_history
from governance.people.rows import OversightRows

DAYS = 30
"""How long a request may take: a month (GDPR Art. 12(3)), counted as thirty days, which is never longer."""


class Erasure(Versioned):
    """Somebody asked to be forgotten: a person with an account, or somebody of whom only an address is known.

    `address`, `identity` and `note` are in no history, and emptied once it is settled. `result` lists what each store
    erased, and what stays and why; the figures stand in the ledger's entry as well.
    """

    class State(models.TextChoices):
        """Where it stands."""

        ASKED = "asked", "Waits for a decision"
        DONE = "done", "Erased"
        REFUSED = "refused", "Refused"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Basis(models.TextChoices):
        """On which ground of GDPR Art. 17(1), or another, it is asked."""

        UNNECESSARY = "unnecessary", "No longer needed (GDPR Art. 17(1)(a))"
        CONSENT = "consent", "Consent withdrawn (GDPR Art. 17(1)(b))"
        OBJECTION = "objection", "Objects to it (GDPR Art. 17(1)(c))"
        UNLAWFUL = "unlawful", "Unlawful processing (GDPR Art. 17(1)(d))"
        OBLIGATION = "obligation", "The law demands it (GDPR Art. 17(1)(e))"
        OTHER = "other", "Another law, or our own choice"

    person = models.ForeignKey("governance.User", null=True, blank=True, on_delete=models.PROTECT, related_name="erasures")
    address = models.EmailField("e-mail address", max_length=254, blank=True)
    asked_on = models.DateField("asked on")
    due_on = models.DateField("due")
    basis = models.CharField(max_length=12, choices=Basis.choices)
    identity = NameField("how we know it is them", max_length=400, blank=True)
    note = ProseField("what else was said", max_length=4000, blank=True)
    recorded_by = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="erasures_recorded")
    state = models.CharField(max_length=9, choices=State.choices, default=State.ASKED)
    decided_by = models.ForeignKey(
        "governance.User", null=True, blank=True, on_delete=models.PROTECT, related_name="erasures_decided"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = ProseField("why", max_length=4000, blank=True)
    result = models.JSONField(default=list, blank=True)

    history = actor_history(excluded_fields=["address", "note", "identity", "result"])
    objects = OversightRows.as_manager()

    class Meta:
        app_label = "governance"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "due_on"], name="erasure_due")]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state="asked"),
                name="one_open_erasure_of_person",
                violation_error_message="There is an open request for this person already.",
            ),
            models.UniqueConstraint(
                Lower("address"),
                condition=Q(state="asked") & ~Q(address=""),
                name="one_open_erasure_of_address",
                violation_error_message="There is an open request for this address already.",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | ~Q(address="") | ~Q(state="asked"),
                name="erasure_of_somebody",
                violation_error_message="Name the person, or the address.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("asked", "withdrawn")) | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="erasure_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("recorded_by")),
                name="erasure_decided_by_another",
                violation_error_message="A second person decides.",
            ),
            models.CheckConstraint(
                condition=Q(state="asked") | Q(address="", identity="", note=""), name="settled_erasure_keeps_no_words"
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(decision=""),
                name="erasure_refused_with_reason",
                violation_error_message="Say why: the person has a right to know (GDPR Art. 12(4)).",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        """ER-1."""
        return f"ER-{self.pk}" if self.pk else ""

    @property
    def whose(self) -> str:
        """Whom it is about, as far as that is still known."""
        if self.person is not None:
            return str(self.person)
        return self.address or "Somebody without an account"

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("erasure", args=[self.key])


guard(
    "settled_erasure_stays",
    Erasure,
    "UPDATE",
    "OLD.state <> 'asked'",
    "a request that was decided never changes; record a new one",
)

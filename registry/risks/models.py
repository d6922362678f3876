"""Risks, and what each is linked with."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from governance.core.text import NameField, ProseField
from governance.ledger.models import Governed
from registry.surfaces.models import Surface

ONE_TO_FIVE = [MinValueValidator(1), MaxValueValidator(5)]
HIGH = 10
"""From this score (likelihood times impact) on, accepting a risk needs a written reason."""


class Risk(Governed):
    """Something that could go wrong, for the whole company or one surface, with who answers for it and what is done."""

    class Treatment(models.TextChoices):
        """What is done about it."""

        AVOID = "avoid", "Avoid"
        REDUCE = "reduce", "Reduce"
        TRANSFER = "transfer", "Transfer"
        ACCEPT = "accept", "Accept"

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", "Open"
        ACCEPTED = "accepted", "Accepted"
        CLOSED = "closed", "Closed"

    title = NameField()
    area = models.SlugField(max_length=40)
    surface = models.ForeignKey(Surface, null=True, blank=True, on_delete=models.PROTECT, related_name="risks")
    defined = ProseField("what is defined", max_length=4000, blank=True)
    owner = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="risks")
    evidence = ProseField("what shows it", max_length=4000, blank=True)
    likelihood = models.PositiveSmallIntegerField(validators=ONE_TO_FIVE)
    impact = models.PositiveSmallIntegerField(validators=ONE_TO_FIVE)
    score = models.PositiveSmallIntegerField(editable=False)
    treatment = models.CharField(max_length=8, choices=Treatment.choices, default=Treatment.REDUCE)
    plan = ProseField(max_length=4000, blank=True)
    controls = models.JSONField(default=list, blank=True)
    review_on = models.DateField("next review")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    state_reason = ProseField("why it was accepted or closed", max_length=2000, blank=True)

    class Meta:
        app_label = "registry"
        ordering = ["-score", "pk"]
        indexes = [
            models.Index(fields=["state", "-score"], name="risk_state_score"),
            models.Index(fields=["state", "review_on"], name="risk_review"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(likelihood__range=(1, 5)), name="risk_likelihood"),
            models.CheckConstraint(condition=Q(impact__range=(1, 5)), name="risk_impact"),
            models.CheckConstraint(condition=Q(score=F("likelihood") * F("impact")), name="risk_score"),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(treatment="accept"),
                name="risk_accepted_by_treatment",
                violation_error_message="An accepted risk has the treatment Accept.",
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted", score__gte=HIGH) | ~Q(state_reason=""),
                name="high_risk_accepted_with_reason",
                violation_error_message="Say why a risk this high is accepted.",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | ~Q(state_reason=""),
                name="risk_closed_with_reason",
                violation_error_message="Say why it is closed.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def key(self) -> str:
        """R-12."""
        return f"R-{self.pk}" if self.pk else ""

    @property
    def ledger_touches(self) -> tuple[Surface, ...]:
        """What an entry about this risk also touches."""
        return (self.surface,) if self.surface is not None else ()

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("risk", args=[self.key])


class RiskSurface(Governed):
    """A further surface that a risk is about."""

    risk = models.ForeignKey(Risk, on_delete=models.CASCADE, related_name="links")
    surface = models.ForeignKey(Surface, on_delete=models.PROTECT, related_name="risk_links")

    class Meta:
        app_label = "registry"
        ordering = ["risk", "surface"]
        constraints = [
            models.UniqueConstraint(
                fields=["risk", "surface"], name="risk_surface_once", violation_error_message="It is linked already."
            )
        ]

    def __str__(self) -> str:
        return f"{self.risk}: {self.surface}"

    @property
    def key(self) -> str:
        """The key of the risk."""
        return f"R-{self.risk_id}"


class RiskEvidence(Governed):
    """A piece of evidence that shows how a risk is held."""

    risk = models.ForeignKey(Risk, on_delete=models.CASCADE, related_name="proofs")
    evidence = models.ForeignKey("registry.Evidence", on_delete=models.PROTECT, related_name="risk_links")

    class Meta:
        app_label = "registry"
        ordering = ["risk", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["risk", "evidence"], name="risk_evidence_once", violation_error_message="It is attached already."
            )
        ]

    def __str__(self) -> str:
        return f"{self.risk}: {self.evidence}"

    @property
    def key(self) -> str:
        """The key of the risk."""
        return f"R-{self.risk_id}"

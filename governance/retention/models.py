"""Legal holds, and what was let go."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse

from governance.core.text import NameField, ProseField
from governance.ledger.appendonly import guard
from governance.ledger.models import Governed
from governance.people.rows import OversightRows

MATTERS = ("people", "surfaces", "incidents", "kinds")


class LegalHold(Governed):
    """Nothing that touches what it names is let go or erased, until it is released or its last day has passed.

    `people` holds references (p_...), `surfaces` and `incidents` ids, `kinds` keys of kinds of record; whatever touches
    any one of them is held. `until` is the last day on which it holds; none: until somebody releases it.
    """

    class State(models.TextChoices):
        """Whether somebody released it; a day that has passed ends it as well."""

        ACTIVE = "active", "Holds"
        RELEASED = "released", "Released"

    name = NameField("what it is for", max_length=200)
    reason = ProseField("why", max_length=4000)
    people = models.JSONField(default=list, blank=True)
    surfaces = models.JSONField(default=list, blank=True)
    incidents = models.JSONField(default=list, blank=True)
    kinds = models.JSONField(default=list, blank=True)
    until = models.DateField("last day", null=True, blank=True)
    owner = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="legal_holds")
    state = models.CharField(max_length=8, choices=State.choices, default=State.ACTIVE)
    released_because = ProseField("why it was released", max_length=4000, blank=True)

    objects = OversightRows.as_manager()

    class Meta:
        app_label = "governance"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "until"], name="legal_hold_holds")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""), name="legal_hold_has_reason", violation_error_message="Say why it holds."
            ),
            models.CheckConstraint(
                condition=~Q(state="released") | ~Q(released_because=""),
                name="legal_hold_released_with_reason",
                violation_error_message="Say why it is released.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a hold that names nothing."""
        if not any(getattr(self, name) for name in MATTERS):
            raise ValidationError("A hold names people, surfaces, incidents or kinds of record.")

    @property
    def key(self) -> str:
        """LH-1."""
        return f"LH-{self.pk}" if self.pk else ""

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("legal-hold", args=[self.key])


def subjects(hold: LegalHold) -> dict[str, list[Any]]:
    """Return what a hold names, by matter."""
    return {name: list(getattr(hold, name)) for name in MATTERS}


guard(
    "legal_hold_stays_released",
    LegalHold,
    "UPDATE",
    "OLD.state = 'released'",
    "a released hold never changes; make a new one",
)

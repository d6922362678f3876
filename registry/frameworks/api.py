"""Framework answers over REST: read them, answer an item, take an answer back."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from governance.api.input import Input, Name, Prose
from governance.api.operations import creates, deletes, lists, updates
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from registry.evidence import queries as evidence
from registry.frameworks import actions, queries
from registry.frameworks.filters import AnswerFilters
from registry.frameworks.models import FrameworkAnswer
from registry.surfaces import queries as surfaces


class AnswerOutput(Output):
    """What is said of one item of one edition on one surface."""

    surface = serializers.CharField(source="surface.key")

    class Meta:
        model = FrameworkAnswer
        fields = ("id", "surface", "framework", "item", "status", "reason", "version", "updated_at")


class AnswerInput(Input):
    """An answer: the surface, the item in its edition, and how it is mitigated or why it does not apply."""

    surface = Name(max_length=40, help_text="The surface's key, such as S-0418.")
    framework = Name(max_length=60, required=False, help_text="The checklist; that in use when left out.")
    item = Name(max_length=60, help_text="Its id holds the edition, such as LLM03:2026.")
    status = serializers.ChoiceField(choices=FrameworkAnswer.Status.choices)
    reason = Prose(max_length=4000, help_text="How it is mitigated, or why it does not apply.")
    evidence = Name(max_length=40, required=False, help_text="Evidence that shows it, such as EV-12.")
    example = {
        "surface": "S-0418",
        "item": "LLM06:2026",
        "status": "mitigated",
        "reason": "The gateway stops a run after 20 steps or 0.50 EUR.",
    }


class ChangeInput(Input):
    """What is said anew."""

    status = serializers.ChoiceField(choices=FrameworkAnswer.Status.choices, required=False)
    reason = Prose(max_length=4000, required=False)
    example = {"reason": "The gateway stops a run after 10 steps or 0.20 EUR."}


class AnswerApi(ActionViewSet):
    """Answers to the items of checklists, surface by surface. Those of the edition in use hold a release back while open."""

    model = FrameworkAnswer
    serializer_class = AnswerOutput
    filterset_class = AnswerFilters
    ordering_fields = {"surface": "surface", "item": "item", "updated_at": "updated_at"}
    ordering = "surface"
    lookup_field = "pk"
    lookup_url_kwarg = "id"
    lookup_value_regex = "[0-9]{1,18}"
    required_scopes = {"read": ("controls:read",), "write": ("controls:write",)}

    def get_queryset(self) -> QuerySet[FrameworkAnswer]:
        """Return the answers that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return FrameworkAnswer.objects.none()
        return queries.visible_to(self.request.user)

    @creates(AnswerInput)
    def create(self, data: dict[str, Any]) -> FrameworkAnswer:
        """Answer an item; an answer that is there already is replaced."""
        shown = evidence.get(self.actor, data["evidence"]) if "evidence" in data else None
        return actions.answer(
            surfaces.get(self.actor, data["surface"]),
            actor=self.actor,
            framework=data.get("framework") or queries.edition().key,
            item=data["item"],
            status=data["status"],
            reason=data["reason"],
            evidence=shown,
        )

    @updates(ChangeInput)
    def partial_update(self, answer: FrameworkAnswer, data: dict[str, Any], expected_version: int | None) -> FrameworkAnswer:
        """Say it anew."""
        return actions.answer(
            answer.surface,
            actor=self.actor,
            framework=answer.framework,
            item=answer.item,
            status=data.get("status", answer.status),
            reason=data.get("reason", answer.reason),
            expected_version=expected_version,
        )

    @deletes()
    def destroy(self, answer: FrameworkAnswer, expected_version: int | None) -> None:
        """Take an answer back: the item is open again."""
        actions.withdraw_answer(answer, actor=self.actor, expected_version=expected_version)

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, answer: FrameworkAnswer) -> Any:
        """What happened to an answer."""
        return entries_for(answer)

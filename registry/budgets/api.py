"""Error budgets over REST: objectives, how they stand, and events in batches, each counted once by its key."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers

from governance.api.input import Input, Name, Nested, Prose, ReasonInput
from governance.api.operations import acts, creates, lists, reads, updates
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.core import clock
from governance.core.errors import Invalid
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from registry.budgets import actions, queries, rules
from registry.budgets.models import (
    LONGEST_WINDOW,
    MOST_COUNTED,
    BudgetEvent,
    BudgetHold,
    Objective,
    Source,
)
from registry.budgets.tables import ObjectiveFilters
from registry.evals import queries as evals
from registry.surfaces import queries as surfaces
from registry.surfaces.api.resolve import person


class ObjectiveOutput(Output):
    """What share of a surface's events has to be good over a window; the rest is its error budget."""

    key = serializers.CharField(help_text="OB-2")
    surface = serializers.CharField(source="surface.key")
    suite = serializers.CharField(source="suite.key", allow_null=True, help_text="The one suite whose runs count, if any.")
    owner = serializers.CharField(source="owner.ref", help_text="Reference of who answers for it.")

    class Meta:
        model = Objective
        fields = (
            "key",
            "surface",
            "name",
            "bad_means",
            "target",
            "window_days",
            "expected_events",
            "source",
            "suite",
            "owner",
            "state",
            "created_at",
            "version",
        )


class EventOutput(Output):
    """Events that were counted."""

    by = serializers.CharField(source="by.ref", allow_null=True, help_text="Reference of who counted; null: Plumbline.")

    class Meta:
        model = BudgetEvent
        fields = ("id", "key", "at", "good", "bad", "source", "ref", "by", "counted_at")


class HoldOutput(Output):
    """A time during which the budget was spent, and nothing was widened."""

    key = serializers.CharField(help_text="BH-3")

    class Meta:
        model = BudgetHold
        fields = ("key", "spent", "opened_at", "closed_at")


class BurnOutput(serializers.Serializer[Any]):
    """How fast the budget is used over a pair of windows, in multiples of what the window allows."""

    key = serializers.CharField(source="pair.key", help_text="Key of the policy's burn alert.")
    long_minutes = serializers.SerializerMethodField()
    short_minutes = serializers.SerializerMethodField()
    long_rate = serializers.DecimalField(source="long", max_digits=20, decimal_places=3)
    short_rate = serializers.DecimalField(source="short", max_digits=20, decimal_places=3)
    threshold = serializers.DecimalField(source="pair.threshold", max_digits=6, decimal_places=1)
    is_page = serializers.BooleanField(source="pair.is_page", help_text="Whether people are told at once.")
    is_told = serializers.BooleanField(help_text="Both windows are above the threshold.")

    def get_long_minutes(self, obj: Any) -> int:
        """Return the long window in minutes."""
        return int(obj.pair.long.total_seconds()) // 60

    def get_short_minutes(self, obj: Any) -> int:
        """Return the short window in minutes."""
        return int(obj.pair.short.total_seconds()) // 60


class StandingOutput(serializers.Serializer[Any]):
    """How an objective stands now."""

    at = serializers.DateTimeField()
    good = serializers.IntegerField(source="counted.good")
    bad = serializers.IntegerField(source="counted.bad")
    allowed = serializers.DecimalField(max_digits=24, decimal_places=6, help_text="Bad events that the window allows.")
    spent = serializers.DecimalField(max_digits=24, decimal_places=6, help_text="Share of the budget that is used; 1 is all.")
    is_spent = serializers.BooleanField()
    held_since = serializers.SerializerMethodField()
    lasts_seconds = serializers.SerializerMethodField()
    burns = BurnOutput(many=True)

    def get_held_since(self, obj: queries.Standing) -> str | None:
        """Return since when nothing may be widened."""
        return obj.hold.opened_at.isoformat() if obj.hold is not None else None

    def get_lasts_seconds(self, obj: queries.Standing) -> int | None:
        """Return how long the rest lasts at the present pace; null where it lasts, or is spent."""
        return int(obj.lasts.total_seconds()) if obj.lasts is not None else None


class DayOutput(serializers.Serializer[Any]):
    """How much of the budget was used in the window that ended then."""

    at = serializers.DateTimeField()
    spent = serializers.DecimalField(max_digits=24, decimal_places=6)


class TermsInput(Input):
    """What an objective asks for, where it changes."""

    name = Name(max_length=200, required=False)
    bad_means = Prose(max_length=4000, required=False)
    target = serializers.DecimalField(max_digits=7, decimal_places=6, required=False, help_text="Above 0, below 1: 0.995.")
    window_days = serializers.IntegerField(min_value=1, max_value=LONGEST_WINDOW, required=False)
    expected_events = serializers.IntegerField(min_value=0, max_value=MOST_COUNTED, required=False)
    source = serializers.ChoiceField(choices=Source.choices, required=False)
    suite = Name(max_length=100, required=False, allow_null=True, help_text="Key of the one suite whose runs count.")
    example: ClassVar[dict[str, Any]] = {"target": "0.998"}


class ObjectiveInput(TermsInput):
    """A new objective."""

    surface = Name(max_length=40, help_text="The surface's key, such as S-0418.")
    name = Name(max_length=200)
    bad_means = Prose(max_length=4000)
    target = serializers.DecimalField(
        max_digits=7,
        decimal_places=6,
        required=False,
        help_text="Above 0, below 1: 0.995. Left out: what policy offers the tier.",
    )
    source = serializers.ChoiceField(choices=Source.choices, default=Source.REST)
    owner = Name(max_length=40, required=False, help_text="Reference of a person; left out: yourself.")
    example: ClassVar[dict[str, Any]] = {
        "surface": "S-0418",
        "name": "Right answers",
        "bad_means": "A claim that ends in the wrong queue.",
        "target": "0.995",
        "source": "rest",
        "expected_events": 40000,
    }


class EventInput(Nested):
    """So many events at a moment."""

    key = Name(max_length=200, help_text="Your own key: sent again, it is counted once.")
    at = serializers.DateTimeField(required=False, help_text="Left out: now.")
    good = serializers.IntegerField(min_value=0, max_value=MOST_COUNTED, default=0)
    bad = serializers.IntegerField(min_value=0, max_value=MOST_COUNTED, default=0)
    ref = Name(max_length=200, required=False, allow_blank=True, help_text="Where one can look it up: a trace, a ticket.")


class EventsInput(Input):
    """A batch: all of it is counted, or nothing."""

    events = EventInput(many=True, max_length=rules.MOST_EVENTS)  # type: ignore[call-arg]
    example = {"events": [{"key": "2026-03-02T10:05", "good": 995, "bad": 1}]}


class CountedOutput(serializers.Serializer[Any]):
    """What became of a batch, and how the objective stands then."""

    counted = serializers.IntegerField(help_text="Counted now.")
    known = serializers.IntegerField(help_text="Counted before, under the same key with the same figures.")
    standing = StandingOutput()


class ObjectiveApi(ActionViewSet):
    """Objectives of surfaces: what may go wrong in a window, and how much of that is used."""

    model = Objective
    serializer_class = ObjectiveOutput
    filterset_class = ObjectiveFilters
    ordering_fields = {"name": "name", "surface": "surface__name", "target": "target", "key": "pk"}
    ordering = "name"
    lookup_field = "key"
    required_scopes = {"read": ("budgets:read",), "write": ("budgets:write",)}

    def get_queryset(self) -> QuerySet[Objective]:
        """Return the objectives that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return Objective.objects.none()
        return queries.visible_to(self.request.user)

    def get_object(self) -> Objective:
        """Return the objective of the address (OB-2)."""
        return queries.get(self.request.user, self.kwargs["key"])

    def named(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return a body with its suite and owner looked up. Raises Invalid for one that is not known."""
        given = dict(data)
        if given.get("suite"):
            suite = evals.visible_to(self.actor).filter(key=given["suite"]).first()
            if suite is None:
                raise Invalid("There is no such suite.", fields={"suite": ["Name one of the library by its key."]})
            given["suite"] = suite
        if given.get("owner"):
            given["owner"] = person(given["owner"], "owner", self.actor)
        return given

    @creates(ObjectiveInput)
    def create(self, data: dict[str, Any]) -> Objective:
        """Set an objective for a surface."""
        given = self.named(data)
        return actions.add(surfaces.get(self.actor, given.pop("surface")), actor=self.actor, **given)

    @updates(TermsInput)
    def partial_update(self, objective: Objective, data: dict[str, Any], expected_version: int | None) -> Objective:
        """Change an objective. What it asks for stays while its spent budget holds."""
        return actions.edit(objective, actor=self.actor, expected_version=expected_version, **self.named(data))

    @acts("retirement", ReasonInput)
    def retire(self, objective: Objective, data: dict[str, Any], expected_version: int | None) -> Objective:
        """Retire an objective: it counts no more, and what was counted stays."""
        return actions.retire(objective, actor=self.actor, expected_version=expected_version, **data)

    @reads("standing", output=StandingOutput)
    def standing(self, objective: Objective) -> queries.Standing:
        """How an objective stands now."""
        return queries.standing(objective)

    @reads("curve", output=DayOutput, many=True)
    def curve(self, objective: Objective) -> list[queries.Day]:
        """How much of the budget was used, day by day over its window."""
        return queries.curves([objective])[objective.pk]

    @reads("holds", output=HoldOutput, many=True)
    def holds(self, objective: Objective) -> list[BudgetHold]:
        """When the budget was spent: the newest twenty times."""
        return queries.recent_holds(objective)

    @lists("events", output=EventOutput, ordering_fields={"key": "pk", "at": "at"}, ordering="-key")
    def events(self, objective: Objective) -> QuerySet[BudgetEvent]:
        """What was counted for an objective."""
        return BudgetEvent.objects.filter(objective=objective).select_related("by")

    @acts("events", EventsInput, output=CountedOutput)
    def count(self, objective: Objective, data: dict[str, Any], expected_version: int | None) -> dict[str, Any]:
        """Count events in a batch, each once by its key; sending it again changes nothing."""
        now = clock.now()
        items = [actions.Item(**{"at": now, **each}) for each in data["events"]]
        done = actions.count_many(objective, items, actor=self.actor)
        return {"counted": done.counted, "known": done.known, "standing": queries.standing(objective)}

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, objective: Objective) -> QuerySet[Any]:
        """What happened to an objective."""
        return entries_for(objective)

"""Spend limits over REST."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from governance.api.input import Input, Name, Prose, ReasonInput
from governance.api.operations import acts, creates, lists, reads, updates
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.core.errors import Invalid
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from registry.catalog.models import Vendor
from registry.money import amounts, limits, queries
from registry.money.actions import limits as actions
from registry.money.api.prices import SCOPES, named
from registry.money.limittables import LimitFilters
from registry.money.models import AtHard, Scope, SpendLimit
from registry.surfaces import queries as surfaces
from registry.surfaces.api.resolve import person, team
from registry.surfaces.models import Mode


def amount(**more: Any) -> serializers.DecimalField:
    """Return the field of an amount of the company's currency."""
    return serializers.DecimalField(max_digits=14, decimal_places=2, min_value=Decimal(0), **more)


class LimitOutput(Output):
    """How much may be spent on something in a calendar month (UTC)."""

    key = serializers.CharField(help_text="SL-3")
    surface = serializers.CharField(source="surface.key", allow_null=True)
    team = serializers.CharField(source="team.key", allow_null=True)
    vendor = serializers.CharField(source="vendor.key", allow_null=True)
    owner = serializers.CharField(source="owner.ref", help_text="Reference of who answers for it.")

    class Meta:
        model = SpendLimit
        fields = (
            "key", "scope", "surface", "team", "vendor", "feature", "soft", "hard", "currency", "owner", "at_hard", "lower_to",
            "starts_on", "notes", "state", "passed_month", "version",
        )  # fmt: skip


class StandingOutput(serializers.Serializer[Any]):
    """How a limit stands in this month."""

    month = serializers.DateField(help_text="Its first day.")
    spent = serializers.CharField(help_text="Of its currency, to the billionth; calls without a price are left out.")
    percent = serializers.IntegerField(help_text="Of the hard limit, cut off.")
    unpriced = serializers.IntegerField(help_text="Calls without a price.")
    soft_passed = serializers.BooleanField()
    reached = serializers.BooleanField()


class LimitTermsInput(Input):
    """What a limit says."""

    soft = amount()
    hard = amount()
    owner = Name(max_length=40, help_text="Reference of who answers for it.")
    at_hard = serializers.ChoiceField(choices=AtHard.choices, required=False)
    lower_to = serializers.ChoiceField(choices=[("", "Leave it"), *Mode.choices], required=False, allow_blank=True)
    notes = Prose(max_length=4000, required=False)


class LimitInput(LimitTermsInput):
    """A limit, and what it holds for."""

    scope = serializers.ChoiceField(choices=Scope.choices)
    surface = Name(max_length=40, required=False, help_text="The surface's key.")
    team = Name(max_length=60, required=False, help_text="The team's key.")
    vendor = Name(max_length=60, required=False, help_text="The vendor's key.")
    feature = Name(max_length=300, required=False, help_text="As programs name it.")
    example = {
        "scope": "surface",
        "surface": "S-0418",
        "soft": "1600.00",
        "hard": "2000.00",
        "owner": "p_4f1d2c9a8b7e6d50",
        "at_hard": "refuse",
    }


class SpendLimitApi(ActionViewSet):
    """Spend limits: how much may be spent in a month, by whom, and what happens then."""

    model = SpendLimit
    serializer_class = LimitOutput
    filterset_class = LimitFilters
    ordering_fields = {"hard": "hard", "key": "pk"}
    ordering = "key"
    lookup_field = "key"
    required_scopes = SCOPES

    def get_queryset(self) -> QuerySet[SpendLimit]:
        """Return the limits that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return SpendLimit.objects.none()
        return queries.visible_to(self.request.user)

    def get_object(self) -> SpendLimit:
        """Return the limit of the address (SL-3)."""
        return queries.get_limit(self.request.user, self.kwargs["key"])

    @creates(LimitInput)
    def create(self, data: dict[str, Any]) -> SpendLimit:
        """Limit what may be spent in a month."""
        given = {**data, "owner": person(data["owner"], "owner", self.actor)}
        if given.get("surface"):
            given["surface"] = surfaces.get(self.actor, given["surface"])
        if given.get("team"):
            given["team"] = team(given["team"])
        if given.get("vendor"):
            given["vendor"] = named(Vendor, given["vendor"], "vendor", self.actor)
        return actions.set_limit(actor=self.actor, **given)

    @updates(LimitTermsInput)
    def partial_update(self, limit: SpendLimit, data: dict[str, Any], expected_version: int | None) -> SpendLimit:
        """Change a limit; one that was reached and no longer is lets spend again at once."""
        given = dict(data)
        if "owner" in given:
            given["owner"] = person(given["owner"], "owner", self.actor)
        if not given:
            raise Invalid("Nothing is to be changed.", fix="Send at least one field.")
        return actions.change(limit, actor=self.actor, expected_version=expected_version, **given)

    @acts("end", ReasonInput)
    def end(self, limit: SpendLimit, data: dict[str, Any], expected_version: int | None) -> SpendLimit:
        """Let a limit hold no more."""
        return actions.end(limit, actor=self.actor, expected_version=expected_version, **data)

    @reads("standing", output=StandingOutput)
    def standing(self, limit: SpendLimit) -> dict[str, Any]:
        """How a limit stands in this month."""
        found = limits.standing(limit)
        return {
            "month": found.month,
            "spent": str(amounts.decimal(found.spent)),
            "percent": found.percent,
            "unpriced": found.unpriced,
            "soft_passed": found.is_soft,
            "reached": found.is_reached,
        }

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, limit: SpendLimit) -> Any:
        """What happened to a limit."""
        return entries_for(limit)

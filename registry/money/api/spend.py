"""Spend and chargeback over REST."""

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers

from governance.api.input import Input
from governance.api.operations import acts, reads
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet, Resource
from governance.core.errors import Invalid
from registry.money import amounts, chargeback, queries, reading, spend
from registry.money.api.prices import SCOPES
from registry.money.chargebacktables import ChargebackFilters
from registry.money.models import Chargeback, SpendLimit
from registry.money.spend import BY, Line
from registry.usage import pricing

PARAMETERS = [
    OpenApiParameter("month", str, description="2026-11; left out: this one. UTC."),
    OpenApiParameter("by", str, enum=list(BY), description="What it is cut by; left out: surface."),
    OpenApiParameter("surface", int, description="Only of a surface, by its number."),
    OpenApiParameter("team", int, description="Only of a team, by its number."),
    OpenApiParameter("vendor", int, description="Only of a vendor, by its number."),
    OpenApiParameter("model", str, description="Only of a model, as programs name it."),
    OpenApiParameter("feature", str, description="Only of a feature, as programs name it."),
]


class LineOutput(serializers.Serializer[Any]):
    """One line of spend; amounts are of the currency, to the billionth."""

    name = serializers.CharField()
    detail = serializers.CharField(allow_blank=True)
    owner = serializers.CharField(allow_blank=True, help_text="Reference of who answers for it.")
    unowned = serializers.BooleanField()
    spent = serializers.CharField()
    calls = serializers.IntegerField()
    unpriced = serializers.IntegerField(help_text="Calls without a price: in no sum.")
    tokens_in = serializers.IntegerField()
    tokens_out = serializers.IntegerField()
    tasks_ok = serializers.IntegerField(help_text="Tasks that ended well.")


class ForecastOutput(serializers.Serializer[Any]):
    """What the month comes to by its end: nine times of ten between low and high."""

    low = serializers.CharField()
    middle = serializers.CharField()
    high = serializers.CharField()
    days_left = serializers.IntegerField()


class SpendOutput(serializers.Serializer[Any]):
    """What a month came to, of what the caller sees."""

    month = serializers.CharField()
    currency = serializers.CharField()
    complete = serializers.BooleanField(help_text="Whether it is all that was spent, or only what the caller sees.")
    spent = serializers.CharField()
    spent_before = serializers.CharField(help_text="In the month before, in as many days.")
    unowned = serializers.CharField(help_text="What nobody answers for.")
    unpriced = serializers.IntegerField()
    forecast = ForecastOutput(allow_null=True)
    lines = LineOutput(many=True)
    nobodys = LineOutput(many=True, help_text="What nobody answers for, dearest first.")


class SpendApi(Resource):
    """What calls of models cost, cut by surface, team, feature, model, prompt version, vendor or day."""

    model = SpendLimit
    required_scopes = SCOPES

    @extend_schema(operation_id="spend_read")
    @reads("", output=SpendOutput, detail=False, parameters=PARAMETERS)
    def list(self) -> dict[str, Any]:
        """What a month came to, unowned first. Raises 400 for a cut that there is not."""
        given = {name: str(value) for name, value in self.parameters.items()}
        if given.get("by", "surface") not in BY:
            raise Invalid("Spend is not cut by this.", fields={"by": [f"One of {', '.join(BY)}."]})
        params = QueryDict(mutable=True)
        params.update(given)
        asked = reading.asked_for(params)
        found = spend.spend(self.request.user, asked.month, asked.by, asked.where)
        foretold = found.forecast
        return {
            "month": f"{asked.month.first:%Y-%m}",
            "currency": pricing.company_currency(),
            "complete": reading.sees_all(self.request.user),
            "spent": _amount(found.total.cost),
            "spent_before": _amount(found.before),
            "unowned": _amount(found.unowned_cost),
            "unpriced": found.total.unpriced,
            "forecast": None
            if foretold is None
            else {
                **{name: _amount(getattr(foretold, name)) for name in ("low", "middle", "high")},
                "days_left": foretold.days_left,
            },
            "lines": [_line(each) for each in found.lines],
            "nobodys": [_line(each) for each in found.unowned],
        }


def _amount(nano: int) -> str:
    return f"{amounts.decimal(nano) or 0:.9f}"


def _line(line: Line) -> dict[str, Any]:
    row = line.row
    figures = {name: getattr(row, name) for name in ("calls", "unpriced", "tokens_in", "tokens_out", "tasks_ok")}
    owner = line.owner.ref if line.owner is not None else ""
    said = {"name": line.name, "detail": line.detail, "owner": owner, "unowned": line.is_unowned}
    return {**said, "spent": _amount(row.cost), **figures}


class ChargebackOutput(Output):
    """What a month was charged to whom, as it was known when it was made; lines add up to the total."""

    key = serializers.CharField(help_text="CB-3")
    lines = serializers.JSONField(help_text="By team and surface, what nobody answers for first; amounts to the cent.")
    made_by = serializers.CharField(source="made_by.ref")

    class Meta:
        model = Chargeback
        fields = ("key", "month", "number", "total", "unpriced", "currency", "digest", "lines", "made_by", "at")


class ChargebackRow(Output):
    """A report as a row of the list."""

    key = serializers.CharField(help_text="CB-3")

    class Meta:
        model = Chargeback
        fields = ("key", "month", "number", "total", "unpriced", "currency", "digest", "at")


class MonthInput(Input):
    """The month that is kept."""

    month = serializers.RegexField(r"^20\d\d-(0[1-9]|1[0-2])$", help_text="2026-10")
    example = {"month": "2026-10"}


class ChargebackApi(ActionViewSet):
    """Chargeback reports: what each month was charged to which team and surface, kept for good."""

    model = Chargeback
    serializer_class = ChargebackOutput
    list_serializer_class = ChargebackRow
    filterset_class = ChargebackFilters
    ordering_fields = {"month": "month", "at": "at"}
    ordering = "-month"
    lookup_field = "key"
    required_scopes = SCOPES

    def get_queryset(self) -> QuerySet[Chargeback]:
        """Return the reports that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return Chargeback.objects.none()
        return queries.chargebacks(self.request.user)

    def get_object(self) -> Chargeback:
        """Return the report of the address (CB-3)."""
        return queries.get_chargeback(self.request.user, self.kwargs["key"])

    @acts("reports", MonthInput, output=ChargebackOutput, detail=False, status=201)
    def make(self, data: dict[str, Any]) -> Chargeback:
        """Keep what a month comes to as of now."""
        year, number = (int(part) for part in data["month"].split("-"))
        return chargeback.make(queries.month().replace(year=year, month=number), actor=self.actor)

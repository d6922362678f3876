"""The page of spend, the same as a file, and a surface's tab."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse

from governance.core.tabular.csvwriter import write_csv
from governance.people import roles
from governance.people.models import Team
from governance.ui.pages.base import Page
from registry.catalog.models import Vendor
from registry.money import amounts, costcontrols, limits, queries, reading, spend
from registry.money.models import Scope, SpendLimit
from registry.money.reading import Asked
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface
from registry.surfaces.views.tabs import SurfaceTab
from registry.usage import pricing
from registry.usage.queries import Where


class SpendPage(Page):
    """What a month costs: unowned first, by whatever one asks, with what it comes to by its end."""

    title, template = "Spend", "registry/money/spend.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the month."""
        asked = reading.asked_for(request.GET)
        found, currency = spend.spend(self.user, asked.month, asked.by, asked.where), pricing.company_currency()
        sees_all = reading.sees_all(self.user)
        limit = reading.company_limit() if sees_all and not asked.narrowed else None
        return self.render(
            asked=asked,
            found=found,
            currency=currency,
            sees_all=sees_all,
            months=reading.months(asked),
            cuts=[(label, asked.url(by=by), by == asked.by) for by, label in spend.BY.items()],
            narrowed=narrowed(self.user, asked),
            tiles=reading.tiles(found, currency),
            curve=reading.curve(found, currency, limit),
            shares=reading.days(found, currency) if asked.by == "day" else reading.shares(found.lines, currency, asked.by),
            rows=reading.table(found.lines[: reading.MOST_LINES], found.total.cost, currency),
            more=max(len(found.lines) - reading.MOST_LINES, 0),
            unowned=reading.table(found.unowned, found.total.cost, currency)[: reading.MOST_SHOWN],
            unowned_said=amounts.said(found.unowned_cost, currency),
            cut=spend.BY[asked.by],
            csv_url=asked.url("spend-csv"),
            chargeback_url=f"{reverse('chargeback-month')}?month={asked.month.first:%Y-%m}" if sees_all else "",
            may_govern=roles.governs(self.user),
        )


class SpendCsv(Page):
    """The same as a file."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> StreamingHttpResponse:
        """Send it."""
        asked = reading.asked_for(request.GET)
        found = spend.spend(self.user, asked.month, asked.by, asked.where)
        rows = reading.rows(found.lines, pricing.company_currency())
        response = StreamingHttpResponse(write_csv(reading.CSV, rows), content_type="text/csv; charset=utf-8")
        name = f"spend-{asked.month.first:%Y-%m}-by-{asked.by}.csv"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


def narrowed(user: Any, asked: Asked) -> list[tuple[str, str]]:
    """Return what spend is limited to, as a label and the address without it."""
    named = {
        "surface": lambda pk: surfaces.visible_to(user).filter(pk=pk).values_list("name", flat=True).first(),
        "team": lambda pk: Team.objects.filter(pk=pk).values_list("name", flat=True).first(),
        "vendor": lambda pk: Vendor.objects.visible_to(user).filter(pk=pk).values_list("name", flat=True).first(),
    }
    found = []
    for name, value in asked.narrowed.items():
        label = named[name](int(value[:18])) if name in named else value
        found.append((f"{name.capitalize()}: {label or 'unknown'}", asked.url(**{name: ""})))
    return found


class SurfaceSpend(SurfaceTab):
    """What one surface costs."""

    body = "registry/money/_surface.html"

    def shown(self, surface: Surface) -> Mapping[str, Any]:
        """Return its month: what it came to, its forecast against its limit, and by what."""
        month = spend.month_of(reading.day_of(self.request.GET.get("month", "")))
        where, currency = Where(surfaces=[surface.pk]), pricing.company_currency()
        found = spend.spend(self.user, month, "model", where, nobodys=False)
        limit = SpendLimit.objects.filter(surface=surface, state=SpendLimit.State.ACTIVE).select_related("owner").first()
        may = queries.may_limit(self.user, Scope.SURFACE, surface)
        return {
            "found": found,
            "currency": currency,
            "tiles": [tile for tile in reading.tiles(found, currency) if tile[0] != "Nobody answers for"],
            "curve": reading.curve(found, currency, limit) if found.total.calls else None,
            "rows": reading.table(found.lines, found.total.cost, currency),
            "limit": limit,
            "standing": limits.standing(limit) if limit is not None else None,
            "offered": limits.offered(surface) if limit is None and may else None,
            "may": may,
            "controls": costcontrols.of(surface, limit, found.total),
            "add_url": f"{reverse('spend-limit-new')}?surface={surface.key}",
            "spend_url": f"{reverse('spend')}?surface={surface.pk}&by=feature",
        }

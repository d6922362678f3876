"""Pages of chargeback: a month as of now, the reports that were kept, and the same as files."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse

from governance.core.errors import Denied
from governance.core.tabular.csvwriter import write_csv
from governance.core.verdict import Verdict
from governance.documents import queries as documents
from governance.ledger.queries import lines_for
from governance.people.models import User
from governance.ui import atoms
from governance.ui.pages import ActionPage, Button, Empty, Fact, Header, ListPage, ObjectPage, PageAction, Tab
from governance.ui.pages.base import Page
from registry.money import chargeback, queries, reading, rules
from registry.money.chargebacktables import ChargebackFilters, ChargebackTable
from registry.money.models import Chargeback


def require_all(user: Any) -> None:
    """Let only those who read everything see what the company spends. Raises Denied."""
    if not reading.sees_all(user):
        raise Denied(
            "What the company spends is for those who read everything.",
            fix="Look at the spend of your surfaces, or ask a leader.",
            grantors=rules.KEEPERS,
        )


class ChargebackMonth(Page):
    """What a month is charged to whom, as of now."""

    title, template, family = "Chargeback", "registry/money/chargeback.html", "spend"
    crumbs = [("Spend", "/spend/")]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it."""
        require_all(self.user)
        month = reading.day_of(request.GET.get("month", ""))
        found = chargeback.draft(month)
        people = User.objects.in_bulk({line["owner"] for line in found["lines"] if line["owner"]}, field_name="ref")
        asked = reading.asked_for(request.GET)
        return self.render(
            month=month,
            is_over=asked.month.is_over,
            months=[(label, f"?month={url.split('month=')[1][:7]}", current) for label, url, current in reading.months(asked)],
            found=found,
            total=f"{found['total']:,.2f}{atoms.NBSP}{found['currency']}",
            teams=named(found["lines"], people),
            csv_url=f"{reverse('chargeback-csv')}?month={month:%Y-%m}",
            may=rules.may_reprice(self.user),
            kept=queries.chargebacks(self.user).filter(month=month),
        )


def named(lines: list[dict[str, Any]], people: Mapping[Any, User]) -> list[dict[str, Any]]:
    """Return lines by team with their owners as people."""
    found = chargeback.groups({**line, "person": people.get(line["owner"])} for line in lines)
    return [{**each, "said": f"{each['total']:,.2f}"} for each in found]


class ChargebackCsv(Page):
    """A month as of now, or a report that was kept, as a file."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> StreamingHttpResponse:
        """Send it."""
        require_all(self.user)
        if key := kwargs.get("key"):
            kept = queries.get_chargeback(self.user, key)
            return csv_of(kept.month, kept.lines, kept.currency, f"chargeback-{kept.month:%Y-%m}-{kept.number}.csv")
        month = reading.day_of(request.GET.get("month", ""))
        found = chargeback.draft(month)
        return csv_of(month, found["lines"], found["currency"], f"chargeback-{month:%Y-%m}.csv")


def csv_of(month: date, lines: list[dict[str, Any]], currency: str, name: str) -> StreamingHttpResponse:
    """Answer lines as a CSV file."""
    rows = chargeback.rows(month, lines, currency)
    response = StreamingHttpResponse(write_csv(chargeback.CSV, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


class KeepChargeback(ActionPage):
    """Keep what a month comes to as of now."""

    title, submit, family = "Keep the report", "Keep it", "spend"
    lead = "As it is known now, for good, with its hash in the ledger. Late calls and new prices make another one."

    def verdict(self, obj: Any) -> Verdict:
        """Those who govern keep reports."""
        return rules.may_reprice(self.user)

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Chargeback:
        """Keep it."""
        return chargeback.make(reading.day_of(self.kwargs["month"]), actor=self.user)

    def said(self, result: Chargeback) -> str:
        """Say so."""
        return f"The {result} is kept: {result.total} {result.currency}."

    def back_url(self, obj: Any) -> str:
        """Return to the month."""
        return f"{reverse('chargeback-month')}?month={self.kwargs['month']}"


class ChargebackList(ListPage):
    """Reports that were kept."""

    key, url_name, title, family = "chargebacks", "chargebacks", "Chargeback reports", "spend"
    table, filterset = ChargebackTable, ChargebackFilters
    lead = "{total} reports, each as it was known when it was made. The month before is kept by itself on the third."
    crumbs = [("Spend", "/spend/")]
    actions = (PageAction("This month", lambda user: reverse("chargeback-month"), icon="calendar", shown=reading.sees_all),)
    empty = Empty(
        "No report was kept yet",
        "On the third of each month, what the month before cost whom is kept by itself. Or keep one now.",
        "This month",
        lambda user: reverse("chargeback-month") if reading.sees_all(user) else "",
    )

    def rows(self, user: Any) -> QuerySet[Chargeback]:
        """Return the reports that the reader may see."""
        return queries.chargebacks(user)


class ChargebackPage(ObjectPage):
    """One report that was kept."""

    url_name, lookup, parent, noun = "chargeback", "key", ("Chargeback reports", "chargebacks"), "chargeback report"
    tabs = (
        Tab("", "Report", "registry/money/_chargeback.html", lambda page, obj: page.shown(obj)),
        Tab(
            "activity",
            "Activity",
            "governance/ledger/_activity.html",
            lambda page, obj: lines_for(obj, page.request.GET.get("before")),
        ),
    )

    def load(self) -> Chargeback:
        """Return the report of the address."""
        return queries.get_chargeback(self.user, self.kwargs["key"])

    def shown(self, obj: Chargeback) -> dict[str, Any]:
        """Return its lines by team."""
        people = User.objects.in_bulk({line["owner"] for line in obj.lines if line["owner"]}, field_name="ref")
        made = documents.of_subject("chargeback", obj)
        return {"teams": named(obj.lines, people), "documents": made[:5], "report": obj}

    def header(self, obj: Chargeback) -> Header:
        """Say which month it is, and what it comes to."""
        facts = (
            Fact("Together", f"{obj.total:,} {obj.currency}"),
            Fact("As of", atoms.time(obj.at)),
            Fact("Kept by", atoms.person(obj.made_by)),
            Fact("Hash", atoms.hash_code(obj.digest)),
        )
        buttons = (
            Button("PDF", reverse("document-make", args=["chargeback", obj.key]), icon="document", post=True, kind="primary"),
            Button("CSV", reverse("chargeback-kept-csv", args=[obj.key]), icon="download"),
        )
        name = f"Chargeback of {obj.month:%B %Y}"
        return Header(name, obj.key, state=("held", f"Number {obj.number}"), facts=facts, buttons=buttons)

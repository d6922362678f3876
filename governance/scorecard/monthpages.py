"""Pages of sealed months: the list, one month beside another, sealing by hand, and the figures as a file."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.urls import reverse

from governance.core import clock
from governance.core.errors import Invalid, NotVisible
from governance.core.tabular.csvwriter import write_csv
from governance.core.verdict import Verdict
from governance.documents import queries as documents
from governance.ledger.queries import lines_for
from governance.scorecard import actions, rules, snapshots, windows
from governance.scorecard.models import ScoreSnapshot
from governance.scorecard.pages import COLUMNS, MOST
from governance.scorecard.tables import SnapshotFilters, SnapshotTable
from governance.ui import atoms
from governance.ui.pages import ActionPage, Button, Empty, Fact, Header, ListPage, ObjectPage, PageAction, Tab
from governance.ui.pages.base import Page

KIND = "scorecard"


class SnapshotList(ListPage):
    """All sealed months."""

    key, url_name, title, family = "score-snapshots", "score-snapshots", "Sealed months", "scorecard"
    table, filterset = SnapshotTable, SnapshotFilters
    crumbs = [("Scorecard", "/scorecard/")]
    lead = "{total} months whose figures are sealed: what was told later changes the live figures, not these."
    actions = (
        PageAction(
            "Seal a month", lambda user: reverse("score-seal"), icon="lock", shown=lambda user: bool(rules.may_seal(user))
        ),
    )
    empty = Empty(
        "No month is sealed yet",
        "Two days after a month ends its figures are sealed by themselves, so that nobody can say later that they were others.",
    )

    def rows(self, user: Any) -> QuerySet[ScoreSnapshot]:
        """Return the sealed months that the reader may see."""
        return snapshots.visible_to(user)


class SnapshotPage(ObjectPage):
    """One sealed month, beside the one before it or another."""

    url_name, lookup, parent, noun = "score-snapshot", "key", ("Sealed months", "score-snapshots"), "month"
    tabs = (
        Tab("", "Figures", "governance/scorecard/_month.html", lambda page, month: figures(page, month)),
        Tab(
            "documents",
            "Documents",
            "governance/scorecard/_documents.html",
            lambda page, month: {"made": documents.of_subject(KIND, month).filter(pk__in=documents.visible_to(page.user))},
        ),
        Tab(
            "activity",
            "Activity",
            "governance/ledger/_activity.html",
            lambda page, month: lines_for(month, page.request.GET.get("before")),
        ),
    )

    def load(self) -> ScoreSnapshot:
        """Return the month of the address."""
        return snapshots.get(self.user, self.kwargs["key"])

    def header(self, obj: ScoreSnapshot) -> Header:
        """Say when it was sealed, under which policy, and whether it still is what was sealed."""
        whole = snapshots.holds(obj)
        state = ("held", "Sealed") if whole else ("stop", "Not what was sealed")
        facts = (
            Fact("Sealed", atoms.time(obj.sealed_at)),
            Fact("By", atoms.person(obj.sealed_by, me=self.user)),
            Fact("Policy", obj.policy_version.label),
            Fact("Ledger up to", f"{obj.seq:,}"),
            Fact("Hash", atoms.hash_code(obj.digest)),
        )
        buttons = (
            Button("PDF for the board", reverse("document-make", args=[KIND, obj.key]), "document"),
            Button("CSV", reverse("score-snapshot-csv", args=[obj.key]), "download"),
        )
        return Header(str(obj), obj.key, state=state, facts=facts, buttons=buttons)


class SnapshotCsv(Page):
    """The figures of a sealed month as a file."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> StreamingHttpResponse:
        """Send it."""
        return csv_response(snapshots.get(self.user, kwargs["key"]))


def csv_response(snapshot: ScoreSnapshot) -> StreamingHttpResponse:
    """Answer sealed figures as a CSV file."""
    response = StreamingHttpResponse(write_csv(COLUMNS, snapshots.rows(snapshot)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="scorecard-{snapshot.key}.csv"'
    return response


class MonthForm(forms.Form):
    """Which month is sealed."""

    month = forms.ChoiceField(label="Month")

    def __init__(self, *args: Any, months: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["month"].choices = months  # type: ignore[attr-defined]


class SealMonth(ActionPage):
    """Seal a month by hand."""

    title, submit, form_class, family = "Seal a month", "Seal it", MonthForm, "scorecard"
    lead = "Its figures stay as they are now, for good. The schedule does this two days after each month's end."

    def verdict(self, obj: Any) -> Verdict:
        """Say whether the person may."""
        return rules.may_seal(self.user)

    def form_arguments(self, obj: Any) -> dict[str, Any]:
        """Offer the last twelve months that are over."""
        found, first = [], clock.today().replace(day=1)
        for _ in range(windows.POINTS):
            first = windows.before(first)
            found.append((f"{first:%Y-%m}", f"{first:%B %Y}"))
        return {"months": found}

    def perform(self, obj: Any, given: Mapping[str, Any]) -> ScoreSnapshot:
        """Seal it."""
        return actions.seal(month_of(given["month"]), actor=self.user)

    def back_url(self, obj: Any) -> str:
        """Return to the list."""
        return reverse("score-snapshots")

    def said(self, result: ScoreSnapshot) -> str:
        """Say so."""
        return f"{result.first:%B %Y} is sealed."


def month_of(word: str) -> date:
    """Read a month written like 2026-10. Raises Invalid."""
    found = snapshots.KEY.match(word)
    try:
        return date(int(found.group(1)), int(found.group(2)), 1) if found else date.min.replace(day=2)
    except ValueError as error:
        raise Invalid("This is no month.", fields={"month": ["Write it like 2026-10."]}) from error


def figures(page: Any, snapshot: ScoreSnapshot) -> dict[str, Any]:
    """Return the figures of a month beside those of another: the one that the address names, or the one before."""
    wanted, other = page.request.GET.get("with", ""), None
    if wanted:
        try:
            other = snapshots.get(page.user, wanted)
        except NotVisible:
            other = None
    elif not wanted:
        other = snapshots.before(snapshot)
    others = snapshots.visible_to(page.user).exclude(pk=snapshot.pk).defer("figures")
    dora = [row["label"] for row in snapshot.figures["metrics"] if row["family"]]
    return {
        "rows": snapshots.compared(snapshot, other),
        "other": other,
        "others": others[:24],
        "stage": snapshot.figures["stage"].replace("_", " "),
        "applications": [(name, list(zip(dora, cells, strict=True))) for name, cells in snapshots.applications(snapshot)[:MOST]],
        "dora": dora,
        "live_url": f"{reverse('scorecard')}?period={windows.MONTHS}",
    }

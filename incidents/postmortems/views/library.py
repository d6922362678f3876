"""The library of postmortems, all action items, all cases asked for, and what repeats."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from governance.core import clock
from governance.policy.models import IncidentCategory
from governance.ui.pages import Empty, ListPage, Page, PageAction, View
from incidents.postmortems import demands, queries
from incidents.postmortems.models import ActionItem, EvalCaseRequest, Postmortem
from incidents.postmortems.tables import (
    CaseFilters,
    CaseTable,
    ItemFilters,
    ItemTable,
    PostmortemFilters,
    PostmortemTable,
)

PERIODS = ((90, "90 days"), (365, "A year"), (0, "All time"))
DOORS = {"surface": "surface", "vendor": "vendor", "category": "category", "cause": "cause"}
HEADINGS = (
    ("surface", "Same surface", "What happens here again and again is not solved by putting it right each time."),
    ("cause", "Same cause", "Causes that approved and open postmortems name. One incident may have several."),
    ("vendor", "Same vendor", "Whose model it was."),
    ("category", "Same kind", "What kind of thing went wrong."),
)


class PostmortemList(ListPage):
    """All postmortems a person may see."""

    key, url_name, title = "postmortems", "postmortems", "Postmortems"
    table, filterset = PostmortemTable, PostmortemFilters
    lead = "{total} in all. Each says why it could happen, and what in the system changes. Nobody is blamed."
    search_hint = "Find by any word in them"
    views = (
        View("All"),
        View("Being written", "state=draft"),
        View("Waiting for approval", "state=review"),
        View("Approved", "state=approved"),
        View("Mine", "author={me}"),
    )
    actions = (
        PageAction("Action items", lambda user: reverse("action-items"), icon="check"),
        PageAction("Patterns", lambda user: reverse("postmortem-patterns")),
        PageAction("Eval cases", lambda user: reverse("eval-cases")),
    )
    empty = Empty(
        "No postmortem yet",
        "After an incident, a postmortem asks how it could happen, never whose fault it was. It ends in changes of the system: "
        "a change, a control, an eval case, a lever that works. It begins on the incident's page.",
        "Look at the incidents",
        lambda user: reverse("incidents"),
    )

    def rows(self, user: Any) -> QuerySet[Postmortem]:
        """Return the postmortems that the reader may see."""
        return queries.listed(user)


class ItemList(ListPage):
    """All action items a person may see."""

    key, url_name, title = "action-items", "action-items", "Action items"
    table, filterset = ItemTable, ItemFilters
    lead = "{total} in all. Each has one owner and a day, and is tracked until somebody else has verified it."
    search_hint = "Find by what is to be done"
    crumbs = [("Postmortems", "/postmortems/"), ("Action items", "")]
    nav = "postmortems"
    views = (
        View("All"),
        View("To do", "state=open"),
        View("Overdue", "overdue=true"),
        View("To verify", "state=done"),
        View("Mine", "owner={me}"),
        View("Change nothing yet", "changes=false&state=open"),
    )
    empty = Empty(
        "No action items",
        "What an incident taught becomes work with an owner and a day. It is added on the incident or on its postmortem.",
        "Look at the postmortems",
        lambda user: reverse("postmortems"),
    )

    def rows(self, user: Any) -> QuerySet[ActionItem]:
        """Return the action items that the reader may see."""
        return queries.items_visible_to(user)


class CaseList(ListPage):
    """All cases asked for that a person may see."""

    key, url_name, title = "eval-cases", "eval-cases", "Eval cases asked for"
    table, filterset = CaseTable, CaseFilters
    lead = "{total} in all. What happened once is tried in every run from then on."
    search_hint = "Find by name or words"
    crumbs = [("Postmortems", "/postmortems/"), ("Eval cases", "")]
    nav = "postmortems"
    views = (View("All"), View("Not run yet", "ran=false"), View("Has run", "ran=true"))
    empty = Empty(
        "No case was asked for",
        "A postmortem asks for a case in an eval suite, so that what happened is tried from then on. Its first run shows here.",
        "Look at the postmortems",
        lambda user: reverse("postmortems"),
    )

    def rows(self, user: Any) -> QuerySet[EvalCaseRequest]:
        """Return the cases that the reader may see."""
        return queries.cases_visible_to(user)


def pattern_groups(user: Any, days: int) -> dict[str, list[dict[str, Any]]]:
    """Return the repeated groups with names in words, and where their rows are listed."""
    since = clock.now() - timedelta(days=days) if days else None
    bound = {"reported_after": since.isoformat()} if since is not None else {}
    found = queries.patterns(user, since)
    names, causes = dict(IncidentCategory.objects.values_list("key", "name")), demands.causes()
    for name, rows in found.items():
        for row in rows:
            if name == "category":
                row["label"] = names.get(row["label"], row["label"])
            elif name == "cause":
                row["label"] = demands.cause_named(row["label"], causes)
            listed = "postmortems" if name == "cause" else "incidents"
            row["url"] = f"{reverse(listed)}?{urlencode({DOORS[name]: row['value'], **bound})}"
            row["share"] = round(100 * row["total"] / max(each["total"] for each in rows))
    return found


class Patterns(Page):
    """What happened more than once: same surface, cause, vendor, kind."""

    title, template, nav = "Patterns", "incidents/postmortems/patterns.html", "postmortems"
    crumbs = [("Postmortems", "/postmortems/"), ("Patterns", "")]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the groups of two or more within the period that the address names."""
        asked = request.GET.get("days", "")
        days = int(asked) if asked in {str(days) for days, _ in PERIODS} else PERIODS[1][0]
        found = pattern_groups(self.user, days)
        groups = [{"key": key, "heading": heading, "why": why, "rows": found[key]} for key, heading, why in HEADINGS]
        return self.render(groups=groups, periods=PERIODS, days=days, any=any(found.values()))

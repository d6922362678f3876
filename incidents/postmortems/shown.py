"""What postmortems contribute to the kernel's pages and machines, and to an incident's page."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.module_loading import import_string

from governance.comments.subjects import Commentable
from governance.core import clock
from governance.core.contributions import (
    ApiRoute,
    ApprovalKind,
    BriefingLine,
    DocumentKind,
    InboxLine,
    InboxSource,
    NavItem,
    ObjectLink,
    OwnedSource,
    PaletteCommand,
    SearchHit,
    SearchSource,
    contribute,
)
from governance.people.bench import day_of
from governance.people.models import User
from governance.ui.pages import Button
from incidents.cases.models import Incident, IncidentState
from incidents.cases.panels import IncidentButton, IncidentPanel
from incidents.postmortems import actions, demands, editions, queries, reading, rules
from incidents.postmortems.models import ActionItem, Postmortem
from incidents.postmortems.tables import TONES
from incidents.running import queries as running
from incidents.running import rules as running_rules


def visible(user: Any, postmortem: Postmortem) -> bool:
    """Whether a person may see a postmortem."""
    return queries.visible_to(user).filter(pk=postmortem.pk).exists()


def visible_outside(user: Any, postmortem: Postmortem) -> bool:
    """Whether a person may have the edition for outside: whoever sees it, once it is approved."""
    return postmortem.state == Postmortem.State.APPROVED and visible(user, postmortem)


def url(postmortem: Postmortem) -> str:
    """Return a postmortem's page."""
    return postmortem.get_absolute_url()


contribute(
    ApprovalKind(
        "postmortem",
        "Postmortem",
        load=editions.load,
        visible=visible,
        url=url,
        settled=actions.settled,
        template="incidents/postmortems/_what.html",
        context=reading.what,
    )
)
contribute(
    DocumentKind(
        key="postmortem",
        label="Postmortem",
        load=editions.load,
        context=editions.inside,
        template="documents/postmortem.html",
        visible=visible,
        url=url,
        seen=editions.seen,
        order=60,
    )
)
contribute(
    DocumentKind(
        key="postmortem-outside",
        label="Postmortem, edition for outside",
        load=editions.load,
        context=editions.outside,
        template="documents/postmortem.html",
        visible=visible_outside,
        url=url,
        seen=editions.seen_approved,
        title=editions.outside_title,
        order=61,
    )
)


def panel(request: Any, incident: Incident) -> str:
    """Draw what an incident's page shows of its postmortem and of what is to be done."""
    user = request.user
    postmortem: Postmortem | None = getattr(incident, "postmortem", None)  # the page loads it with the incident
    items = list(incident.action_items.select_related("owner").order_by("due_on", "pk"))
    asked = list(incident.eval_cases.select_related("suite", "first_run").order_by("pk"))
    demanded = demands.demanded(incident)
    standing = running.standing(user, incident)
    may_begin = postmortem is None and bool(rules.may_begin(user, incident, standing))
    if postmortem is None and not items and not asked and not demanded and not may_begin:
        return ""
    context = {
        "incident": incident,
        "postmortem": postmortem,
        "tone": TONES[Postmortem.State(postmortem.state)] if postmortem else "",
        "demanded": demanded,
        "why": demands.threshold(incident) if demanded else "",
        "begin": reverse("postmortem-begin", args=[incident.key]) if may_begin else "",
        "items": [reading.item_line(item) for item in items],
        "cases": [reading.case_line(each) for each in asked],
        "may_contribute": bool(rules.may_contribute(user, True)) and incident.state != IncidentState.REPORTED,
    }
    return render_to_string("incidents/postmortems/_panel.html", context, request)


def close_button(user: Any, incident: Incident) -> Button | None:
    """Return the button that closes an incident (its form says why it cannot be yet); None where it is not the time."""
    if incident.state not in (IncidentState.RESOLVED, IncidentState.POSTMORTEM):
        return None
    if not running_rules.may_respond(user, incident, running.standing(user, incident)):
        return None
    at = reverse("incident-close", args=[incident.key])
    return Button("Close", at, kind="primary" if actions.standing(incident) else "", dialog=True)


contribute(IncidentPanel("postmortem", "main", panel, order=60))
contribute(IncidentButton("close", close_button, order=80))


def to_do(user: Any) -> Iterable[InboxLine]:
    """Return what a person has to do, to verify and to write because of incidents."""
    for item in queries.to_do(user)[:100]:
        yield _line("Do", item.what, item, clock.end_of(item.due_on))
    for item in queries.to_verify(user)[:100]:
        yield _line("Review", f"Verify: {item.what}", item, None)
    for incident in queries.to_write(user)[:100]:
        yield InboxLine(
            verb="Do",
            title=f"Write the postmortem: {incident.title}",
            url=incident.get_absolute_url(),
            detail=f"{incident.key} · {incident.severity}",
            tier=incident.tier,
            asked_at=incident.resolved_at,
        )


def _line(verb: str, title: str, item: ActionItem, due: Any) -> InboxLine:
    return InboxLine(
        verb=verb,
        title=title,
        url=item.get_absolute_url(),
        detail=f"{item.key} · {item.incident.key}",
        due=due,
        tier=item.incident.tier,
        asked_at=item.created_at,
    )


def to_do_rows(user: Any) -> tuple[QuerySet[Any], ...]:
    """Return what those lines are made of."""
    return queries.to_do(user), queries.to_verify(user), queries.to_write(user)


contribute(InboxSource("postmortems", to_do, rows=to_do_rows, order=45))
contribute(
    BriefingLine(
        "action_items.overdue",
        "due",
        "action items overdue",
        lambda user: queries.items_visible_to(user).filter(pk__in=queries.overdue(day_of(clock.now())).values("pk")),
        lambda user: f"{reverse('action-items')}?overdue=true",
        order=45,
        level="stop",
        one="action item overdue",
    )
)


def find(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Find postmortems by key or title, and action items by key or by what is to be done."""
    named = queries.KEY.match(words) if words[:2].upper() == "PM" else None
    found = queries.visible_to(user)
    found = found.filter(pk=int(named.group(1))) if named else found.filter(title__icontains=words)
    hits = [
        SearchHit(each.title, each.get_absolute_url(), f"{each.key} · {each.incident.key}", "book")
        for each in found.order_by("-pk")[:limit]
    ]
    number = queries.ITEM_KEY.match(words) if words[:2].upper() == "AI" else None
    items = queries.items_visible_to(user)
    items = items.filter(pk=int(number.group(1))) if number else items.filter(what__icontains=words)
    hits += [
        SearchHit(each.what, each.get_absolute_url(), f"{each.key} · {each.get_state_display()}", "check", 0.5)
        for each in items.order_by("-pk")[:limit]
    ]
    return hits[:limit]


def owned(user: User) -> Iterable[ActionItem]:
    """Return the action items that a person answers for and that are not over."""
    found = ActionItem.objects.filter(owner=user, state__in=ActionItem.PENDING)
    return found.select_related("incident__surface", "incident__owner", "owner", "postmortem")


def reassign(item: ActionItem, actor: User, to: User, reason: str) -> ActionItem:
    """Give an action item to another person when its owner leaves."""
    return actions.hand_over_item(item, actor=actor, owner=to, reason=reason)


contribute(OwnedSource("action_items", "Action items", owned, reassign, order=50))
contribute(SearchSource("postmortems", "Postmortems", find, order=45))
contribute(NavItem("postmortems", "Postmortems", "postmortems", "book", group="What happened", order=30, family="incidents"))
contribute(
    PaletteCommand("action-items", "Action items", lambda user: reverse("action-items"), words="postmortem overdue verify")
)
contribute(
    PaletteCommand("patterns", "Patterns over incidents", lambda user: reverse("postmortem-patterns"), words="repeat same cause")
)
contribute(
    PaletteCommand("eval-cases", "Eval cases asked for", lambda user: reverse("eval-cases"), words="postmortem suite first run")
)
contribute(Commentable("incidents.postmortem", queries.visible_to))
contribute(Commentable("incidents.actionitem", queries.items_visible_to))
contribute(Commentable("incidents.evalcaserequest", queries.cases_visible_to))
contribute(ObjectLink("incidents.postmortem", lambda pk: reverse("postmortem", args=[f"PM-{pk}"])))
contribute(ObjectLink("incidents.actionitem", lambda pk: reverse("action-item", args=[f"AI-{pk}"])))
contribute(ObjectLink("incidents.evalcaserequest", lambda pk: reverse("eval-case", args=[f"EC-{pk}"])))
contribute(ApiRoute("postmortems", "postmortems", load=lambda: import_string("incidents.postmortems.api.PostmortemApi")))
contribute(ApiRoute("action-items", "action-items", load=lambda: import_string("incidents.postmortems.api.ItemApi")))
contribute(ApiRoute("eval-cases", "eval-cases", load=lambda: import_string("incidents.postmortems.api.CaseApi")))
contribute(ApiRoute("incident-closures", "incident-closures", load=lambda: import_string("incidents.postmortems.api.ClosureApi")))

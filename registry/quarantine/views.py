"""Pages of quarantines: the list, choosing a thing, taking it out of use, one quarantine, asking to lift it."""

import re
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.core.verdict import Verdict
from governance.ledger.queries import lines_for
from governance.people import roles
from governance.ui import atoms
from governance.ui.pages import ActionPage, Button, Empty, Fact, Header, ListPage, Next, ObjectPage, PageAction, Tab, View
from registry.quarantine import actions, held, queries, reading, rules
from registry.quarantine.forms import ChooseForm, WhyForm
from registry.quarantine.models import Quarantine, QuarantineLift
from registry.quarantine.tables import QuarantineFilters, QuarantineTable

INCIDENT = re.compile(r"^INC-\d{1,18}$")


class QuarantineList(ListPage):
    """Everything that is or was in quarantine."""

    key, url_name, title, nav = "quarantines", "quarantines", "Quarantine", "modes"
    table, filterset = QuarantineTable, QuarantineFilters
    crumbs = [("Modes", "/modes/")]
    lead = "What was taken out of use for every surface at once, in all {total}."
    search_hint = "Find by name or reason"
    views = (View("All"), View("Now", "active=true"), View("Lifted", "active=false"))
    actions = (
        PageAction(
            "Put something in quarantine",
            lambda user: reverse("quarantine-new"),
            icon="power",
            shown=lambda user: bool(roles.may_write(user)),
        ),
    )
    empty = Empty(
        "Nothing was ever in quarantine",
        "When an endpoint, a source, a tool or a vendor does harm, one person takes it out of use for every surface at once. "
        "Taking it up again needs approval.",
        "Put something in quarantine",
        lambda user: reverse("quarantine-new") if roles.may_write(user) else "",
    )

    def rows(self, user: Any) -> QuerySet[Quarantine]:
        """Return the quarantines that the reader may see."""
        return queries.visible_to(user)


class Choose(ActionPage):
    """Say which thing; the next page shows what it touches."""

    title, submit, form_class = "Put something in quarantine", "Show what it touches", ChooseForm
    lead = "Nothing happens yet: you first see which surfaces use it."

    def verdict(self, obj: None) -> Verdict:
        """Auditors switch nothing; whether one may is known once it is named."""
        return rules.may_place(self.user, "asked")

    def form_arguments(self, obj: None) -> dict[str, Any]:
        """Offer what the person sees of the catalogue."""
        return {"user": self.user}

    def back_url(self, obj: None) -> str:
        """Return to the list."""
        return reverse("quarantines")

    def perform(self, obj: None, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """Nothing is done here but to read the choice."""
        return given

    def success_url(self, result: Mapping[str, Any]) -> str:
        """Go to the page that shows what it touches."""
        return reverse("quarantine-place", args=[result["kind"], result["key"]])


class Place(ActionPage):
    """Take one thing out of use: what it touches, a reason, done."""

    submit, tone, form_class, wide = "Quarantine it now", "stop", WhyForm, True
    lead = "It takes effect at once, for every surface. Lifting it needs approval."
    fields_template = "registry/quarantine/_place.html"

    def load(self) -> Any:
        """Return the thing of the address."""
        return queries.thing_of(self.user, self.kwargs["kind"], self.kwargs["key"])

    @property
    def kind(self) -> str:
        """What sort of thing it is."""
        return str(self.kwargs["kind"])

    def get_title(self) -> str:
        """Name the thing."""
        return f"Quarantine {self.obj}"

    def verdict(self, obj: Any) -> Verdict:
        """Say whether this person may."""
        return rules.may_place(self.user, queries.standing(self.user, self.kind, obj))

    def extra(self, obj: Any) -> dict[str, Any]:
        """Show what it touches, and who will have to approve lifting it."""
        return {
            "touched": reading.touched(self.user, self.kind, obj),
            "approvers": reading.approvers(self.kind, obj),
        }

    def back_url(self, obj: Any) -> str:
        """Return to the thing, or to the list for a source."""
        return reverse("quarantines") if self.kind == held.SOURCE else str(obj.get_absolute_url())

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Quarantine:
        """Place it."""
        return actions.place(actor=self.user, kind=self.kind, thing=obj, reason=given["reason"])

    def said(self, result: Quarantine) -> str:
        """Say so."""
        return f"No surface uses {result.name} from now on."


class Lift(ActionPage):
    """Ask that a quarantine be lifted."""

    submit, form_class, fields_template = "Ask for approval", WhyForm, "registry/quarantine/_lift.html"
    lead = "It stays in quarantine until the people whom policy names have agreed."

    def load(self) -> Quarantine:
        """Return the quarantine of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def get_title(self) -> str:
        """Name the thing."""
        return f"Lift the quarantine of {self.obj.name}"

    def verdict(self, obj: Quarantine) -> Verdict:
        """Say whether this person may ask."""
        return rules.may_lift(self.user, obj, queries.standing(self.user, obj.kind, obj.thing))

    def form_arguments(self, obj: Quarantine) -> dict[str, Any]:
        """Ask what is mended."""
        return {"why": "What was wrong, and what is mended now. Those who approve it sign this."}

    def extra(self, obj: Quarantine) -> dict[str, Any]:
        """Say who approves."""
        return {"approvers": reading.approvers(obj.kind, obj.thing)}

    def perform(self, obj: Quarantine, given: Mapping[str, Any]) -> QuarantineLift:
        """Ask."""
        return actions.ask_to_lift(obj, actor=self.user, reason=given["reason"])

    def said(self, result: QuarantineLift) -> str:
        """Say who decides."""
        count = result.request.steps.count() if result.request else 0
        people = "One person is" if count == 1 else f"{count} people are"
        return f"{people} asked to approve it; until then it stays in quarantine."


def _overview(page: Any, quarantine: Quarantine) -> dict[str, Any]:
    return {
        "touched": reading.touched(page.user, quarantine.kind, quarantine.thing),
        "lift": queries.open_lift(quarantine),
    }


class QuarantinePage(ObjectPage):
    """One quarantine: what it holds, since when and why, what it touches, and how it is lifted."""

    url_name, lookup, parent, noun = "quarantine", "key", ("Quarantine", "quarantines"), "quarantine"
    tabs = (
        Tab("", "Overview", "registry/quarantine/_quarantine.html", _overview),
        Tab(
            "activity",
            "Activity",
            "governance/ledger/_activity.html",
            lambda page, obj: lines_for(obj, page.request.GET.get("before")),
        ),
    )

    def load(self) -> Quarantine:
        """Return the quarantine of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def header(self, obj: Quarantine) -> Header:
        """Say what is held, since when, by whom, and how it is lifted."""
        facts = [
            Fact(obj.get_kind_display(), atoms.link(*_where(obj))),
            Fact("Since", atoms.time(obj.since, "long")),
            Fact("By", atoms.person(obj.by, me=self.user)),
        ]
        if obj.standing:
            facts.append(Fact("As", obj.standing))
        if obj.incident_key:
            facts.append(Fact("For", _incident(obj.incident_key)))
        return Header(obj.name, obj.key, state=reading.state_of(obj), facts=tuple(facts), next=self.next(obj))

    def next(self, obj: Quarantine) -> Next | None:
        """Return how it is lifted, while it holds."""
        if not obj.is_active:
            return None
        lift = queries.open_lift(obj)
        if lift is not None and lift.request is not None:
            look = Button("See who decides", reverse("approval", args=[lift.request.key]))
            return Next("Lifting it waits for approval.", f"Asked by {lift.requester.name}.", "warn", (look,))
        verdict = rules.may_lift(self.user, obj, queries.standing(self.user, obj.kind, obj.thing))
        ask = Button("Ask to lift it", reverse("quarantine-lift", args=[obj.key]), dialog=True, verdict=verdict)
        return Next("No surface uses it.", "It stays so until lifting it is approved.", "stop", (ask,))


def _incident(key: str) -> Any:
    """Lead to the incident, where its key is one; whether the reader may see it is for its own page to say."""
    return atoms.link(reverse("incident", args=[key]), key) if INCIDENT.match(key) else key


def _where(quarantine: Quarantine) -> tuple[str, str, str]:
    if quarantine.kind == held.SOURCE:
        return f"{reverse('quarantines')}?q={quarantine.source}", quarantine.source, ""
    return quarantine.thing.get_absolute_url(), quarantine.name, quarantine.thing_key

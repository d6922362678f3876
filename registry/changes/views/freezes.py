"""Pages of freezes: the list, one freeze, declaring one and ending it early."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.core import clock
from governance.core.verdict import Verdict
from governance.ledger.queries import lines_for
from governance.ui import atoms
from governance.ui.pages import ActionPage, Button, Empty, Fact, Header, ListPage, ObjectPage, PageAction, Tab, View
from registry.changes import actions, queries, rules
from registry.changes.forms import FreezeForm, WhyForm
from registry.changes.freezes import FreezeFilters, FreezeTable, scope_of, state_of
from registry.changes.models import FreezeWindow


class FreezeList(ListPage):
    """All freezes, the latest first."""

    key, url_name, title, nav = "freezes", "freezes", "Freezes", "changes"
    table, filterset = FreezeTable, FreezeFilters
    crumbs = [("Changes", "/changes/")]
    lead = "{total} spans of time in which nothing new comes into force. Rollbacks and emergencies pass."
    search_hint = "Find by name or reason"
    views = (View("All"), View("Holding now", "when=now"), View("To come", "when=ahead"), View("Over", "when=over"))
    actions = (
        PageAction(
            "Declare a freeze",
            lambda user: reverse("freeze-new"),
            icon="plus",
            primary=True,
            shown=lambda user: bool(rules.may_freeze(user)),
        ),
    )
    empty = Empty(
        "No freeze was declared yet",
        "A freeze keeps quiet weeks quiet: changes are still proposed and decided, and come into force when it ends.",
        "Declare a freeze",
        lambda user: reverse("freeze-new"),
    )

    def rows(self, user: Any) -> QuerySet[FreezeWindow]:
        """Return the freezes that the reader may see."""
        return queries.freezes_for(user)


class FreezePage(ObjectPage):
    """One freeze: from when to when, for whom, and what it holds now."""

    url_name, lookup, parent, noun = "freeze", "key", ("Freezes", "freezes"), "freeze"
    tabs = (
        Tab("", "Overview", "registry/changes/_freeze.html", lambda page, window: page.overview(window)),
        Tab(
            "activity",
            "Activity",
            "governance/ledger/_activity.html",
            lambda page, window: lines_for(window, page.request.GET.get("before")),
        ),
    )

    def load(self) -> FreezeWindow:
        """Return the freeze of the address."""
        return queries.get_freeze(self.user, self.kwargs["key"])

    def overview(self, window: FreezeWindow) -> dict[str, Any]:
        """Say what it is about, and which approved changes wait for its end."""
        parts = [
            ("From", "", atoms.time(window.starts_at, "exact")),
            ("To", "", atoms.time(window.ends_at, "exact")),
            ("For", "", scope_of(window)),
            ("Why", "", window.reason),
        ]
        if window.ended_at:
            parts.append(("Ended early", "", window.ended_why))
        held = queries.held_by(self.user, window) if rules.is_holding(window, clock.now()) else []
        return {"parts": parts, "held": held}

    def header(self, obj: FreezeWindow) -> Header:
        """Say whether it holds, and until when."""
        facts = (
            Fact("Until", atoms.time(obj.ended_at or obj.ends_at)),
            Fact("For", scope_of(obj)),
            Fact("Declared by", atoms.person(obj.made_by)),
        )
        buttons: tuple[Button, ...] = ()
        if rules.may_end_freeze(self.user, obj, clock.now()):
            buttons = (Button("End it early", reverse("freeze-end", args=[obj.key]), dialog=True),)
        return Header(obj.name, obj.key, state=state_of(obj), facts=facts, buttons=buttons)


class Freeze(ActionPage):
    """Declare a freeze."""

    title, submit, form_class = "Declare a freeze", "Declare it", FreezeForm
    lead = "Changes are still proposed and decided. They come into force when it ends; rollbacks and emergencies pass."

    def verdict(self, obj: Any) -> Verdict:
        """Risk officers, administrators and leaders."""
        return rules.may_freeze(self.user)

    def back_url(self, obj: Any) -> str:
        """Return to the list."""
        return reverse("freezes")

    def perform(self, obj: Any, given: Mapping[str, Any]) -> FreezeWindow:
        """Declare it."""
        return actions.freeze(actor=self.user, **given)

    def said(self, result: FreezeWindow) -> str:
        """Say so."""
        return f"{result.name} is declared."


class EndFreeze(ActionPage):
    """End a freeze early."""

    title, submit, form_class, tone = "End the freeze", "End it now", WhyForm, "stop"
    lead = "What waits for it comes into force within five minutes, unless something else holds it."

    def load(self) -> FreezeWindow:
        """Return the freeze of the address."""
        return queries.get_freeze(self.user, self.kwargs["key"])

    def verdict(self, obj: FreezeWindow) -> Verdict:
        """Say whether the person may."""
        return rules.may_end_freeze(self.user, obj, clock.now())

    def perform(self, obj: FreezeWindow, given: Mapping[str, Any]) -> FreezeWindow:
        """End it."""
        return actions.end_freeze(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)

    def said(self, result: FreezeWindow) -> str:
        """Say so."""
        return f"{result.name} is over."

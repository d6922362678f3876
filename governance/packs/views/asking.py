"""Asking for a pack: first what kind of scope, then which things, which days and which edition."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from governance.core.errors import NotVisible
from governance.core.verdict import Verdict, require
from governance.packs import actions, queries, rules
from governance.packs.forms import PackForm, last_quarter, ticked_subjects
from governance.packs.models import Pack
from governance.packs.sections import PackScope, Subject
from governance.ui.pages import ActionPage, Page

FOUND = 50


class ChooseScope(Page):
    """What the pack is to be about."""

    title, nav = "Ask for an audit pack", "packs"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Offer the kinds of scope."""
        require(rules.may_ask(self.user))
        return self.render("governance/packs/choose.html", scopes=queries.scopes(self.user))


class ScopePart:
    """What pages of one kind of scope share."""

    user: Any
    kwargs: dict[str, Any]
    request: HttpRequest

    def scope(self) -> PackScope:
        """Return the kind of scope of the address. Raises NotVisible."""
        found = queries.scope_named(self.kwargs["scope"])
        if found is None:
            raise NotVisible("There is no such kind of scope.", fix="Choose one of those that are offered.")
        require(rules.may_choose(self.user, found))
        return found

    def found(self, scope: PackScope) -> dict[str, Any]:
        """Return what was searched for, what was found, and what is ticked already."""
        given = self.request.POST if self.request.method == "POST" else self.request.GET
        words = given.get("q", "").strip()[:200]
        ticked = tuple(ticked_subjects(scope, self.user, given.getlist("subjects")).values())
        named = self._named(scope, given.get("about", ""))
        chosen = tuple({(each.type, each.id): each for each in (*ticked, *named)}.values())
        held = {(each.type, each.id) for each in chosen}
        hits = scope.find(self.user, words, FOUND + 1) if scope.find else []
        return {
            "scope": scope,
            "finds": scope.find is not None,  # templates call what can be called
            "words": words,
            "chosen": chosen,
            "hits": [each for each in hits[:FOUND] if (each.type, each.id) not in held],
            "more": len(hits) > FOUND,
            "kind": "checkbox" if scope.several else "radio",
        }

    def _named(self, scope: PackScope, key: str) -> tuple[Subject, ...]:
        """Return the thing that a button on its page named."""
        return scope.named(self.user, [key]) if key and scope.named else ()


class AskForPack(ScopePart, ActionPage):
    """Which things, which days, which edition."""

    title, submit, form_class, nav = "Ask for an audit pack", "Build it", PackForm, "packs"
    lead = "It is frozen at the ledger's newest checkpoint, and built in the background."
    fields_template = "governance/packs/_ask.html"

    def load(self) -> None:
        """Nothing is acted on yet; the scope must be one that the person may choose."""
        self.scope()

    def verdict(self, obj: Any) -> Verdict:
        """Auditors ask for nothing."""
        return rules.may_ask(self.user)

    def initial(self, obj: Any) -> dict[str, Any]:
        """Start with the last whole quarter, in full; a search keeps what was set."""
        starts_on, ends_on = last_quarter(queries.utc_today())
        set_ = {
            name: value for name in ("starts_on", "ends_on", "edition", "title", "keys") if (value := self.request.GET.get(name))
        }
        return {"starts_on": starts_on, "ends_on": ends_on, "edition": Pack.Edition.FULL, **set_}

    def form_arguments(self, obj: Any) -> dict[str, Any]:
        """Tell the form what is chosen among, and by whom."""
        return {"scope": self.scope(), "user": self.user}

    def extra(self, obj: Any) -> dict[str, Any]:
        """Offer what can be chosen."""
        return self.found(self.scope())

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Pack:
        """Ask for it."""
        return actions.ask(actor=self.user, scope=self.kwargs["scope"], **given)

    def back_url(self, obj: Any) -> str:
        """Return to the kinds of scope."""
        return reverse("pack-new")

    def said(self, result: Pack) -> str:
        """Say so."""
        return f"{result.key} is being built."


class Found(ScopePart, Page):
    """The things that a search finds, to be ticked: a part of the page, fetched while one types."""

    nav = "packs"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer what is ticked and what is found."""
        return self.render("governance/packs/_found.html", **self.found(self.scope()))

"""Pages of sources: the list, one source with what it sent and how to send, making one, its token, retiring it."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from governance.core.verdict import Verdict
from governance.ledger.queries import lines_for
from governance.people.views.sensitive import ShownOncePage
from governance.ui import atoms
from governance.ui.pages import ActionPage, Button, Empty, Fact, Header, ListPage, Next, ObjectPage, PageAction, Tab, View
from registry.surfaces import queries as surfaces
from registry.usage.models import UsageSource
from registry.usage.sources import actions, forms, queries, rules
from registry.usage.sources.snippets import snippets
from registry.usage.sources.tables import SourceFilters, SourceTable, reach_cell, state_of

PARENT = ("Sources", "usage-sources")
REASONS = {
    "clock": "refused: the sender's clock was not set",
    "future": "refused: the sender's clock is ahead by more than 10 minutes",
    "too_old": "refused: more than five years old",
    "trace_id": "refused: a trace id that is none",
    "span_id": "refused: a span id that is none",
    "tokens": "refused: a number of tokens that cannot be true",
    "cost": "refused: a cost that cannot be true",
    "figures": "refused: figures that cannot be true",
    "shape": "refused: not shaped as a span",
    "surface": "refused: another surface than this source sends for",
}
"""What a page says of reasons; the answer to a delivery says more, with what to do."""


def base_of(request: HttpRequest) -> str:
    """Return the address under which programs reach this server."""
    return str(settings.BASE_URL or request.build_absolute_uri("/").rstrip("/"))


class SourceList(ListPage):
    """Everything that sends observations."""

    key, url_name, title = "usage-sources", "usage-sources", "Sources"
    table, filterset = SourceTable, SourceFilters
    lead = "{total} sources of observations, each with a token of its own."
    search_hint = "Find by name or surface"
    views = (
        View("All", "state=active"),
        View("Mine", "owner={me}"),
        View("Silent", "silent=true"),
        View("Retired", "state=retired"),
    )
    actions = (
        PageAction("Aliases", lambda user: reverse("usage-aliases"), "list"),
        PageAction(
            "Hand in a table",
            lambda user: reverse("usage-hand-in"),
            "upload",
            shown=lambda user: bool(rules.may_add(user)),
        ),
        PageAction(
            "Add a source",
            lambda user: reverse("usage-source-new"),
            icon="plus",
            primary=True,
            shown=lambda user: bool(rules.may_add(user)),
        ),
    )
    empty = Empty(
        "Nothing sends yet",
        "What was approved is held against what really happened. Any program that speaks OpenTelemetry can tell: it needs an "
        "address and a token, and sends no prompts.",
        "Add a source",
        lambda user: reverse("usage-source-new") if rules.may_add(user) else "",
    )

    def rows(self, user: Any) -> QuerySet[UsageSource]:
        """Return the sources that the reader may see."""
        return queries.listed(user)


def _overview(page: Any, source: UsageSource) -> dict[str, Any]:
    surface = source.surface.key if source.surface else ""
    figures = queries.figures(source)
    return {
        "figures": figures,
        "reasons": [(count, REASONS.get(reason, f"refused: {reason}")) for reason, count in figures["reasons"]],
        "batches": queries.batches(source),
        "snippets": snippets(base_of(page.request), surface=surface),
        "sends": source.state == UsageSource.State.ACTIVE,
    }


class SourcePage(ObjectPage):
    """One source: what came, what was refused and why, and how programs send."""

    url_name, lookup, parent, noun = "usage-source", "key", PARENT, "source"
    tabs = (
        Tab("", "Overview", "registry/usage/sources/_source.html", _overview),
        Tab(
            "activity",
            "Activity",
            "governance/ledger/_activity.html",
            lambda page, obj: lines_for(obj, page.request.GET.get("before")),
        ),
    )

    def load(self) -> UsageSource:
        """Return the source of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def header(self, obj: UsageSource) -> Header:
        """Say for what it sends, who answers for it, whether anything comes."""
        last = queries.batches(obj, 1)
        last_at = last[0].received_at if last else None
        verdict = rules.may_keep(self.user, obj)
        facts = [Fact("Sends for", reach_cell(obj)), Fact("Owner", atoms.person(obj.owner, me=self.user))]
        if last_at is not None:
            facts.append(Fact("Last heard of", atoms.time(last_at)))
        if obj.token is not None and obj.state == UsageSource.State.ACTIVE:
            facts.append(Fact("Token ends", atoms.time(obj.token.expires_at)))
        state = state_of(obj, last_at)
        return Header(
            obj.name, obj.key, state, facts=tuple(facts), next=self.next(obj, state, verdict), buttons=_buttons(obj, verdict)
        )

    def next(self, obj: UsageSource, state: tuple[str, str], verdict: Verdict) -> Next | None:
        """Return what keeps it from sending, where something does."""
        if obj.state == UsageSource.State.RETIRED:
            revive = Button("Take it up again", reverse("usage-source-revive", args=[obj.key]), verdict=verdict)
            return Next("It is retired.", "What it sent stays; its tokens are ended.", "", (revive,))
        if state[0] == "stop":
            token = Button("Make a new token", reverse("usage-source-token", args=[obj.key]), kind="primary", verdict=verdict)
            return Next("Its token has ended.", "Its programs are refused until they have a new one.", "stop", (token,))
        return None


def _buttons(source: UsageSource, verdict: Verdict) -> tuple[Button, ...]:
    if source.state == UsageSource.State.RETIRED:
        return ()
    key = [source.key]
    return (
        Button("Change", reverse("usage-source-change", args=key), "edit", dialog=True, verdict=verdict),
        Button("New token", reverse("usage-source-token", args=key), "key", verdict=verdict),
        Button("Give to another", reverse("usage-source-give", args=key), "people", dialog=True, verdict=verdict),
        Button("Retire", reverse("usage-source-retire", args=key), "power", "stop", dialog=True, verdict=verdict),
    )


class _Issuing(ShownOncePage):
    """Shows the secret of a source's token once, with what to copy."""

    shown_template = "registry/usage/sources/shown_once.html"
    shown_fragment = "registry/usage/sources/_shown_once.html"

    def issued(self, made: actions.MadeSource) -> UsageSource:
        """Keep the secret for the answer."""
        self.made, self.secret = made.source, made.secret
        return made.source

    def shown(self) -> dict[str, Any]:
        """Say what it is, and how it is used."""
        surface = self.made.surface.key if self.made.surface else ""
        return {
            "title": f"The token of {self.made.name}",
            "text": "Copy it now: only its hash is kept, so it cannot be shown again. It can send observations and nothing else.",
            "done_url": self.made.get_absolute_url(),
            "snippets": snippets(base_of(self.request), surface=surface, secret=self.secret),
        }


class NewSource(_Issuing):
    """Make a source and its token."""

    title, submit, form_class = "Add a source", "Make it and its token", forms.SourceForm
    lead = "A source is one program, a team's programs or a gateway. It gets an account and a token of its own."

    def verdict(self, obj: None) -> Verdict:
        """Say whether the person may at all; for what is asked of the choice."""
        return rules.may_add(self.user)

    def initial(self, obj: None) -> dict[str, Any]:
        """Start with the surface that one came from."""
        surface = self.request.GET.get("surface", "")[:40]
        return {"kind": "surface", "surface": surface}

    def form_arguments(self, obj: None) -> dict[str, Any]:
        """Offer people, the person first."""
        return {"user": self.user}

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Return the way here."""
        return [("Sources", reverse("usage-sources")), (self.title, "")]

    def back_url(self, obj: None) -> str:
        """Return to the list."""
        return reverse("usage-sources")

    def perform(self, obj: None, given: Mapping[str, Any]) -> UsageSource:
        """Make it."""
        asked = dict(given)
        key = asked.pop("surface")
        surface = surfaces.get(self.user, key) if key else None
        return self.issued(actions.make(actor=self.user, surface=surface, **asked))


class _OfSource(ActionPage):
    """Does something to one source."""

    def load(self) -> UsageSource:
        """Return the source of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def verdict(self, obj: UsageSource) -> Verdict:
        """Its owner and those who govern may."""
        return rules.may_keep(self.user, obj)

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Return the way here."""
        return [("Sources", reverse("usage-sources")), (self.obj.name, self.obj.get_absolute_url()), (self.title, "")]

    def back_url(self, obj: UsageSource) -> str:
        """Return to the source."""
        return obj.get_absolute_url()


class NewToken(_OfSource, _Issuing):
    """Make a new token for a source."""

    title, submit, form_class = "Make a new token", "Make the token", forms.TokenForm
    lead = "Programs send with it from now on."

    def perform(self, obj: UsageSource, given: Mapping[str, Any]) -> UsageSource:
        """Make it."""
        return self.issued(actions.renew_token(obj, actor=self.user, **given))


class ReviveSource(_OfSource, _Issuing):
    """Let a retired source send again."""

    title, submit, form_class = "Take the source up again", "Take it up and make a token", forms.ReviveForm
    lead = "It gets a new token; the old ones stay ended."

    def perform(self, obj: UsageSource, given: Mapping[str, Any]) -> UsageSource:
        """Take it up."""
        return self.issued(actions.revive(obj, actor=self.user, expected_version=self.seen_version, **given))


class ChangeSource(_OfSource):
    """Name it anew."""

    title, submit, form_class = "Change the source", "Save", forms.ChangeForm

    def initial(self, obj: UsageSource) -> dict[str, Any]:
        """Start with what is."""
        return {"name": obj.name, "notes": obj.notes}

    def perform(self, obj: UsageSource, given: Mapping[str, Any]) -> UsageSource:
        """Save it."""
        return actions.change(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: UsageSource) -> str:
        """Say so."""
        return f"{result.name} is saved."


class GiveSource(_OfSource):
    """Another owner."""

    title, submit, form_class = "Give the source to another", "Give it", forms.GiveForm
    lead = "Its token goes on working."

    def perform(self, obj: UsageSource, given: Mapping[str, Any]) -> UsageSource:
        """Give it."""
        return actions.give(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: UsageSource) -> str:
        """Say who."""
        return f"{result.owner} answers for {result.name} from now on."


class RetireSource(_OfSource):
    """Stop it."""

    title, submit, tone, form_class = "Retire the source", "Retire it", "stop", forms.RetireForm
    lead = "Its tokens end at once and its programs are refused. What it sent stays."

    def perform(self, obj: UsageSource, given: Mapping[str, Any]) -> UsageSource:
        """Retire it."""
        return actions.retire(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: UsageSource) -> str:
        """Say so."""
        return f"{result.name} sends no more."

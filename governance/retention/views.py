"""Pages of retention and legal holds."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.core import clock
from governance.core.errors import Denied
from governance.core.models import Job
from governance.core.verdict import Verdict
from governance.ledger.queries import lines_for
from governance.people.models import User
from governance.people.rows import oversight
from governance.policy import queries as policy
from governance.retention import actions, expiring, forms, matters, queries, rules
from governance.retention.models import MATTERS, LegalHold
from governance.retention.tables import HoldFilters, HoldTable, covers, state_of
from governance.ui import atoms
from governance.ui.pages import ActionPage, Button, Empty, Fact, Header, ListPage, ObjectPage, Page, PageAction, Tab, View

FAMILY, NAV = "privacy", "privacy"
WHO = ("An administrator", "A risk officer", "An auditor")


def admit(user: Any) -> None:
    """Raise Denied for whoever may not read about erasure and retention."""
    if not oversight(user):
        raise Denied(
            "Erasure and retention are for those who govern, and for auditors.",
            fix="Ask one of them.",
            grantors=WHO,
        )


class RetentionPage(Page):
    """How long each kind of record is kept, what goes next, and what a hold keeps."""

    title, template, family, nav = "Retention", "governance/retention/retention.html", FAMILY, NAV

    def context(self, **more: Any) -> dict[str, Any]:
        """Count every kind in one statement, and say when the last round was."""
        admit(self.user)
        last = Job.objects.filter(kind=expiring.JOB, state=Job.State.DONE).order_by("-finished_at").first()
        return super().context(
            kinds=queries.outlooks(), version=policy.in_force(), last=last, holds=queries.holding(clock.today()).count(), **more
        )


class KindPage(Page):
    """One kind of record: its rule, and the oldest of its records with the day from which each goes."""

    template, family, nav = "governance/retention/kind.html", "", NAV

    def context(self, **more: Any) -> dict[str, Any]:
        """Read the oldest records, and which of them are held back."""
        admit(self.user)
        kind = queries.kind_named(self.kwargs["kind"])
        rules_now, now = policy.proof_rules(), clock.now()
        rows = list(queries.next_rows(kind))
        kept = set(
            kind.rows()
            .filter(pk__in=[row.pk for row in rows])
            .filter(queries.held(now.date()).touching(kind))
            .values_list("pk", flat=True)
        )
        lines = [
            (kind.name(row), at, row.pk in kept, at is not None and at <= now)
            for row, at in queries.goes_on(kind, rows, rules_now)
        ]
        self.title = kind.label
        self.crumbs = [("Retention", reverse("retention")), (kind.label, "")]
        own = [(tier, rules_now.days_kept(kind.key, tier)) for tier in sorted(rules_now.own_tiers(kind.key))]
        return super().context(kind=kind, lines=lines, days=rules_now.days_kept(kind.key), tiers=own, **more)


class HoldList(ListPage):
    """All legal holds."""

    key, url_name, title, family, nav = "legal-holds", "legal-holds", "Legal holds", FAMILY, NAV
    table, filterset = HoldTable, HoldFilters
    lead = "{total} holds. What one names is neither let go nor erased while it holds."
    search_hint = "Find by what it is for, or why"
    views = (View("All"), View("Hold today", "holds=true"), View("Released", "state=released"))
    actions = (
        PageAction("Place a hold", lambda user: reverse("legal-hold-new"), "plus", True, lambda user: bool(rules.may_keep(user))),
    )
    empty = Empty(
        "Nothing is held", "A hold keeps what a court, a regulator or a dispute may ask for, past the time that policy gives it.",
        "Place a hold", lambda user: reverse("legal-hold-new") if rules.may_keep(user) else "",
    )  # fmt: skip

    def rows(self, user: Any) -> QuerySet[LegalHold]:
        """Return the holds that the reader may see."""
        admit(user)
        return queries.visible_to(user)


def _parts(page: Any, hold: LegalHold) -> dict[str, Any]:
    groups: list[tuple[str, list[tuple[str, str]]]] = []
    people = User.objects.filter(ref__in=hold.people).order_by("name") if hold.people else []
    if hold.people:
        groups.append(("People", [(str(each), each.get_absolute_url()) for each in people]))
    for matter in matters.matters():
        if ids := getattr(hold, matter.key):
            groups.append((matter.label, [(f"{name} ({key})", url) for key, name, url in matter.named(ids)]))
    if hold.kinds:
        known = matters.kinds()
        groups.append(
            (
                "Kinds of record",
                [(known.get(key, key), reverse("retention-kind", args=[key])) for key in hold.kinds if key in known],
            )
        )
    return {"groups": groups}


class HoldPage(ObjectPage):
    """One hold: what it keeps, why, until when."""

    url_name, lookup, parent, noun, nav = "legal-hold", "key", ("Legal holds", "legal-holds"), "legal hold", NAV
    tabs = (
        Tab("", "Overview", "governance/retention/_hold.html", _parts),
        Tab(
            "activity", "Activity", "governance/ledger/_activity.html",
            lambda page, hold: lines_for(hold, page.request.GET.get("before")),
        ),
    )  # fmt: skip

    def load(self) -> LegalHold:
        """Return the hold of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def header(self, obj: LegalHold) -> Header:
        """Say how much it holds, since when, and until when."""
        facts = [Fact("Holds", covers(obj)), Fact("Placed by", atoms.person(obj.owner, me=self.user))]
        facts.append(Fact("Last day", atoms.time(obj.until, "long") if obj.until else "until it is released"))
        buttons: tuple[Button, ...] = ()
        if may := rules.may_change(self.user, obj):
            buttons = (
                Button("Change", reverse("legal-hold-change", args=[obj.key]), "edit", verdict=may),
                Button("Release", reverse("legal-hold-release", args=[obj.key]), kind="stop", dialog=True),
            )
        return Header(obj.name, obj.key, state=state_of(obj), facts=tuple(facts), buttons=buttons)


class PlaceHold(ActionPage):
    """Place a hold."""

    title, submit, form_class, nav = "Place a legal hold", "Hold it", forms.HoldForm, NAV
    lead = "Whatever touches any one of the things named here is kept, and nobody named here can be erased."
    crumbs = [("Legal holds", "/privacy/holds/"), ("New", "")]

    def verdict(self, obj: Any) -> Verdict:
        """Say whether the person may."""
        return rules.may_keep(self.user)

    def perform(self, obj: Any, given: Mapping[str, Any]) -> LegalHold:
        """Place it."""
        named: dict[str, Any] = matters.resolve(self.user, {name: given[name] for name in MATTERS if name in given})
        words: dict[str, Any] = {name: given[name] for name in ("name", "reason", "until")}
        return actions.place(actor=self.user, **words, **named)

    def success_url(self, result: LegalHold) -> str:
        """Show it."""
        return result.get_absolute_url()

    def back_url(self, obj: Any) -> str:
        """Return to the list."""
        return reverse("legal-holds")

    def said(self, result: LegalHold) -> str:
        """Say so."""
        return f"{result.key} holds."


class OnHold(ActionPage):
    """Base of what is done to one hold."""

    nav = NAV

    def load(self) -> LegalHold:
        """Return the hold of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def verdict(self, obj: LegalHold) -> Verdict:
        """Say whether the person may."""
        return rules.may_change(self.user, obj)


class ChangeHold(OnHold):
    """Change what a hold names, or its words."""

    title, submit, form_class = "Change the hold", "Save", forms.HoldForm

    def initial(self, obj: LegalHold) -> dict[str, Any]:
        """Start with what it says."""
        named: dict[str, Any] = {"people": ", ".join(obj.people), "kinds": obj.kinds}
        for matter in matters.matters():
            named[matter.key] = ", ".join(key for key, _, _ in matter.named(getattr(obj, matter.key)))
        return {"name": obj.name, "reason": obj.reason, "until": obj.until, **named}

    def perform(self, obj: LegalHold, given: Mapping[str, Any]) -> LegalHold:
        """Save it."""
        named = matters.resolve(self.user, {name: given[name] for name in MATTERS if name in given})
        words = {name: given[name] for name in ("name", "reason", "until")}
        return actions.change(obj, actor=self.user, expected_version=self.seen_version, **words, **named)

    def said(self, result: LegalHold) -> str:
        """Say so."""
        return f"{result.key} is saved."


class ReleaseHold(OnHold):
    """End a hold for good."""

    title, submit, form_class, tone = "Release the hold", "Release it", forms.ReleaseForm, "stop"
    lead = "What it kept goes with the next round, where its time is over. It cannot be taken back."

    def perform(self, obj: LegalHold, given: Mapping[str, Any]) -> LegalHold:
        """Release it."""
        return actions.release(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)

    def said(self, result: LegalHold) -> str:
        """Say so."""
        return f"{result.key} is released."

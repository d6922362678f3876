"""The list of evidence, one piece of it, its file, and what ends a use or the whole."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from governance.core import clock
from governance.core.errors import NotVisible
from governance.core.verdict import Verdict
from governance.ledger.queries import lines_for
from governance.people import roles
from governance.ui import atoms
from governance.ui.pages import ActionPage, Button, Empty, Fact, Header, ListPage, Next, ObjectPage, Page, PageAction, Tab, View
from registry.evidence import actions, queries, reading, rules
from registry.evidence.forms import ReasonForm, WithdrawForm
from registry.evidence.models import Evidence, EvidenceUse
from registry.evidence.sending import send
from registry.evidence.tables import SAID, EvidenceFilters, EvidenceTable


class EvidenceList(ListPage):
    """All evidence that a person may see."""

    key, url_name, title = "evidence", "evidence-list", "Evidence"
    table, filterset = EvidenceTable, EvidenceFilters
    lead = "{total} files, links and records, each with who collected it and until when it counts."
    search_hint = "Find by title, file, link or hash"
    views = (
        View("All"),
        View("Mine", "collector={me}"),
        View("Ends soon", "expiring=true"),
        View("Expired", "expired=true"),
        View("Serves nothing", "unused=true&state=current"),
    )
    actions = (
        PageAction("Collect evidence", lambda user: reverse("evidence-new"), icon="plus", primary=True, shown=roles.may_write),
    )
    empty = Empty(
        "No evidence yet",
        "What a tier demands and nobody can compute is shown by a file, a link or a record, until the day on which it ends.",
        "Collect evidence",
        lambda user: reverse("evidence-new"),
    )

    def rows(self, user: Any) -> QuerySet[Evidence]:
        """Return the evidence that the reader may see."""
        return queries.rows(user)


def _overview(page: "EvidencePage", evidence: Evidence) -> dict[str, Any]:
    followers = list(evidence.renewed_by.all())
    return {
        "subject": evidence,
        "beside": bool(evidence.blob or evidence.renews or followers or evidence.ended_because),
        "content": reading.content(page.user, evidence),
        "whole": reading.integrity(evidence, "check" in page.request.GET),
        "followers": followers,
        "attach": page.attach_button(evidence),
        **reading.used(page.user, evidence),
    }


class EvidencePage(ObjectPage):
    """One piece of evidence: what it shows, where it serves, whether it is whole."""

    url_name, lookup, parent = "evidence", "key", ("Evidence", "evidence-list")
    tabs = (
        Tab("", "Overview", "registry/evidence/_evidence.html", _overview),
        Tab(
            "activity",
            "Activity",
            "governance/ledger/_activity.html",
            lambda page, evidence: lines_for(evidence, page.request.GET.get("before")),
        ),
    )

    def load(self) -> Evidence:
        """Return the evidence of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def header(self, obj: Evidence) -> Header:
        """Say what it is, where it stands, and what comes next."""
        uses = queries.uses(obj)
        until = queries.first_end(obj, uses)
        where = rules.standing(obj, clock.today(), until)
        facts = (
            Fact("Kind", obj.get_kind_display()),
            Fact("Collected by", atoms.person(obj.collector, me=self.user)),
            Fact("Collected", atoms.time(obj.collected_on)),
            Fact("Good until", atoms.time(until, missing="no end set")),
            Fact("Serves", f"{len(uses)} control{'s'[: len(uses) != 1]}"),
        )
        return Header(
            obj.title, obj.key, state=SAID[where], facts=facts, next=self.next_step(obj, uses, where), buttons=self.buttons(obj)
        )

    def next_step(self, evidence: Evidence, uses: list[EvidenceUse], where: str) -> Next | None:
        """Return the one thing to do: renew what ends, look at what followed."""
        if where == "renewed" and (follower := evidence.renewed_by.order_by("-pk").first()):
            look = Button(f"Look at {follower.key}", follower.get_absolute_url(), kind="primary")
            return Next("Another took its place.", follower.title, "", (look,))
        if where not in {"expiring", "expired"} or not uses:
            return None
        verdict = rules.may_renew(self.user, evidence, uses, queries.editable(self.user, uses))
        renew = Button("Renew it", reverse("evidence-renew", args=[evidence.key]), kind="primary", verdict=verdict)
        day = atoms.day(queries.first_end(evidence, uses) or clock.today(), long=True)
        if where == "expired":
            return Next(f"It counted until {day}.", "The controls that rest on it are not met any more.", "stop", (renew,))
        return Next(f"It counts until {day}.", "After that day the controls that rest on it are not met.", "warn", (renew,))

    def buttons(self, evidence: Evidence) -> tuple[Button, ...]:
        """Return what else can be done."""
        found = []
        if evidence.blob is not None:
            found.append(Button("Download", reverse("evidence-file", args=[evidence.key]), icon="download"))
        if evidence.state == Evidence.State.CURRENT and roles.may_write(self.user):
            found.append(Button("Renew", reverse("evidence-renew", args=[evidence.key]), icon="refresh"))
            if rules.may_withdraw(self.user, evidence):
                found.append(Button("Withdraw", reverse("evidence-withdraw", args=[evidence.key]), kind="stop", dialog=True))
        return tuple(found)

    def attach_button(self, evidence: Evidence) -> Button | None:
        """Return how it is used for something else."""
        if evidence.state != Evidence.State.CURRENT or not roles.may_write(self.user):
            return None
        return Button("Use it elsewhere", reverse("evidence-attach", args=[evidence.key]), icon="plus", dialog=True)


class EvidenceFile(Page):
    """The file itself, for whoever may see the evidence."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        """Send the file, once it is known to be what was handed in."""
        return send(queries.get(self.user, kwargs["key"]))


class EvidenceAction(ActionPage):
    """Base of what is done to one piece of evidence."""

    def load(self) -> Any:
        """Return the evidence of the address."""
        return queries.get(self.user, self.kwargs["key"])


class Withdraw(EvidenceAction):
    """Say that it no longer holds."""

    title, submit, form_class, tone = "Withdraw the evidence", "Withdraw", WithdrawForm, "stop"

    @property
    def lead(self) -> str:  # type: ignore[override]
        """Say what rests on it."""
        return f"{reading.said_of_uses(self.user, self.obj)} What rests on it is not met from now on."

    def verdict(self, obj: Evidence) -> Verdict:
        """Say whether the person may."""
        return rules.may_withdraw(self.user, obj)

    def perform(self, obj: Evidence, given: Mapping[str, Any]) -> Evidence:
        """Withdraw."""
        return actions.withdraw(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)

    def said(self, result: Evidence) -> str:
        """Say so."""
        return f"{result.key} is withdrawn."


class Detach(ActionPage):
    """Take evidence off one control."""

    title, submit, form_class, tone = "Take it off", "Take it off", ReasonForm, "stop"

    def load(self) -> EvidenceUse:
        """Return the use of the address, on a surface that the person sees."""
        evidence = queries.get(self.user, self.kwargs["key"])
        seen, _ = queries.seen_uses(self.user, evidence)
        found = next((use for use in seen if use.pk == self.kwargs["pk"]), None)
        if found is None:
            raise NotVisible("It does not serve that any more.", fix="Go back to the evidence.")
        return found

    @property
    def lead(self) -> str:  # type: ignore[override]
        """Say what it serves, and that it stays."""
        use = self.obj
        control = reading.demand(use.control)["name"]
        return f"{control} of {use.surface} loses it. {reading.said_of_uses(self.user, use.evidence)} The evidence itself stays."

    def verdict(self, obj: EvidenceUse) -> Verdict:
        """Whoever may edit the surface."""
        return queries.may_attach(self.user, obj.surface)

    def back_url(self, obj: EvidenceUse) -> str:
        """Return to the evidence."""
        return obj.evidence.get_absolute_url()

    def perform(self, obj: EvidenceUse, given: Mapping[str, Any]) -> EvidenceUse:
        """Take it off."""
        actions.detach(obj, actor=self.user, reason=given["reason"])
        return obj

    def success_url(self, result: EvidenceUse) -> str:
        """Return to the evidence where it can still be seen, else to the list."""
        seen = queries.visible_to(self.user).filter(pk=result.evidence_id).exists()
        return result.evidence.get_absolute_url() if seen else reverse("evidence-list")

    def said(self, result: EvidenceUse) -> str:
        """Say so."""
        return f"{result.evidence.key} serves {result.surface} there no more."

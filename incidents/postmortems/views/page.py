"""One postmortem: what it says, what comes next, its documents and its record."""

from functools import cached_property
from typing import Any

from django.urls import reverse

from governance.approvals import queries as approvals
from governance.approvals import rules as approval_rules
from governance.approvals.models import ApprovalRequest
from governance.approvals.views import table_of
from governance.core.verdict import Verdict
from governance.documents import queries as documents
from governance.ledger.queries import lines_for
from governance.people.bench import Bench, bench
from governance.ui import atoms
from governance.ui.pages import Button, Fact, Header, Next, ObjectPage, Tab
from incidents.cases.models import BURNING, IncidentState
from incidents.postmortems import actions, editions, queries, reading, rules
from incidents.postmortems.models import Postmortem
from incidents.postmortems.tables import TONES
from incidents.running import queries as running
from incidents.running import rules as running_rules

EDITIONS = ("postmortem", "postmortem-outside")


def _overview(page: "PostmortemPage", postmortem: Postmortem) -> dict[str, Any]:
    rows = table_of(page.request_shown, page.user, page.seats) if page.request_shown else []
    return {
        "shown": reading.what(page.user, postmortem),
        "subject": postmortem,
        "request_shown": page.request_shown,
        "rows": rows,
        "may_change": bool(page.may_change),
        "may_contribute": bool(rules.may_contribute(page.user, True)),
        "is_draft": postmortem.state == Postmortem.State.DRAFT,
    }


def _documents(page: "PostmortemPage", postmortem: Postmortem) -> dict[str, Any]:
    return {
        "made": list(documents.of_subject(EDITIONS, postmortem)[:20]),
        "is_approved": postmortem.state == Postmortem.State.APPROVED,
        "redacted": editions.left_out_names(),
    }


class PostmortemPage(ObjectPage):
    """One postmortem."""

    url_name, lookup, parent = "postmortem", "key", ("Postmortems", "postmortems")
    tabs = (
        Tab("", "Overview", "incidents/postmortems/_postmortem.html", _overview),
        Tab(
            "documents",
            "Documents",
            "incidents/postmortems/_documents.html",
            _documents,
            count=lambda user, postmortem: documents.of_subject(EDITIONS, postmortem).count() or None,
        ),
        Tab(
            "activity",
            "Activity",
            "governance/ledger/_activity.html",
            lambda page, postmortem: lines_for(postmortem, page.request.GET.get("before")),
        ),
    )

    def load(self) -> Postmortem:
        """Return the postmortem of the address."""
        return queries.get(self.user, self.kwargs["key"])

    @cached_property
    def seats(self) -> Bench:
        """Who may decide in which position; read once."""
        return bench()

    @cached_property
    def may_change(self) -> Verdict:
        """Whether this person may write at it as it stands."""
        return rules.may_change(self.user, self.obj, queries.sees(self.user, self.obj.incident))

    @cached_property
    def request_shown(self) -> ApprovalRequest | None:
        """The request for its approval with its table, if there is one."""
        if self.obj.request_id is None:
            return None
        return approvals.with_table(ApprovalRequest.objects.filter(pk=self.obj.request_id)).first()

    def header(self, obj: Postmortem) -> Header:
        """Say what it is about, how far it is, and what comes next."""
        incident = obj.incident
        facts = [
            Fact("Incident", atoms.link(incident.get_absolute_url(), incident.title, incident.key)),
            Fact("Severity", incident.severity),
            Fact("Author", atoms.person(obj.author, me=self.user)),
        ]
        if incident.surface is not None:
            facts.insert(2, Fact("Surface", atoms.link(incident.surface.get_absolute_url(), incident.surface.name)))
        if obj.state != Postmortem.State.DRAFT:
            facts.append(Fact("Hash", atoms.hash_code(obj.digest)))
        if obj.approved_at:
            facts.append(Fact("Approved", atoms.time(obj.approved_at, "date")))
        state = (TONES[Postmortem.State(obj.state)], obj.get_state_display())
        return Header(
            obj.title,
            obj.key,
            state=state,
            tier=incident.tier,
            facts=tuple(facts),
            next=self.next_step(obj),
            buttons=self.buttons(obj),
        )

    def next_step(self, postmortem: Postmortem) -> Next | None:
        """Return the one thing to do: write on, ask for approval, decide, or close the incident."""
        if postmortem.state == Postmortem.State.DRAFT:
            return self._write_on(postmortem) if self.may_change else None
        if postmortem.state == Postmortem.State.REVIEW:
            return self._decide()
        if postmortem.incident.state in (IncidentState.RESOLVED, IncidentState.POSTMORTEM):
            return self._close(postmortem)
        return None

    def _close(self, postmortem: Postmortem) -> Next | None:
        incident = postmortem.incident
        if not running_rules.may_respond(self.user, incident, running.standing(self.user, incident)):
            return None
        if not (verdict := actions.standing(incident)):
            return Next(verdict.reason, verdict.fix, "warn")
        close = Button("Close the incident", reverse("incident-close", args=[incident.key]), kind="primary", dialog=True)
        return Next("It is approved.", f"{incident.key} can be closed.", "", (close,))

    def _write_on(self, postmortem: Postmortem) -> Next:
        ended = ApprovalRequest.State
        back = self.request_shown is not None and self.request_shown.state in (ended.REJECTED, ended.EXPIRED)
        if missing := queries.lacks(postmortem):
            words = "It came back from its approvers." if back else "It is not ready to be approved."
            return Next(words, " ".join(missing), "warn" if back else "")
        if postmortem.incident.state in BURNING:
            return Next("It is whole.", "It can be put before its approvers once the incident is resolved.")
        ask = Button("Ask for approval", reverse("postmortem-ask", args=[postmortem.key]), kind="primary", dialog=True)
        words = "It came back from its approvers, and is whole again." if back else "It is whole."
        return Next(words, "From then on its words are fixed under a hash.", "warn" if back else "", (ask,))

    def _decide(self) -> Next | None:
        request = self.request_shown
        if request is None or request.state != ApprovalRequest.State.OPEN:
            return None
        if approval_rules.may_answer(self.user, request) and approvals.step_for(self.user, request.steps.all(), self.seats):
            decide = Button("Decide", reverse("approval", args=[request.key]), kind="primary", key="d")
            return Next("This waits for your decision.", "You sign the hash above, and nothing else.", "warn", (decide,))
        return None

    def buttons(self, postmortem: Postmortem) -> tuple[Button, ...]:
        """Return what else can be done."""
        found = [Button("PDF", reverse("document-make", args=["postmortem", postmortem.key]), icon="download", post=True)]
        if postmortem.state == Postmortem.State.APPROVED:
            outside = reverse("document-make", args=["postmortem-outside", postmortem.key])
            found.append(Button("PDF for outside", outside, icon="download", post=True))
        request = self.request_shown
        if (
            request is not None
            and request.state == ApprovalRequest.State.OPEN
            and approval_rules.may_withdraw(self.user, request)
        ):
            found.append(Button("Withdraw", reverse("approval-withdraw", args=[request.key]), dialog=True))
        if self.may_change:
            found.append(Button("Change the title", reverse("postmortem-title", args=[postmortem.key]), icon="edit", dialog=True))
        if rules.may_revise(self.user, postmortem, running.standing(self.user, postmortem.incident)):
            found.append(Button("Another edition", reverse("postmortem-revise", args=[postmortem.key]), dialog=True))
        return tuple(found)

"""Pages of verification: the results, one result with what did not hold, having one made, and taking responsibility."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.core.models import Job
from governance.core.verdict import Verdict
from governance.ledger.queries import lines_for
from governance.people.views.sensitive import SensitivePage
from governance.ui import atoms
from governance.ui.pages import ActionPage, Button, Empty, Fact, Header, ListPage, Next, ObjectPage, PageAction, Tab, View
from governance.verification import actions, queries, rules
from governance.verification.forms import AcceptForm, VerifyForm
from governance.verification.models import MOST_KEPT, AcceptedFinding, Verification
from governance.verification.report import KINDS
from governance.verification.tables import VerificationFilters, VerificationTable, said

FAMILY = "ledger"


class VerificationList(ListPage):
    """All results, newest first."""

    key, url_name, title, nav, family = "verifications", "verifications", "Verification", "ledger", FAMILY
    table, filterset = VerificationTable, VerificationFilters
    lead = "{total} times everything was computed again: entries, tags, tiles, signatures, and every row and file they bind."
    views = (View("All"), View("With findings", "result=broken"))
    actions = (
        PageAction(
            "Verify now",
            lambda user: reverse("verify"),
            icon="check",
            primary=True,
            shown=lambda user: bool(rules.may_verify(user)),
        ),
    )
    empty = Empty(
        "Nothing was verified yet",
        "Each night a worker computes every entry again, and every row and file that entries bind. What was changed, removed "
        "or put in past this application is named.",
        "Verify now",
        lambda user: reverse("verify"),
    )

    def rows(self, user: Any) -> QuerySet[Verification]:
        """Return the results that the reader may see."""
        return queries.visible_to(user)


def _found(page: ObjectPage, result: Verification) -> dict[str, Any]:
    findings = queries.with_acceptance(result)
    for each in findings:
        each["label"] = KINDS.get(each["kind"], each["kind"])
        known = each["acceptance"]
        each["told"] = each["said"] + (f" Accepted by {known.by}: {known.reason}" if known else "")
    counts = (
        ("Entries", result.size),
        ("Checkpoints", result.checkpoints),
        ("Rows of history and records", result.rows),
        ("Personal parts", result.parts),
        ("Files", result.files),
        ("Let go, and explained", result.gone),
    )
    more = max(result.problems + result.accepted - MOST_KEPT, 0)
    return {"findings": findings, "more": more, "counts": [(label, f"{count:,}") for label, count in counts]}


class VerificationPage(ObjectPage):
    """One result."""

    url_name, lookup, parent, nav = "verification", "key", ("Verification", "verifications"), "ledger"
    noun = "verification"
    tabs = (
        Tab("", "Result", "governance/verification/_result.html", _found),
        Tab(
            "activity",
            "Activity",
            "governance/ledger/_activity.html",
            lambda page, result: lines_for(result, page.request.GET.get("before")),
        ),
    )

    def load(self) -> Verification:
        """Return the result of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def header(self, obj: Verification) -> Header:
        """Say what came out and what to do about it."""
        left = queries.open_findings(obj)
        facts = (
            Fact("When", atoms.time(obj.started_at, "exact")),
            Fact("Took", f"{(obj.finished_at - obj.started_at).total_seconds():.1f} s"),
            Fact("By", atoms.person(obj.by)),
            Fact("Root", atoms.hash_code(obj.root, f"Root of the tree over {obj.size:,} entries")),
        )
        url = reverse("verification-accept", args=[obj.key])
        accept = Button("Take responsibility", url, verdict=rules.may_accept(self.user))
        state = ("stop" if left else "held" if obj.problems else "ok", _standing(obj, left))
        text = "Find out who had the database, and bring back what was changed from a backup; then verify again."
        next_ = Next(f"{left:,} of what was found stands open.", text, "stop", (accept,)) if left else None
        return Header(f"Verification {obj.key}", "", state=state, facts=facts, next=next_)


def _standing(result: Verification, left: int) -> str:
    if left == result.problems:
        return said(result)
    return f"{left:,} of {result.problems:,} findings open" if left else f"{said(result)}, accepted since"


class Verify(ActionPage):
    """Have everything verified."""

    title, submit, form_class, nav = "Verify the ledger", "Verify everything", VerifyForm, "ledger"
    lead = (
        "Every entry, tag, tile and signature is computed again, and every history row, append-only row, personal part and "
        "file that entries bind. It only reads, and takes about a second for every hundred thousand entries and every "
        "twenty thousand rows; you can leave the page."
    )

    def verdict(self, obj: None) -> Verdict:
        """Those who govern, and auditors."""
        return rules.may_verify(self.user)

    def back_url(self, obj: None) -> str:
        """Return to the results."""
        return reverse("verifications")

    def perform(self, obj: None, given: Mapping[str, Any]) -> Job:
        """Ask for it."""
        return actions.ask(actor=self.user, older=given["older"])

    def success_url(self, result: Job) -> str:
        """Show how far it is."""
        return reverse("job", args=[result.pk])


class AcceptFindings(SensitivePage):
    """Take responsibility for findings."""

    title, submit, form_class, nav, tone = "Take responsibility", "Accept them", AcceptForm, "ledger", "stop"
    lead = (
        "Where something cannot be brought back, an administrator may accept that it is as it is. It stays named in every "
        "verification and in the ledger with your reason, and alarms again as soon as anything further changes."
    )

    def load(self) -> Verification:
        """Return the result of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def verdict(self, obj: Verification) -> Verdict:
        """Administrators only."""
        return rules.may_accept(self.user)

    def form_arguments(self, obj: Verification) -> dict[str, Any]:
        """Offer what nobody accepted yet."""
        found = queries.with_acceptance(obj)
        return {"choices": [(each["mark"], f"{each['what']}: {each['said']}") for each in found if each["acceptance"] is None]}

    def perform(self, obj: Verification, given: Mapping[str, Any]) -> list[AcceptedFinding]:
        """Accept them."""
        return actions.accept(obj, given["findings"], actor=self.user, reason=given["reason"])

    def success_url(self, result: list[AcceptedFinding]) -> str:
        """Show the result again."""
        return reverse("verification", args=[self.kwargs["key"]])

    def said(self, result: list[AcceptedFinding]) -> str:
        """Say how many."""
        return "1 finding is accepted." if len(result) == 1 else f"{len(result):,} findings are accepted."

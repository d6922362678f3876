"""Pages of access reviews: the lists, one review, and what is done to it and to its lines."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.accessreviews import actions, forms, queries, rules, sources
from governance.accessreviews.models import AccessLine, AccessReview
from governance.accessreviews.tables import LineFilters, LineTable, ReviewFilters, ReviewTable, state_of, verdict_of
from governance.core import clock
from governance.core.errors import Denied
from governance.core.verdict import Verdict
from governance.ledger.queries import lines_for
from governance.people.rows import oversight
from governance.policy import queries as policy
from governance.ui import atoms
from governance.ui.extensions import BulkAction
from governance.ui.pages import ActionPage, Button, Empty, Fact, Header, ListPage, Next, ObjectPage, PageAction, Tab, View

FAMILY, NAV = "people", "people"


def admit(user: Any) -> None:
    """Raise Denied for whoever may not read about others' access."""
    if not oversight(user):
        raise Denied(
            "Access reviews are for those who govern, and for auditors.",
            fix="Ask one of them.",
            grantors=("An administrator", "A risk officer"),
        )


class ReviewList(ListPage):
    """All reviews."""

    key, url_name, title, family, nav = "access-reviews", "access-reviews", "Access reviews", FAMILY, NAV
    table, filterset = ReviewTable, ReviewFilters
    lead = "Who may do what, looked at {total} times. Each line is confirmed, or really taken away."
    views = (View("All"), View("Open", "state=open"), View("Closed", "state=closed"))
    actions = (
        PageAction("All lines", lambda user: reverse("access-lines"), "list"),
        PageAction(
            "Open a review", lambda user: reverse("access-review-new"), "plus", True, lambda user: bool(rules.may_open(user))
        ),
    )
    empty = Empty(
        "No review yet",
        "Roles, seats, tokens and shares pile up. A review writes down who may do what, and somebody looks at every line.",
        "Open a review", lambda user: reverse("access-review-new") if rules.may_open(user) else "",
    )  # fmt: skip

    def rows(self, user: Any) -> QuerySet[AccessReview]:
        """Return the reviews that the reader may see."""
        admit(user)
        return queries.listed(user)


def _describe(word: str) -> Any:
    return lambda row, given: (verdict_of(row)[1], word)


def _may(row: AccessLine, actor: Any, given: Mapping[str, Any]) -> Verdict:
    return rules.may_decide(actor, row.review, row)


def _confirm(row: AccessLine, actor: Any, given: Mapping[str, Any]) -> None:
    actions.confirm(row, actor=actor)


def _revoke(row: AccessLine, actor: Any, given: Mapping[str, Any]) -> None:
    actions.revoke(row, actor=actor, reason=given["reason"])


def _reviews(user: Any) -> bool:
    return bool(rules.may_open(user))


class LineList(ListPage):
    """The lines of all reviews: where they are decided, one by one or many at once."""

    key, url_name, title, nav = "access-lines", "access-lines", "Who may do what", NAV
    table, filterset = LineTable, LineFilters
    crumbs = [("Access reviews", "/people/reviews/"), ("Lines", "")]
    lead = "{total} lines, as they stood when their review was opened."
    search_hint = "Find by person or access"
    views = (
        View("To decide", "open=true&verdict=undecided"),
        View("Open review", "open=true"),
        View("Revoked", "verdict=revoked"),
        View("All"),
    )
    bulk = (
        BulkAction("confirm", "Confirm", _confirm, _describe("Confirmed"), allowed=_may, shown=_reviews),
        BulkAction("revoke", "Revoke", _revoke, _describe("Revoked"), form=forms.RevokeForm, allowed=_may, shown=_reviews),
    )  # fmt: skip
    empty = Empty("Nothing to decide", "When a review is open, its lines stand here.")

    def rows(self, user: Any) -> QuerySet[AccessLine]:
        """Return the lines that the reader may see."""
        admit(user)
        return queries.lines_visible_to(user)


def _overview(page: Any, review: AccessReview) -> dict[str, Any]:
    known = {source.key: source for source in sources.sources()}
    counts: dict[str, int] = {}
    for key in review.lines.values_list("source", flat=True):
        counts[key] = counts.get(key, 0) + 1
    kinds = [
        (known[key].label if key in known else key, known[key].says if key in known else "", key, n) for key, n in counts.items()
    ]
    return {"kinds": kinds, "tally": page.tally}


class ReviewPage(ObjectPage):
    """One review: how far it is, its kinds of access, its digest."""

    url_name, lookup, parent, noun, nav = "access-review", "key", ("Access reviews", "access-reviews"), "access review", NAV
    tabs = (
        Tab("", "Overview", "governance/accessreviews/_review.html", _overview),
        Tab(
            "activity", "Activity", "governance/ledger/_activity.html",
            lambda page, review: lines_for(review, page.request.GET.get("before")),
        ),
    )  # fmt: skip

    def load(self) -> AccessReview:
        """Return the review of the address."""
        return queries.get(self.user, self.kwargs["key"])

    @property
    def tally(self) -> dict[str, int]:
        """How many lines came to what."""
        if not hasattr(self, "_tally"):
            self._tally = queries.tally(self.obj)
        return self._tally

    def header(self, obj: AccessReview) -> Header:
        """Say who answers for it, until when, and what is left."""
        facts = [Fact("Reviewer", atoms.person(obj.reviewer, me=self.user)), Fact("Opened", atoms.time(obj.opened_on, "long"))]
        if obj.closed_at is not None:
            facts += [Fact("Closed", atoms.time(obj.closed_at, "long")), Fact("Hash", atoms.hash_code(obj.digest))]
        else:
            facts.append(Fact("Due", atoms.time(obj.due_on, "long")))
        buttons: tuple[Button, ...] = ()
        if rules.may_work(self.user, obj):
            buttons = (
                Button("Hand over", reverse("access-review-hand-over", args=[obj.key]), dialog=True),
                Button("Call off", reverse("access-review-cancel", args=[obj.key]), dialog=True),
            )
        return Header(str(obj), obj.key, state=state_of(obj), facts=tuple(facts), next=self.next(obj), buttons=buttons)

    def next(self, obj: AccessReview) -> Next | None:
        """Say what is left, or offer to close it."""
        if obj.state != AccessReview.State.OPEN or not rules.may_work(self.user, obj):
            return None
        left = self.tally["left"]
        close = Button(
            "Close it", reverse("access-review-close", args=[obj.key]), kind="primary", dialog=True,
            verdict=rules.may_close(self.user, obj, left),
        )  # fmt: skip
        if not left:
            return Next("Every line is decided.", "Closing it seals what was looked at under a hash.", "", (close,))
        decide = Button("Decide", f"{reverse('access-lines')}?open=true&verdict=undecided", "list", "primary")
        said = "One line is left." if left == 1 else f"{left} lines are left."
        return Next(said, "Confirm what is still needed; revoke the rest. Nobody decides their own.", "warn", (decide,))


class OpenReview(ActionPage):
    """Open a review by hand."""

    title, submit, form_class, nav = "Open an access review", "Open it", forms.OpenForm, NAV
    lead = "It writes down who may do what at this moment. Then each line is confirmed or revoked."
    crumbs = [("Access reviews", "/people/reviews/"), ("New", "")]

    def verdict(self, obj: Any) -> Verdict:
        """Say whether the person may."""
        return rules.may_open(self.user)

    def initial(self, obj: Any) -> dict[str, Any]:
        """Start with the person, and with the days that policy gives."""
        days = policy.proof_rules().access_review.within_days
        return {"reviewer": self.user.pk, "due_on": clock.today() + timedelta(days=days)}

    def perform(self, obj: Any, given: Mapping[str, Any]) -> AccessReview:
        """Open it."""
        return actions.open_review(actor=self.user, **given)

    def success_url(self, result: AccessReview) -> str:
        """Show it."""
        return result.get_absolute_url()

    def back_url(self, obj: Any) -> str:
        """Return to the list."""
        return reverse("access-reviews")

    def said(self, result: AccessReview) -> str:
        """Say so."""
        return f"{result.key} is open."


class OnReview(ActionPage):
    """Base of what is done to one review."""

    nav = NAV

    def load(self) -> AccessReview:
        """Return the review of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def verdict(self, obj: AccessReview) -> Verdict:
        """Say whether the person may."""
        return rules.may_work(self.user, obj)


class CloseReview(OnReview):
    """Close it, with the digest of all that was decided."""

    title, submit = "Close the review", "Close it"
    lead = "Lines and decisions are sealed under one hash. What went away in the meantime is noted as gone."

    def perform(self, obj: AccessReview, given: Mapping[str, Any]) -> AccessReview:
        """Close it."""
        return actions.close(obj, actor=self.user, expected_version=self.seen_version)

    def said(self, result: AccessReview) -> str:
        """Say so."""
        return f"{result.key} is closed."


class HandOver(OnReview):
    """Let another answer for it."""

    title, submit, form_class = "Hand the review over", "Hand over", forms.HandOverForm

    def perform(self, obj: AccessReview, given: Mapping[str, Any]) -> AccessReview:
        """Hand it over."""
        to, reason = given["reviewer"], given["reason"]
        return actions.hand_over(obj, actor=self.user, to=to, reason=reason, expected_version=self.seen_version)

    def said(self, result: AccessReview) -> str:
        """Say to whom."""
        return f"{result.reviewer} answers for {result.key} now."


class CancelReview(OnReview):
    """Call it off."""

    title, submit, form_class, tone = "Call the review off", "Call it off", forms.RevokeForm, "stop"
    lead = "What was revoked stays revoked."

    def perform(self, obj: AccessReview, given: Mapping[str, Any]) -> AccessReview:
        """Call it off."""
        return actions.cancel(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)

    def said(self, result: AccessReview) -> str:
        """Say so."""
        return f"{result.key} is called off."


class _OnLine(OnReview):
    """Base of what is done to one line."""

    def verdict(self, obj: AccessReview) -> Verdict:
        """Say whether the person decides this line."""
        return rules.may_decide(self.user, obj, self.line)

    @property
    def line(self) -> Any:
        """The line of the address."""
        if not hasattr(self, "_line"):
            self._line = queries.line(queries.get(self.user, self.kwargs["key"]), self.kwargs["line"])
        return self._line

    def whose(self) -> str:
        """Return what it is, and whose."""
        return f"{self.line.what}, {self.line.person}" if self.line.person else str(self.line.what)

    def success_url(self, result: Any) -> str:
        """Return to what is left."""
        return f"{reverse('access-lines')}?open=true&verdict=undecided"

    def back_url(self, obj: AccessReview) -> str:
        """Return to the lines."""
        return f"{reverse('access-lines')}?open=true"


class ConfirmLine(_OnLine):
    """Confirm one line."""

    submit = "Confirm"
    lead = "They still need it."

    def get_title(self) -> str:
        """Say what is confirmed."""
        return f"Confirm: {self.whose()}"

    def perform(self, obj: AccessReview, given: Mapping[str, Any]) -> Any:
        """Confirm it."""
        return actions.confirm(self.line, actor=self.user)

    def said(self, result: Any) -> str:
        """Say so."""
        return f"Confirmed: {self.line.what}."


class RevokeLine(_OnLine):
    """Take one thing away, with a reason."""

    submit, form_class, tone = "Revoke it", forms.RevokeForm, "stop"

    def get_title(self) -> str:
        """Say what is revoked."""
        return f"Revoke: {self.whose()}"

    @property
    def lead(self) -> str:  # type: ignore[override]
        """Say what revoking does."""
        return next((each.says for each in sources.sources() if each.key == self.line.source), "")

    def perform(self, obj: AccessReview, given: Mapping[str, Any]) -> Any:
        """Take it away."""
        return actions.revoke(self.line, actor=self.user, reason=given["reason"])

    def said(self, result: Any) -> str:
        """Say so."""
        return f"Revoked: {self.line.what}."

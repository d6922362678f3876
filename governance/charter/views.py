"""Pages of the charter: its versions, one of them as it reads, and what can be done with it."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from governance.approvals import rules as approval_rules
from governance.approvals.views import table_of
from governance.charter import actions, compare, forms, printing, queries, rules
from governance.charter.models import Charter
from governance.charter.tables import TONES, CharterFilters, CharterTable
from governance.core.verdict import Verdict
from governance.documents import queries as documents
from governance.ledger.queries import lines_for
from governance.people.models import User
from governance.ui import atoms
from governance.ui.pages import ActionPage, Button, Empty, Fact, Header, ListPage, Next, ObjectPage, Page, PageAction, Tab, go


class CharterList(ListPage):
    """All versions a person may see."""

    key, url_name, title = "charters", "charters", "Charter"
    table, filterset = CharterTable, CharterFilters
    lead = "One page that says who decides, what we never do, and how we stop. Exactly one version is in force."
    actions = (
        PageAction(
            "Draft the next version",
            lambda user: reverse("charter-draft"),
            icon="plus",
            primary=True,
            shown=lambda user: bool(rules.may_draft(user, queries.open_version())),
        ),
    )
    empty = Empty(
        "There is no charter yet",
        "The charter names who answers for model risk, which tiers exist and who approves, and what counts as an incident. "
        "It is drafted from what is held here, edited by you, and signed by the people whom policy names.",
        "Draft the charter",
        lambda user: reverse("charter-draft"),
    )

    def rows(self, user: Any) -> QuerySet[Charter]:
        """Return the versions that the reader may see."""
        return queries.visible_to(user)


class CurrentCharter(Page):
    """Leads to the version that holds, or to the list."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Go there."""
        held = queries.in_force()
        visible = held is not None and queries.visible_to(self.user).filter(pk=held.pk).exists()
        return go(request, reverse("charter", args=[held.key]) if held is not None and visible else reverse("charters"))


def _reads(page: ObjectPage, charter: Charter) -> dict[str, Any]:
    request = printing.request_of(charter)
    return {
        "text": printing.context(charter, page.user),
        "request_shown": request,
        "rows": table_of(request, page.user) if request else [],
        "subject": charter,
        "lacks": rules.lacks(charter) if charter.state == Charter.State.DRAFT else [],
    }


def _differs(page: ObjectPage, charter: Charter) -> dict[str, Any]:
    before = queries.before(charter)
    return {"before": before, "differences": compare.differences(before, charter)}


class CharterPage(ObjectPage):
    """One version of the charter."""

    url_name, lookup, parent = "charter", "key", ("Charter", "charters")
    tabs = (
        Tab("", "Overview", "governance/charter/_charter.html", _reads),
        Tab("changes", "What changes", "governance/charter/_changes.html", _differs),
        Tab(
            "documents",
            "Documents",
            "governance/charter/_documents.html",
            lambda page, charter: {"made": documents.of_subject("charter", charter)},
            count=lambda user, charter: documents.of_subject("charter", charter).count() or None,
        ),
        Tab(
            "activity",
            "Activity",
            "governance/ledger/_activity.html",
            lambda page, charter: lines_for(charter, page.request.GET.get("before")),
        ),
    )

    def load(self) -> Charter:
        """Return the version of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def header(self, obj: Charter) -> Header:
        """Say who answers, whether it holds, and what comes next."""
        facts = [Fact("Model-risk owner", atoms.person(obj.owner))]
        if obj.in_force_since:
            facts.append(Fact("In force since", atoms.time(obj.in_force_since)))
        if obj.next_review_on:
            facts.append(Fact("Next review", atoms.time(obj.next_review_on)))
        if obj.digest:
            facts.append(Fact("Hash", atoms.hash_code(obj.digest)))
        state = (TONES[obj.state], obj.get_state_display())
        return Header(str(obj), obj.key, state=state, facts=tuple(facts), next=self.next_step(obj), buttons=self.buttons(obj))

    def next_step(self, charter: Charter) -> Next | None:
        """Return the one thing to do."""
        if charter.state == Charter.State.DRAFT and rules.may_edit(self.user, charter):
            if missing := rules.lacks(charter):
                edit = Button("Edit the charter", reverse("charter-edit", args=[charter.key]), icon="edit", kind="primary")
                return Next("It is not ready to be signed.", " ".join(missing), "warn", (edit,))
            ask = Button("Ask for signatures", reverse("charter-propose", args=[charter.key]), kind="primary", dialog=True)
            return Next("It is ready to be signed.", "From then on its words are fixed under a hash.", "", (ask,))
        request = printing.request_of(charter) if charter.state == Charter.State.PROPOSED else None
        if (
            request is not None
            and approval_rules.may_answer(self.user, request)
            and any(row["mine"] for row in table_of(request, self.user))
        ):
            decide = Button("Decide", reverse("approval", args=[request.key]), kind="primary", key="d")
            return Next("This waits for your signature.", "You sign the hash above, and nothing else.", "warn", (decide,))
        return None

    def buttons(self, charter: Charter) -> tuple[Button, ...]:
        """Return what else can be done."""
        found = [Button("PDF", reverse("document-make", args=["charter", charter.key]), icon="download", post=True)]
        if charter.state == Charter.State.DRAFT:
            verdict = rules.may_edit(self.user, charter)
            if verdict:
                found.append(Button("Edit", reverse("charter-edit", args=[charter.key]), icon="edit", key="e"))
                found.append(Button("Read anew", reverse("charter-redraft", args=[charter.key]), dialog=True))
                found.append(Button("Withdraw", reverse("charter-withdraw", args=[charter.key]), dialog=True))
        elif charter.state == Charter.State.PROPOSED:
            request = printing.request_of(charter)
            if request is not None and approval_rules.may_withdraw(self.user, request):
                found.append(Button("Withdraw", reverse("charter-withdraw", args=[charter.key]), dialog=True))
        return tuple(found)


class CharterAction(ActionPage):
    """Base of what is done to a version."""

    def load(self) -> Charter:
        """Return the version of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def verdict(self, obj: Charter) -> Verdict:
        """Say whether the person may."""
        return rules.may_edit(self.user, obj)

    def success_url(self, result: Charter) -> str:
        """Return to the version."""
        return reverse("charter", args=[result.key])

    def back_url(self, obj: Charter) -> str:
        """Return to the version."""
        return reverse("charter", args=[obj.key]) if obj is not None else reverse("charters")


class DraftCharter(CharterAction):
    """Start the next version."""

    title, submit = "Draft the next version", "Draft it"
    lead = "It starts with the words of the version in force, and with what is held here today. You edit it next."

    def load(self) -> Any:
        """There is nothing to load."""
        return None

    def verdict(self, obj: Any) -> Verdict:
        """Say whether one may be started now."""
        return rules.may_draft(self.user, queries.open_version())

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Charter:
        """Draft it."""
        return actions.draft_charter(actor=self.user)

    def success_url(self, result: Charter) -> str:
        """Go on to edit it."""
        return reverse("charter-edit", args=[result.key])


class EditCharter(CharterAction):
    """Edit the words of a draft."""

    title, submit, form_class, wide = "Edit the charter", "Save", forms.CharterForm, True

    def initial(self, obj: Charter) -> dict[str, Any]:
        """Start with what it says."""
        return forms.initial(obj)

    def form_arguments(self, obj: Charter) -> dict[str, Any]:
        """Offer active people; the present owner even when gone, so that the form can be shown."""
        people = User.objects.filter(is_active=True, kind=User.Kind.PERSON) | User.objects.filter(pk=obj.owner_id)
        return {"charter": obj, "people": people.order_by("name")}

    def perform(self, obj: Charter, given: Mapping[str, Any]) -> Charter:
        """Save it."""
        form = self.build(obj, bound=True)
        form.is_valid()
        return actions.edit_charter(obj, actor=self.user, expected_version=self.seen_version, **form.given())  # type: ignore[attr-defined]

    def said(self, result: Charter) -> str:
        """Say that it is saved."""
        return "The draft is saved."


class RedraftCharter(CharterAction):
    """Read anew what is held."""

    title, submit = "Read anew what is held", "Read it anew"
    lead = "Tiers, figures and the sections about what exists are replaced by what is held now. Your other words stay."

    def perform(self, obj: Charter, given: Mapping[str, Any]) -> Charter:
        """Read it."""
        return actions.redraft(obj, actor=self.user, expected_version=self.seen_version)


class ProposeCharter(CharterAction):
    """Ask for signatures."""

    title, submit = "Ask for signatures", "Ask for signatures"
    lead = (
        "The words are fixed under a hash, and the people whom policy names are asked to sign exactly that. "
        "Whoever asks does not sign."
    )

    def perform(self, obj: Charter, given: Mapping[str, Any]) -> Charter:
        """Ask."""
        actions.propose_charter(obj, actor=self.user, expected_version=self.seen_version)
        obj.refresh_from_db()
        return obj

    def said(self, result: Charter) -> str:
        """Say who is asked."""
        return f"{result} waits for signatures."


class WithdrawCharter(CharterAction):
    """Give a version up."""

    title, submit, tone, form_class = "Withdraw this version", "Withdraw", "stop", forms.ReasonForm
    lead = "It stays readable, and what was decided on it stays on record."

    def verdict(self, obj: Charter) -> Verdict:
        """Say whether the person may."""
        request = printing.request_of(obj) if obj.state == Charter.State.PROPOSED else None
        return approval_rules.may_withdraw(self.user, request) if request else rules.may_edit(self.user, obj)

    def perform(self, obj: Charter, given: Mapping[str, Any]) -> Charter:
        """Withdraw it."""
        return actions.withdraw_charter(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)
